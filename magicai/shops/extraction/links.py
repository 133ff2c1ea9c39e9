"""Where a page leads, and what its links promise."""

import re

from selectolax.lexbor import LexborNode

from magicai.shops.addresses import path_of
from magicai.shops.crawl import UrlKind
from magicai.shops.extraction.address_kinds import (
    is_left_alone,
    kind_by_address,
    leads_elsewhere,
    page_number,
    promise_of,
)
from magicai.shops.extraction.link_words import says_action, says_more, says_next
from magicai.shops.extraction.page import Anchor, ParsedPage
from magicai.shops.extraction.reading import Link
from magicai.shops.product_keys import url_key

# Looked up at its enumeration, each takes Python 3.11 thirty times as long.
_PRODUCT, _LISTING, _OTHER = UrlKind.PRODUCT, UrlKind.LISTING, UrlKind.OTHER
_LINK_LIMIT = 3_000
# Links of a pagination by a word of what is around them: a page has few of these words, and each costs a search.
_PAGING = {
    b"aginat": '[class*="paginat"] a[href],[class*="Paginat"] a[href],[aria-label*="agination"] a[href]',
    b"ager": '[class*="pager"] a[href]',
    b"aging": '[class*="paging"] a[href]',
    b"age-numbers": '[class*="page-numbers"]',
    b"ages": '[class*="toolbar-pages"] a[href],ul.pages a[href]',
    b"agenav": '[class*="pagenav"] a[href]',
}
_PAGING_WORD = re.compile(rb"ag(?:inat|er|ing|e-numbers|es|enav)")
_MENUS = (
    'nav a[href],header a[href],[role="navigation"] a[href],[class*="menu"] a[href],[class*="breadcrumb"] a[href]'
    ',[class*="categor"] a[href]'
)
_GOODS = (
    'h2 a[href],h3 a[href],h4 a[href],a[href] h2,a[href] h3,[class*="product"] a[href],[class*="Product"] a[href]'
    ',[class*="goods"] a[href],[class*="item-"] a[href]'
)
_BUTTON_LIMIT = 300
_NO_LIST_BUTTONS = ",".join(
    f"{place} button"
    for place in (
        "form",
        "nav",
        "aside",
        "header",
        "footer",
        '[class*="filter"]',
        '[class*="facet"]',
        '[class*="review"]',
    )
)
# Attributes that name the next part of a list, and those that may name anything.
NAMES_MORE = ("data-next-url", "data-next-page", "data-load-more", "data-more-url", "data-infinite-url")
MAY_NAME_MORE = ("data-next", "hx-get", "data-url", "data-href")
_MORE_ATTRIBUTES = (*NAMES_MORE, *MAY_NAME_MORE)
_MORE = ",".join("button[data-url],a[data-url]" if name == "data-url" else f"[{name}]" for name in _MORE_ATTRIBUTES)
_MORE_DATA = re.compile("|".join(name for name in _MORE_ATTRIBUTES if name.startswith("data-")).encode())


def links_of(page: ParsedPage, product_urls: set[str], *, continues: bool) -> list[Link]:
    """The links of a page that stay in its shop, each address once, in document order.

    Args:
        page: whose links to read.
        product_urls: addresses of products that the page states, by their keys.
        continues: whether the page may be part of a list that other pages continue.
    """
    found = _following(page)
    paging = _in_pagination(page) if continues else set[int]()
    places, start, own_path = _Places(page), page.start, path_of(page.url)
    for anchor in page.anchors:
        url = anchor.url
        present = found.get(url)
        if present is not None and not continues and present.kind is not _OTHER:
            continue  # it says nothing new
        if len(found) >= _LINK_LIMIT or not (url.startswith(start) or page.in_shop(url)):
            continue
        kind = promise_of(url)
        is_stated = kind is not _PRODUCT and product_urls and url_key(url) in product_urls
        kind = _PRODUCT if is_stated else kind
        next_page = False
        if kind is not _PRODUCT:
            in_paging = continues and anchor.node.mem_id in paging
            if in_paging or (continues and _may_continue(anchor, own_path)):
                next_page = _is_next(anchor, page)
                kind = _LISTING if next_page or in_paging else kind
            else:
                told = kind_by_address(url, anchor.rel)
                if is_left_alone(url, anchor.rel) or (told is None and says_action(_said(anchor.node))):
                    continue
                kind = told or places.kind_of(anchor.node)
        if present is None or (next_page and not present.next_page) or present.kind is _OTHER is not kind:
            found[url] = Link(url, kind, next_page or (present is not None and present.next_page))
    for url in _more(page) if continues else ():
        found[url] = Link(url, _LISTING, next_page=True)
    return list(found.values())


