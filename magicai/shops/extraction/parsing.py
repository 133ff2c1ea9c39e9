"""Gathers what a page is made of: from its tags where these are enough to know it, else from its tree."""

from functools import lru_cache

from selectolax.lexbor import LexborNode

from magicai.shops.addresses import FROM_ANYWHERE, absolute, origin, path_of, without_tracking
from magicai.shops.extraction.acting_links import changes_something
from magicai.shops.extraction.nesting import without_abyss
from magicai.shops.extraction.page import Page, PlacedAnchor, Script
from magicai.shops.extraction.tag_rules import stated
from magicai.shops.extraction.tags import Tags, tags_of
from magicai.shops.extraction.text import clean
from magicai.shops.extraction.tokens import Attributes

# Pages beyond this are read as far as it goes: no shop's page is longer, and a body may be made to be.
MARKUP_LIMIT = 5_000_000  # bytes
_ANCHOR_LIMIT = 5_000
_SCRIPT_LIMIT = 400
_META_LIMIT = 300
_MOST_KNOWN = 500

_GATHERED = stated("link", "meta", "script", "h1", "title", "base")
_LINKS = stated("a")


def parse(markup: bytes, *, url: str, digest: str = "", at_us: int = 0) -> Page:
    """Gather a page's addresses, scripts and metadata, from its tags where these are enough to know them."""
    markup = without_abyss(markup[:MARKUP_LIMIT].replace(b"\x00", b""))
    page = Page(url=url, markup=markup, digest=digest, at_us=at_us, base=url)
    # Whoever states nothing in scripts has to be looked at closer anyway.
    tags = tags_of(markup, origin(url)) if b"ld+json" in markup else None
    if tags is None or not _gather_tags(page, tags):
        look_closer(page)
    return page


def look_closer(page: Page) -> None:
    """Gather the same from the page's tree, with the elements."""
    page.tags = None
    _forget(page)
    headings = page.headings = []
    for node in page.tree.css(_GATHERED):
        if node.tag == "h1":
            headings.append(node)
        else:
            _gather(page, node.tag, node.attributes, node)
    root = page.tree.css_first("html")
    page.languages = _languages(page, root.attributes if root is not None else {})
    links = page.tree.css(_LINKS)[:_ANCHOR_LIMIT]
    _place(page, links)
    _place_links(page, links)


def _place_links(page: Page, links: list[LexborNode]) -> None:
    known = {} if page.aliases else _known_hrefs(origin(page.base))
    leading, own, placed = page.leading, page.url, page.placed
    for node in links:
        attributes = node.attributes
        href = attributes["href"] or ""
        leads_to = leading.get(href)
        if leads_to is None:
            leads_to = known.get(href)
            if leads_to is None:
                leads_to = page.resolve(href)
                if len(known) < _MOST_KNOWN and href.startswith(FROM_ANYWHERE):
                    known[href] = leads_to
            leading[href] = leads_to
        if leads_to and leads_to != own and not changes_something(attributes):
            rel = attributes.get("rel")
            placed.append(PlacedAnchor(leads_to, rel.lower() if rel else "", node))


def _gather_tags(page: Page, tags: Tags) -> bool:
    """Gather from tags; answers whether they are enough."""
    page.tags = tags
    for tag in tags.gathered:
        _gather(page, tag.name, tag.attributes, tag.text)
    if origin(page.base) != origin(page.url):
        return False
    page.languages = _languages(page, tags.root or {})
    stated = absolute(_stated_place(page), page.base)
    if stated and not page.in_shop(stated):
        return False
    _place(page, [])
    return True


def _forget(page: Page) -> None:
    page.base, page.title, page.canonical, page.next_url = page.url, "", "", ""
    page.metas, page.scripts, page.placed, page.leading = {}, [], [], {}


@lru_cache(maxsize=4)
def _known_hrefs(start: str) -> dict[str, str]:
    """Where hrefs lead that mean the same on every page of a host: a shop's pages repeat most of theirs."""
    del start
    return {}


def _gather(page: Page, name: str | None, attributes: Attributes, source: str | LexborNode) -> None:
    """Gather an element by its name; its source is its text, or its node in the tree."""
    if name == "title":
        page.title = page.title or (clean(source) if isinstance(source, str) else _outside_drawings(source))
    elif name == "script":
        _gather_script(page, attributes, source)
    elif name is not None and name in _GATHERERS:
        _GATHERERS[name](page, attributes)


def _gather_script(page: Page, attributes: Attributes, source: str | LexborNode) -> None:
    if len(page.scripts) < _SCRIPT_LIMIT:
        kind = (attributes.get("type") or "").partition(";")[0].strip().lower()
        name = (attributes.get("id") or attributes.get("class") or "").lower()
        page.scripts.append(Script(kind, name, source))


def _gather_meta(page: Page, attributes: Attributes) -> None:
    if len(page.metas) < _META_LIMIT:
        key = attributes.get("property") or attributes.get("name") or attributes.get("itemprop")
        key = key or attributes.get("http-equiv") or ""
        page.metas.setdefault(key.lower(), attributes.get("content") or "")


def _gather_link(page: Page, attributes: Attributes) -> None:
    rel = (attributes.get("rel") or "").lower().split()
    if "canonical" in rel and not page.canonical:
        page.canonical = attributes.get("href") or ""
    elif "next" in rel and not page.next_url:
        page.next_url = attributes.get("href") or ""


def _gather_base(page: Page, attributes: Attributes) -> None:
    if page.base == page.url:
        page.base = absolute(attributes.get("href") or "", page.url) or page.url


_GATHERERS = {"meta": _gather_meta, "link": _gather_link, "base": _gather_base}


def _outside_drawings(title: LexborNode) -> str:
    """The text of a title, unless it is that of an SVG drawing."""
    parent = title.parent
    return "" if parent is not None and parent.tag in ("svg", "symbol", "g") else clean(title.text())


def _languages(page: Page, root: Attributes) -> tuple[str, ...]:
    tags = [root.get("lang") or root.get("xml:lang") or ""]
    tags += [page.metas.get(key, "") for key in ("og:locale", "content-language", "language")]
    return tuple(dict.fromkeys(tag.strip()[:20].replace("_", "-") for tag in tags if tag.strip()))


def _stated_place(page: Page) -> str:
    return page.canonical or page.metas.get("og:url", "")


def _place(page: Page, links: list[LexborNode]) -> None:
    """Settle the addresses that a page states of itself and of the next one of its list."""
    canonical = absolute(_stated_place(page), page.base)
    page.canonical = ""
    if canonical:
        _place_at(page, canonical, links)
    page.next_url = page.resolve(page.next_url) if page.next_url else ""


def _place_at(page: Page, canonical: str, links: list[LexborNode]) -> None:
    """Settle the canonical address, and the other host as which the shop knows itself (staging, a mirror, a proxy)."""
    own_path, path = path_of(page.url), path_of(canonical)
    if not page.in_shop(canonical):
        there = origin(canonical)
        if path.rstrip("/") != own_path.rstrip("/") or (path == "/" and not _speaks_of_itself_as(there, links)):
            return  # another shop's page is not this one's address
        page.aliases[there] = origin(page.url)
        canonical = origin(page.url) + canonical[len(there) :]
    if path == "/" and own_path != "/":
        return  # a template that names the front page on every page
    page.canonical = without_tracking(canonical)


def _speaks_of_itself_as(there: str, links: list[LexborNode]) -> bool:
    linked = sum(1 for link in links if (link.attributes["href"] or "").startswith(there))
    return linked > len(links) / 2
