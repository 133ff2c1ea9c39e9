"""aiohttp under the address rules: what is asked for is what was checked, whatever the environment says."""

import ssl
from collections.abc import Mapping
from functools import cache

import aiohttp
import certifi
from yarl import URL

from integrations.fetcher.addresses import AddressRules, Target
from integrations.fetcher.connector import CheckedConnector

# Of one header; aiohttp reads 128 of them at most.
_LONGEST_HEADER = 16_384


def checked_session(rules: AddressRules, headers: Mapping[str, str], *, per_host: int) -> aiohttp.ClientSession:
    """A session that connects to checked addresses alone; whoever asks limits the time, and follows no redirect.

    Args:
        rules: which addresses those are.
        headers: of every request.
        per_host: most connections to one host.
    """
    return aiohttp.ClientSession(
        connector=CheckedConnector(rules, per_host=per_host),
        headers=headers,
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(total=None),  # one limit holds for all redirects together
        auto_decompress=False,
        trust_env=False,  # a proxy of the environment would look names up by itself
        max_line_size=_LONGEST_HEADER,
        max_field_size=_LONGEST_HEADER,
    )


def trust(target: Target) -> ssl.SSLContext | bool:
    """Whom to believe who answers there."""
    return trusted() if target.scheme == "https" else True


def url_of(target: Target) -> URL:
    """A target as aiohttp takes it.

    Raises:
        ValueError: aiohttp would ask another host or port than was checked.
    """
    url = URL(target.url, encoded=True)
    if (url.raw_host, url.port) != (target.host, target.port):
        raise ValueError(f"it would be fetched from {url.raw_host}:{url.port}")
    return url


@cache
def trusted() -> ssl.SSLContext:
    """Who is believed by certificate. Made for the first address that needs it, since it takes time and a megabyte."""
    trusted = ssl.create_default_context()
    trusted.load_verify_locations(certifi.where())  # some systems bring no authorities
    return trusted
