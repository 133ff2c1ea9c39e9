"""Addresses that lead nowhere, told by their spelling: actions, other orders of the same list, calendars, loops."""

import re

from magicai.messages import Message, say
from magicai.shops.crawling import urls
from magicai.shops.crawling.actions import acts

_LONGEST = 1_000
_MOST_SEGMENTS = 15
_LEAST_REPEATED = 3
_MOST_PARAMETERS = 4
ACTION = say("address_acts")
_CALENDAR = say("address_of_calendar")
_ORDER_PARAMETER = re.compile(
    r"sort(?:[-_]?(?:by|order|dir|direction|type|key))?|order(?:[-_]?(?:by|dir))?|dir|direction"
    r"|product_list_(?:order|dir|mode|limit)|per[-_]?page|page[-_]?size|items?[-_]?per[-_]?page|ipp"
)
_LAYOUT = re.compile(r"view|view[-_]?(?:mode|as|type)|mode|display|layout|show|limit|results|ps")
_LAYOUT_VALUE = re.compile(r"(?i)grid|list|table|tiles?|gallery|compact|all|\d{1,4}")
_CALENDAR_PARAMETER = re.compile(r"(?:cal|calendar|month|year|day|week|date|from|to|tribe-bar-date)(?:[-_]\w+)?")
_CALENDAR_VALUE = re.compile(r"\d{4}|\d{1,4}[-/.]\d{1,2}(?:[-/.]\d{1,4})?")
_CALENDAR_PATH = re.compile(
    r"(?i)/(?:calendar|kalender|events?)/.*\d{4}|/(?:19|20)\d\d/(?:0?[1-9]|1[0-2])(?:/\d\d?)?/?$"
)
_NOT_A_PAGE = re.compile(
    r"(?i)\.(?:jpe?g|png|gif|webp|avif|svgz?|ico|bmp|tiff?|css|m?js|map|woff2?|ttf|otf|eot|pdf|docx?|xlsx?|pptx?|zip|gz"
    r"|tgz|rar|7z|dmg|exe|msi|apk|mp[34]|m4[av]|webm|ogg|wav|avi|mov|wmv|csv|ics|vcf|swf|iso|tar|bz2)$"
)


def is_asset(url: str) -> bool:
    """Whether an address names a picture, a script, a document: no page, and not worth a row."""
    return _NOT_A_PAGE.search(urls.path(url)) is not None


def trap(url: str, *, next_page: bool = False) -> Message | None:
    """Why an address should be left alone; None where it should not.

    Args:
        next_page: it is the next page of a list that is being read, whatever order that is in.
    """
    if len(url) > _LONGEST:
        return say("address_too_long", limit=_LONGEST)
    if acts(url):
        return ACTION
    in_path = _trap_in_path(urls.path(url))
    return in_path or (_trap_in_query(urls.parameters(url), next_page) if "?" in url else None)


def _trap_in_path(path: str) -> Message | None:
    segments = [segment for segment in path.split("/") if segment]
    if len(segments) > _MOST_SEGMENTS or (len(segments) >= _LEAST_REPEATED and _repeats(segments)):
        return say("address_repeats")
    return _CALENDAR if _CALENDAR_PATH.search(path) else None


def _trap_in_query(named: list[tuple[str, str]], next_page: bool) -> Message | None:  # noqa: FBT001 - one caller, above
    for name, value in named:
        if _CALENDAR_PARAMETER.fullmatch(name) and _CALENDAR_VALUE.fullmatch(value):
            return _CALENDAR
        orders = _ORDER_PARAMETER.fullmatch(name) or (_LAYOUT.fullmatch(name) and _LAYOUT_VALUE.fullmatch(value))
        if orders and not next_page:
            return say("address_sorts_list", parameter=name)
    many = len(named) > _MOST_PARAMETERS and not next_page
    return say("address_combines_filters", count=len(named)) if many else None


def _repeats(segments: list[str]) -> bool:
    """Whether segments, or pairs of them, stand three times in a row or four times in all."""
    for size in (1, 2):
        for at in range(len(segments) - 3 * size + 1):
            first = segments[at : at + size]
            if first == segments[at + size : at + 2 * size] == segments[at + 2 * size : at + 3 * size]:
                return True
    return any(segments.count(segment) > 3 for segment in set(segments))  # noqa: PLR2004
