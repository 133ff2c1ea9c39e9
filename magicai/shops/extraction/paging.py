"""Where a list of JSON goes on: at the address that it names, at its cursor, at the next page number or offset."""

import re
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from magicai.shops.addresses import absolute
from magicai.shops.extraction.json_values import is_object, scalar
from magicai.shops.extraction.states.keys import folded, folded_key

_NEXT = ("next", "nextpage", "nexturl", "nextpageurl", "nextlink")
_CURSORS = ("nextcursor", "endcursor", "cursor", "nextpagetoken", "nexttoken")
_MORE = ("hasmore", "hasnext", "hasnextpage")
_BY_CURSOR = frozenset(("cursor", "after", "token", "pagetoken", "nexttoken", "nextcursor", "startafter"))
_BY_PAGE = frozenset(
    ("page", "p", "pg", "pageno", "pagenum", "pagenumber", "pageindex", "currentpage", "pagina", "seite")
)
_BY_OFFSET = frozenset(("offset", "start", "skip", "from", "startindex"))
_NUMBER = re.compile(r"\d{1,6}")


def next_part(url: str, value: Any, count: int) -> str:
    """The address of the next part of a list.

    Args:
        url: of this part.
        value: its JSON.
        count: how many products it states.

    Returns:
        "" where the list ends, or nothing tells.
    """
    inside = [folded(value)] if is_object(value) else []
    inside += [folded(member) for thing in inside[:1] for member in thing.values() if is_object(member)]
    if count == 0 or any(thing.get(key) is False for thing in inside for key in _MORE):
        return ""
    for thing in inside:
        for key in _NEXT:
            named = scalar(thing.get(key))
            if named.startswith(("/", "?", "http")) and (following := absolute(named, url)) != url:
                return following
    cursor = next((text for thing in inside for key in _CURSORS if (text := scalar(thing.get(key)))), "")
    address, query = urlsplit(url), parse_qsl(urlsplit(url).query, keep_blank_values=True)
    for place, (name, written) in enumerate(query):
        following = _following(folded_key(name), written, cursor, count)
        if following:
            query[place] = (name, following)
            return address._replace(query=urlencode(query)).geturl()
    return ""


def _following(name: str, written: str, cursor: str, count: int) -> str:
    """What a parameter is of the next part; "" of a parameter that does not tell parts apart."""
    if name in _BY_CURSOR:
        return cursor if cursor != written else ""
    if not _NUMBER.fullmatch(written):
        return ""
    step = 1 if name in _BY_PAGE else count if name in _BY_OFFSET else 0
    return str(int(written) + step) if step else ""
