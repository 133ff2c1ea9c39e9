"""What the platforms' APIs have in common."""

import html
import re

from integrations.fetcher.addresses import AddressRules
from integrations.http.json_client import JsonClient
from magicai.messages import say

SETTING = "MAGICAI_PUBLISH_ALLOW_HOSTS"
_LARGEST = 5_000_000
_TAG, _BREAK = re.compile(r"<[^>]*>"), re.compile(r"<br\s*/?>|</(?:p|li|div|blockquote)>", re.IGNORECASE)


def site_at(
    rules: AddressRules, address: str, *, limit_s: float, secret: str = "", target: str = "TARGET"
) -> JsonClient:
    """A server that is posted to.

    Args:
        limit_s: how long it may take for one call.
        secret: never quoted in an error.
        target: its name, by which its user renews the secret.
    """
    renewal = say("renew_target_secret", target=target)
    return JsonClient(rules, address, limit_s=limit_s, max_bytes=_LARGEST, renewal=renewal, secrets=(secret,))


def plain(made: str) -> str:
    """The text of a little HTML, such as a reply: paragraphs are lines."""
    text = html.unescape(_TAG.sub("", _BREAK.sub("\n", made)))
    return "\n".join(line.strip() for line in text.splitlines() if line.strip())
