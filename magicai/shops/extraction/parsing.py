"""Gathers what a page is made of from its tree: addresses, scripts and metadata."""

from selectolax.lexbor import LexborNode

from magicai.shops.addresses import absolute, origin, path_of, without_tracking
from magicai.shops.extraction.nesting import without_abyss
from magicai.shops.extraction.page import Anchor, ParsedPage, Script
from magicai.shops.extraction.text import clean

# Pages beyond this are read as far as it goes: no shop's page is longer, and a body may be made to be.
MARKUP_LIMIT = 5_000_000  # bytes
_ANCHOR_LIMIT = 5_000
_SCRIPT_LIMIT = 400
_META_LIMIT = 300
_ALTERNATE_LIMIT = 100
_GATHERED = "link[rel],meta[content],script,h1,title,base[href]"
# By these, scripts make of a link a request that changes something.
_METHODS = frozenset(("data-method", "data-turbo-method", "data-post", "hx-post", "hx-put", "hx-patch", "hx-delete"))

Attributes = dict[str, str | None]


def parse(markup: bytes, *, url: str, digest: str = "", at_us: int = 0) -> ParsedPage:
    """Parse UTF-8, and gather the page's addresses, scripts and metadata."""
    markup = without_abyss(markup[:MARKUP_LIMIT].replace(b"\x00", b""))
    page = ParsedPage(url=url, markup=markup, digest=digest, at_us=at_us, base=url)
    for node in page.tree.css(_GATHERED):
        if node.tag == "h1":
            page.headings.append(node)
        else:
            _gather(page, node)
    root = page.tree.css_first("html")
    page.languages = _languages(page, root.attributes if root is not None else {})
    links = page.tree.css("a[href]")[:_ANCHOR_LIMIT]
    _place(page, links)
    page.anchors = list(_anchors(page, links))
    return page


def _anchors(page: ParsedPage, links: list[LexborNode]) -> list[Anchor]:
    """Links but those to the page itself, and those by which scripts send something."""
    found: list[Anchor] = []
    for node in links:
        attributes = node.attributes
        url = page.resolve(attributes["href"] or "")
        if url and url != page.url and _METHODS.isdisjoint(attributes):
            found.append(Anchor(url, (attributes.get("rel") or "").lower(), node))
    return found


def _gather(page: ParsedPage, node: LexborNode) -> None:
    attributes = node.attributes
    match node.tag:
        case "title":
            page.title = page.title or _outside_drawings(node)
        case "script":
            _gather_script(page, attributes, node)
        case "meta":
            _gather_meta(page, attributes)
        case "link":
            _gather_link(page, attributes)
        case _:
            if page.base == page.url:
                page.base = absolute(attributes.get("href") or "", page.url) or page.url


def _gather_script(page: ParsedPage, attributes: Attributes, node: LexborNode) -> None:
    if len(page.scripts) < _SCRIPT_LIMIT:
        kind = (attributes.get("type") or "").partition(";")[0].strip().lower()
        name = (attributes.get("id") or attributes.get("class") or "").lower()
        page.scripts.append(Script(kind, name, node, attributes.get("data-answer")))


def _gather_meta(page: ParsedPage, attributes: Attributes) -> None:
    if len(page.metas) < _META_LIMIT:
        key = attributes.get("property") or attributes.get("name") or attributes.get("itemprop")
        key = key or attributes.get("http-equiv") or ""
        page.metas.setdefault(key.lower(), attributes.get("content") or "")


def _gather_link(page: ParsedPage, attributes: Attributes) -> None:
    rel = (attributes.get("rel") or "").lower().split()
    if "canonical" in rel and not page.canonical:
        page.canonical = attributes.get("href") or ""
    elif "next" in rel and not page.next_url:
        page.next_url = attributes.get("href") or ""
    elif "alternate" in rel and attributes.get("hreflang") and len(page.alternates) < _ALTERNATE_LIMIT:
        page.alternates.append(attributes.get("href") or "")


def _outside_drawings(title: LexborNode) -> str:
    """The text of a title, unless it is that of an SVG drawing."""
    parent = title.parent
    return "" if parent is not None and parent.tag in ("svg", "symbol", "g") else clean(title.text())


def _languages(page: ParsedPage, root: Attributes) -> tuple[str, ...]:
    tags = [root.get("lang") or root.get("xml:lang") or ""]
    tags += [page.metas.get(key, "") for key in ("og:locale", "content-language", "language")]
    return tuple(dict.fromkeys(tag.strip()[:20].replace("_", "-") for tag in tags if tag.strip()))


def _place(page: ParsedPage, links: list[LexborNode]) -> None:
    """Settle the addresses that a page states of itself and of the next one of its list."""
    canonical = absolute(page.canonical or page.metas.get("og:url", ""), page.base)
    page.canonical = ""
    if canonical:
        _place_at(page, canonical, links)
    page.next_url = page.resolve(page.next_url) if page.next_url else ""
    resolved = map(page.resolve, page.alternates)
    page.alternates = [url for url in resolved if url and page.in_shop(url) and path_of(url) != "/"]


def _place_at(page: ParsedPage, canonical: str, links: list[LexborNode]) -> None:
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
