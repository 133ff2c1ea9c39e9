"""What the status and the kind of a page mean for its row of the frontier."""

from collections.abc import Mapping
from http import HTTPStatus

from magicai.errors import Permanent, Refused, Temporary
from magicai.messages import Message, say
from magicai.ports import FetchedPage
from magicai.shops.crawl import FrontierUrl, UrlKind, UrlState
from magicai.shops.crawling.limits import Politeness
from magicai.shops.extraction.reading import PageKind, Reading

_TRY_AGAIN = frozenset((408, 425, 429))
_CLOSED = frozenset((401, 402, 403, 407, 451))
_GONE = frozenset((404, 410))
_SECOND_US = 1_000_000

WALLS: Mapping[PageKind, Message] = {
    PageKind.BLOCKED: say("shop_bot_protection"),
    PageKind.CAPTCHA: say("shop_captcha"),
    PageKind.CONSENT: say("shop_cookie_wall"),
    PageKind.LOGIN: say("shop_sign_in_wall"),
}
_HTML = frozenset(("text/html", "application/xhtml+xml"))
_UNTYPED = frozenset(("", "text/plain", "application/octet-stream", "application/xml", "text/xml"))
_HTML_STARTS = (b"<!doctype html", b"<html", b"<head", b"<body")


def may_help_again(status: int) -> bool:
    """Whether asking once more can bring another answer."""
    return status >= 500 or status in _TRY_AGAIN  # noqa: PLR2004 - HTTP


def is_content(status: int) -> bool:
    """Whether the body is the page that was asked for."""
    return 200 <= status < 300  # noqa: PLR2004 - HTTP


def is_gone(status: int) -> bool:
    """Whether there is no such page any more."""
    return status in _GONE


def check_answer(page: FetchedPage, what: str = "the page", *, may_be_unchanged: bool = False) -> None:
    """See that a body is what was asked for.

    Args:
        what: was asked for: `the page`, `the image`, an address.
        may_be_unchanged: 304 is an answer, too, as the request said what it knew.

    Raises:
        Temporary: asking once more can help.
        Refused: it is for others, or for nobody.
        Permanent: it is not there, or elsewhere, or the shop answered something else.
    """
    status = page.status
    if page.location:
        raise Permanent("shop_redirected", location=page.location)
    if is_content(status) or (may_be_unchanged and status == HTTPStatus.NOT_MODIFIED):
        return
    if may_help_again(status):
        raise Temporary(
            "shop_error_status", way_out="retry_later", retry_after_s=page.retry_after_s, status=status, what=what
        )
    if status in _GONE:
        raise Permanent("shop_page_not_found", status=status, what=what)
    if status in _CLOSED:
        raise Refused("shop_access_refused", status=status, what=what)
    raise Permanent("shop_error_status", status=status, what=what)


def is_html(content_type: str, body: bytes) -> bool:
    """Whether a body can be read as HTML, by its type, or by how it begins where the type says little."""
    media_type = content_type.partition(";")[0]
    if media_type in _HTML:
        return True
    start = body[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return media_type in _UNTYPED and (start.startswith(_HTML_STARTS) or b"<html" in start)


def retry_later(
    row: FrontierUrl, why: Message, politeness: Politeness, now_us: int, wait_s: float | None = None
) -> None:
    """Try a row again later; it fails where its tries are over or the shop asks for a longer pause than we make."""
    row.tries += 1
    row.reason = why.stored()
    if wait_s is not None and wait_s > politeness.longest_wait_s:
        row.end(UrlState.FAILED, say("page_wait_too_long", why=why, seconds=f"{wait_s:.0f}"))
    elif row.tries >= politeness.tries:
        row.end(UrlState.FAILED, say("page_failed_repeatedly", why=why, tries=row.tries))
    else:
        pause_s = min(politeness.longest_wait_s, politeness.backoff_s * 2 ** (row.tries - 1))
        row.not_before_us = now_us + int(max(pause_s, wait_s or 0.0) * _SECOND_US)


def refuse(row: FrontierUrl, status: int) -> None:
    """End a row whose status is final and no content."""
    if status in _CLOSED:
        row.end(UrlState.REFUSED, say("page_access_refused", status=status))
    elif is_gone(status) and row.kind is UrlKind.SITEMAP and not row.found_on:
        row.end(UrlState.SKIPPED, say("sitemap_absent"))
    elif is_gone(status):
        row.end(UrlState.FAILED, say("page_absent", status=status))
    else:
        row.end(UrlState.FAILED, say("page_answered_status", status=status))


def mark_read(row: FrontierUrl, reading: Reading) -> None:
    """End a row whose page was read, by what the page is."""
    if reading.kind in WALLS:
        row.end(UrlState.REFUSED, WALLS[reading.kind])
    elif reading.kind is PageKind.NOT_FOUND:
        row.end(UrlState.FAILED, say("page_says_absent", status=row.status))
    elif row.kind is not UrlKind.FRONT:
        row.kind = _kind(row.kind, reading)


def _kind(expected: UrlKind, reading: Reading) -> UrlKind:
    if reading.kind is PageKind.PRODUCT:
        return UrlKind.PRODUCT
    # The last page of a list may hold a single product, which looks like no list by itself.
    shows = bool(reading.observations) or any(link.kind is UrlKind.PRODUCT for link in reading.links)
    return (
        UrlKind.LISTING
        if reading.kind is PageKind.LISTING or (expected is UrlKind.LISTING and shows)
        else UrlKind.OTHER
    )