def _following(page: ParsedPage) -> dict[str, Link]:
    next_url = page.next_url
    return {next_url: Link(next_url, _LISTING, next_page=True)} if next_url and page.in_shop(next_url) else {}


def _said(node: LexborNode) -> str:
    """What a link says: its text, else its label."""
    return node.text().strip() or node.attributes.get("aria-label") or node.attributes.get("title") or ""


class _Places:
    """What the place of a link on its page promises; looked for where an address promises nothing."""

    def __init__(self, page: ParsedPage) -> None:
        self._page = page
        self._menus: set[int] | None = None
        self._goods: set[int] = set()

    def kind_of(self, node: LexborNode) -> UrlKind:
        """A listing in menus, a product under a heading or in what is called one, else nothing."""
        if self._menus is None:
            self._menus = {found.mem_id for found in self._page.tree.css(_MENUS)}
            self._goods = {_anchor_id(found) for found in self._page.tree.css(_GOODS)}
        if node.mem_id in self._menus:
            return _LISTING
        return _PRODUCT if node.mem_id in self._goods else _OTHER


def _anchor_id(node: LexborNode) -> int:
    """The id of a link, or of the link around a heading."""
    around: LexborNode | None = node
    for _ in range(4):
        if around is None or around.tag == "a":
            break
        around = around.parent
    return around.mem_id if around is not None else node.mem_id


def _in_pagination(page: ParsedPage) -> set[int]:
    words = set(_PAGING_WORD.findall(page.lower))
    selectors = ",".join(selector for word, selector in _PAGING.items() if word in words)
    return {node.mem_id for node in page.tree.css(selectors)} if selectors else set[int]()


def _may_continue(anchor: Anchor, own_path: str) -> bool:
    """Whether a link's address may be of another page of the same list; most are not, and are not looked at closer."""
    url = anchor.url
    return "next" in anchor.rel or page_number(url) is not None or (own_path in url and path_of(url) == own_path)


def _is_next(anchor: Anchor, page: ParsedPage) -> bool:
    """Whether a link of a pagination leads one page on."""
    node = anchor.node
    if url_key(anchor.url) == url_key(page.url):
        return False
    if "next" in anchor.rel or "next" in (node.attributes.get("class") or "").lower().replace("-", " ").split():
        return True
    label = (node.attributes.get("aria-label") or node.attributes.get("title") or "").lower()
    if "next" in label or says_next(node.text()) or says_next(label):
        return "prev" not in label
    here, text = page_number(page.url) or 1, node.text().strip()
    return (
        text.isdigit() and text.isascii() and int(text[:6]) == here + 1 and page_number(anchor.url) in (here + 1, None)
    )


def grows_by_a_button(page: ParsedPage) -> bool:
    """Whether a button without an address shows more of a page's list: only a browser can press it."""
    if b"<button" not in page.lower:
        return False
    apart = {node.mem_id for node in page.tree.css(_NO_LIST_BUTTONS)}
    buttons = page.tree.css("button")[:_BUTTON_LIMIT]
    return any(says_more(node.text(separator=" ")) for node in buttons if node.mem_id not in apart)


def _more(page: ParsedPage) -> list[str]:
    """Addresses from which a button or the end of a list would load more of it."""
    found: list[str] = []
    if not _MORE_DATA.search(page.lower) and b"hx-get" not in page.lower:
        return found
    for node in page.tree.css(_MORE)[:50]:
        attributes = node.attributes
        described = " ".join(attributes.get(key) or "" for key in ("class", "id", "aria-label")).lower()
        for key in _MORE_ATTRIBUTES:
            value = attributes.get(key) or ""
            if not ("/" in value or value.startswith("?")):
                continue
            promised = any(word in described for word in ("more", "next", "infinite"))
            if key in NAMES_MORE or promised or says_next(node.text()):
                url = page.resolve(value)
                if url and page.in_shop(url) and not leads_elsewhere(url):
                    found.append(url)
                break
    return found
