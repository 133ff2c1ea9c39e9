"""Addresses that a report may link to."""

from urllib.parse import quote, urlsplit

_LONGEST = 2000
# What may stand in an address as it is; everything else is percent-encoded, brackets and parentheses too.
_SAFE = "%/:?#@!$&*+,;=-._~"


def link(url: str) -> str:
    """The address if it is http or https with a host, without anything that ends a link early; else ""."""
    try:
        parts = urlsplit(url.strip())
        host, _ = parts.hostname, parts.port
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not host or parts.username or parts.password or len(url) > _LONGEST:
        return ""
    return quote(parts.geturl(), safe=_SAFE, errors="ignore")
