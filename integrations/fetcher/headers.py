"""What a response's headers say, read with forgiveness."""

import re
import time
from collections.abc import Iterable
from email.utils import parsedate_to_datetime

# Digits without end are infinite as a number, and nobody waits for that.
LONGEST_WAIT_S = 30 * 86_400.0
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
_MOST_COOKIES = 50
_LONGEST_VALIDATOR = 1000


def media_type(content_type: str) -> str:
    """`text/html` of `Text/HTML; charset=utf-8`."""
    return content_type.partition(";")[0].strip().lower()


def charset(content_type: str) -> str:
    """The charset that a Content-Type names, or ""."""
    found = _CHARSET.search(content_type)
    return found.group(1).lower() if found else ""


def validator(value: str) -> str:
    """An ETag or Last-Modified fit to be sent back; "" of one that is not."""
    return value if len(value) <= _LONGEST_VALIDATOR and value.isascii() and value.isprintable() else ""


def retry_after_s(value: str) -> float | None:
    """Seconds that a Retry-After asks to wait, in either of its forms, at most a month; None where neither is one."""
    value = value.strip()
    if value.isascii() and value.isdigit():
        return min(float(value), LONGEST_WAIT_S)
    try:
        return min(max(0.0, parsedate_to_datetime(value).timestamp() - time.time()), LONGEST_WAIT_S)
    except (ValueError, TypeError, OverflowError):
        return None


def repaired(value: str) -> str:
    """A header's text; bytes that are no UTF-8 arrive as surrogates, and mean Latin-1."""
    raw = value.encode("utf-8", "surrogateescape")
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")


class Cookies:
    """Cookies of one exchange: they go back to the host that set them, and to no other."""

    def __init__(self) -> None:
        self._by_host: dict[str, dict[str, str]] = {}

    def take(self, host: str, lines: Iterable[str]) -> None:
        """Keep what Set-Cookie lines of a host say."""
        kept = self._by_host.setdefault(host, {})
        for line in lines:
            name, equals, value = line.partition(";")[0].partition("=")
            if equals and len(kept) < _MOST_COOKIES:
                kept[name.strip()] = value.strip()

    def header(self, host: str) -> str:
        """The Cookie header for a host, or ""."""
        return "; ".join(f"{name}={value}" for name, value in self._by_host.get(host, {}).items())
