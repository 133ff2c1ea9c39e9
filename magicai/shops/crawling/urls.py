"""Addresses, spelt so that one page has one address.

Parsed as browsers do, so that what is compared here is what will be asked for.
"""

import re
from functools import lru_cache

import can_ada

from magicai.shops.addresses import route_of, without_collection, without_tracking

_WEB = ("http:", "https:")
_SESSION_NAME = re.compile(
    r"(?i)(?:php|j|asp|asp\.net_|cf|os|zen|xt)?-?_?(?:sess(?:ion)?_?-?id\w*|csid|cftoken|cfid|zenid)|phpsessid|force_sid"
)
# These names also mean other things: only a long token is a session.
_PERHAPS_SESSION_NAME = re.compile(r"(?i)s|sid|session|token|sess|sessionkey")
_TOKEN = re.compile(r"[0-9A-Za-z_,\-]{16,}")
_SESSION_IN_PATH = re.compile(r"(?i);(?:jsessionid|sid|phpsessid)=[^/;?]*|/\(s\([0-9a-z]+\)\)")
_INDEX = re.compile(r"/(?:index|default|home)\.(?:html?|php|aspx?|jsp)$", re.IGNORECASE)
_PAGE_NAMES = "page|pg|paged|pageno|page_no|pagenum|pagenumber|page_number|seite|pagina|p"
_FIRST_PAGE = re.compile(rf"(?i)(?:{_PAGE_NAMES})=1")
_FIRST_PAGE_PATH = re.compile(r"(?i)/page[/-]1/?$")
_PAGE_NUMBER = re.compile(
    rf"(?i)(?P<before>[?&](?:{_PAGE_NAMES}|start|offset|from|skip)=|/(?:page|seite|pagina|p)[-_/]?|[-_](?:page|p)[-_]?)"
    r"(?P<number>\d+)(?=$|[/?&.])"
)
_NUMBER = re.compile(r"\d+")
_ESCAPE = re.compile(r"%[0-9a-fA-F]{2}")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")


@lru_cache(maxsize=256)
def normal(url: str) -> str:
    """An http(s) address without session and tracking parameters, and any fragment but a route of scripts.

    "" where it is none.
    """
    try:
        parsed = can_ada.parse(url)
    except (ValueError, TypeError):
        return ""
    if parsed.protocol not in _WEB or parsed.username or parsed.password:
        return ""
    parsed.hash = route_of(parsed.hash)
    plain: str = parsed.href
    if "%" in plain:
        plain = _ESCAPE.sub(_unescaped, plain)
    if ";" in plain or "/(" in plain:
        plain = _SESSION_IN_PATH.sub("", plain)
    if "?" not in plain:
        return plain
    head, _, query = without_tracking(plain).partition("?")
    kept = [part for part in query.split("&") if part and not _is_session(part)]
    return f"{head}?{'&'.join(kept)}" if kept else head


@lru_cache(maxsize=256)
def key(url: str) -> int:
    """A number that is the same for the spellings of one page, within one process.

    Scheme, www, the order of parameters, a trailing slash, index.html, page=1 and the collection from which one came
    to a product make no difference.
    """
    head, _, query = url.partition("?")
    host, slash, path = head.partition("://")[2].removeprefix("www.").partition("/")
    path = slash + path
    if "." in path:
        path = _INDEX.sub("", path)
    path = path.rstrip("/")
    if path.endswith("1"):
        path = _FIRST_PAGE_PATH.sub("", path)
    path = without_collection(path)
    if query:
        parts = sorted(part for part in query.split("&") if not _FIRST_PAGE.fullmatch(part))
        return hash((host, path, *parts))
    return hash((host, path))


def without_route(url: str) -> str:
    """The address of the page whose scripts a route is for."""
    return url.partition("#")[0]


def parameters(url: str) -> list[tuple[str, str]]:
    """Names (lower case) and values of an address's query, as they are written."""
    query = url.partition("?")[2]
    pairs = (part.partition("=") for part in query.split("&") if part)
    return [(name.lower(), value) for name, _, value in pairs]


def path(url: str) -> str:
    """The path of an address."""
    return "/" + url.partition("://")[2].partition("?")[0].partition("/")[2]


@lru_cache(maxsize=64)
def shape(url: str) -> str:
    """What addresses of pages of one kind have in common: their words, without names and numbers."""
    above, _, last = path(url).strip("/").rpartition("/")
    if not above:
        kept = _kept(last)
    elif "." not in last:
        kept = f"{_all_kept(above)}/*"
    else:
        kept = _kept(last)
        if not _INDEX.search(url):
            kept = "*" + kept[kept.rfind(".") :] if "." in kept else "*"
        kept = f"{_all_kept(above)}/{kept}"
    names = "&".join(sorted({name for name, _ in parameters(url)})) if "?" in url else ""
    return f"{kept}?{names}"


@lru_cache(maxsize=256)  # thousands of pages lie in few folders
def _all_kept(segments: str) -> str:
    return "/".join(map(_kept, segments.split("/")))


def _kept(segment: str) -> str:
    return "*" if _NUMBER.search(segment) or segment.count("-") > 1 else segment.lower()


def list_of(url: str) -> str | None:
    """What the pages of one list have in common: the address without its page number; None where it has none."""
    numbers = list(_PAGE_NUMBER.finditer(url))
    if not numbers:
        return None
    found = numbers[-1]
    return url[: found.start("number")] + "#" + url[found.end("number") :]


def first_pages(url: str) -> list[str]:
    """Under which addresses the first page of a list may be known of which an address asks for a further one."""
    numbers = list(_PAGE_NUMBER.finditer(url))
    if not numbers:
        return []
    before, after = url[: numbers[-1].start()], url[numbers[-1].end() :]
    if numbers[-1]["before"][0] in "?&":
        # What is left of the query begins anew.
        return [before + after if "?" in before else before + after.replace("&", "?", 1)]
    return [] if after.strip("/") else [f"{before}/", before]


def _is_session(part: str) -> bool:
    name, _, value = part.partition("=")
    if _SESSION_NAME.fullmatch(name):
        return True
    return _PERHAPS_SESSION_NAME.fullmatch(name) is not None and _TOKEN.fullmatch(value) is not None


def _unescaped(found: re.Match[str]) -> str:
    character = chr(int(found.group()[1:], 16))
    return character if character in _UNRESERVED else found.group().upper()
