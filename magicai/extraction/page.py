"""A page, read once, with what every source of products asks of it."""

import re
import weakref
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from selectolax.lexbor import LexborDocumentOptions, LexborHTMLParser, LexborNode

from magicai.domain.product import Observation, Source
from magicai.domain.product_keys import url_key
from magicai.extraction.addresses import absolute, host_of, origin, path_of, site_of, without_tracking
from magicai.extraction.currencies import SIGNS, CurrencyEvidence, code_of
from magicai.extraction.nesting import without_abyss
from magicai.extraction.tags import Tags, tags_of
from magicai.extraction.text import clean, folded
from magicai.extraction.tokens import Attributes

# Pages beyond this are read as far as it goes: no shop's page is longer, and a body may be made to be.
MARKUP_LIMIT = 5_000_000  # bytes
_ANCHOR_LIMIT = 5_000
_SCRIPT_LIMIT = 400
_META_LIMIT = 300
_TEXT_LIMIT = 200_000
_MOST_KNOWN = 500
_FROM_ANYWHERE = ("/", "http://", "https://")

_GATHERED = "link[rel],meta[content],script,h1,title,base[href]"
_LINKS = "a[href]"
_CURRENCIES = '[itemprop="priceCurrency"],[property="priceCurrency"],[data-currency],[data-currency-code]'
_STATED = re.compile(
    r"""["']?(?:price_?currency|currency_?(?:code|iso(?:_?code)?)?|iso_?currency(?:_?code)?)["']?\s{0,3}[:=]\s{0,3}"""
    r"""(?:\{\s{0,3}["']?(?:active|code|isoCode|iso_code)["']?\s{0,3}:\s{0,3})?\\{0,2}["']([A-Z]{3})\\{0,2}["']""",
    re.IGNORECASE,
)
_TITLE_MARKS = (" | ", " – ", " — ", " - ", " · ", " :: ")
_SITE_MARK = re.compile("[|–—·•»«:｜_：【-]")  # in all that this parts, and found in a fraction of the time
_SITE_SUFFIX = re.compile(r"\s+[|–—·•»«:-]\s+|\s*[|｜_：]\s*|【[^】]{0,40}】")


@dataclass(slots=True)
class Script:
    """A script element: its declared type and id in lower case, and its source or the element that holds it."""

    kind: str
    name: str
    source: str | LexborNode

    def text(self) -> str:
        """Its source."""
        return self.source if isinstance(self.source, str) else self.source.text()


@dataclass(slots=True)
class Anchor:
    """A link of the body: where it leads, absolute."""

    url: str
    rel: str


@dataclass(slots=True)
class Placed(Anchor):
    """A link with its element."""

    node: LexborNode


@dataclass
class Page:
    """What one page is made of.

    Attributes:
        url: as it was fetched, after redirects.
        markup: its text as UTF-8.
        base: what its relative addresses are relative to.
        metas: content of meta elements by property or name in lower case; the first one wins.
        languages: of the markup, most deliberate first.
        canonical: where the page says that it lies, if that is in this shop; "" where it does not.
        tags: what was read of it without its tree; None where that was looked at.
        placed: its links but those that lead to itself, once its tree was looked at.
        leading: where the hrefs of its links lead, once its tree was looked at.
    """

    url: str
    markup: bytes
    digest: str = ""
    at_us: int = 0
    base: str = ""
    title: str = ""
    canonical: str = ""
    next_url: str = ""
    metas: dict[str, str] = field(default_factory=lambda: {})
    languages: tuple[str, ...] = ()
    scripts: list[Script] = field(default_factory=lambda: [])
    aliases: dict[str, str] = field(default_factory=lambda: {})
    tags: Tags | None = None
    placed: list[Placed] = field(default_factory=lambda: [])
    leading: dict[str, str] = field(default_factory=lambda: {})

    @cached_property
    def tree(self) -> LexborHTMLParser:
        """Its elements; made when they are first asked for."""
        return LexborHTMLParser(self.markup, options=LexborDocumentOptions.WO_EVENTS)

    @cached_property
    def lower(self) -> bytes:
        """Its markup in lower case: where an attribute's name is not in it, no element needs to be asked for it."""
        return self.markup.lower()

    @cached_property
    def headings(self) -> list[LexborNode]:
        """Its h1 elements."""
        return self.tree.css("h1")

    @property
    def anchors(self) -> Sequence[Anchor]:
        """Its links but those that lead to itself."""
        if self.tags is None:
            return self.placed
        urls = ((tag, tag.url or self.resolve(tag.attributes["href"] or "")) for tag in self.tags.anchors)
        return [Anchor(url, tag.rel) for tag, url in urls if url and url != self.url]

    @property
    def language(self) -> str:
        """BCP 47, or ""."""
        return self.languages[0] if self.languages else ""

    @cached_property
    def start(self) -> str:
        """The address of its host, with which all addresses there begin."""
        return origin(self.url) + "/"

    @cached_property
    def own_url(self) -> str:
        """Under which address a product that this page is about is known."""
        return self.canonical or without_tracking(self.url)

    @cached_property
    def own_keys(self) -> frozenset[str]:
        """The same addresses of this page as keys."""
        return frozenset((url_key(self.url), url_key(self.own_url)))

    @cached_property
    def text(self) -> str:
        """What a reader sees, a line for each element, without scripts and styles."""
        body = self.tree.body
        if body is None:
            return ""
        pieces: list[str] = []
        length = 0
        for node in body.traverse(include_text=True, skip_empty=True):
            if not node.is_text_node:
                continue
            parent = node.parent
            if parent is not None and parent.tag in ("script", "style", "noscript", "template", "textarea"):
                continue
            piece = node.text_content or ""
            pieces.append(piece)
            length += len(piece)
            if length > _TEXT_LIMIT:
                break
        return "\n".join(pieces)

    @cached_property
    def evidence(self) -> CurrencyEvidence:
        """What the page says about its currency."""
        # A reference to the page would make a circle, and keep its tree until the garbage collector comes by.
        page = weakref.ref(self)
        return CurrencyEvidence(
            host=host_of(self.url).partition(":")[0],
            path=path_of(self.url),
            languages=self.languages,
            stated=self._stated_currencies(),
            read_text=lambda: alive.text if (alive := page()) is not None else "",
        )

    @cached_property
    def names(self) -> tuple[str, ...]:
        """By which names the page goes, folded for comparing: its headings, its title and the parts of that."""
        texts = self.tags.headings if self.tags is not None else None
        found = [node.text(separator=" ") for node in self.headings[:3]] if texts is None else texts[:3]
        metas = self.metas
        for title in dict.fromkeys((metas.get("og:title", ""), metas.get("twitter:title", ""), self.title)):
            found += [title, *_SITE_SUFFIX.split(title)] if _SITE_MARK.search(title) else [title]
        return tuple(dict.fromkeys(name for name in map(folded, found) if name))

    def resolve(self, href: str) -> str:
        """The absolute address of an href on this page, "" where it leads nowhere on the web."""
        known = self.leading.get(href)
        if known is not None:
            return known
        url = absolute(href, self.base)
        if self.aliases and url:
            start = origin(url)
            if start in self.aliases:
                return self.aliases[start] + url[len(start) :]
        return url

    def in_shop(self, url: str) -> bool:
        """Whether an address lies on this shop's host, or another of the same site (item.shop.com, list.shop.com)."""
        if url.startswith(self.start):
            return True
        here, there = host_of(self.url), host_of(url)
        return here == there or site_of(here) == site_of(there)

    def currency(self, sign: str) -> str | None:
        """The ISO 4217 code of a sign or code as this page means it."""
        sign = sign.strip()
        if sign not in SIGNS:
            return code_of(sign) if sign else None
        return self.evidence.currency(sign)

    def without_site(self, title: str) -> str:
        """A product's name without the shop's name behind or before it, where the page says what that is."""
        site = folded(self.metas.get("og:site_name", ""))
        if site:
            for mark in _TITLE_MARKS:
                head, found, tail = title.rpartition(mark)
                if found and head.strip() and folded(tail) == site:
                    return head.strip()
                first, found, rest = title.partition(mark)
                if found and rest.strip() and folded(first) == site:
                    return rest.strip()
        return title

    def observation(self, name: str, source: Source, url: str = "") -> Observation:
        """An observation of this page, to be filled."""
        return Observation(url=url, name=name, source=source, page_url=self.url, digest=self.digest, at_us=self.at_us)

    def _stated_currencies(self) -> set[str]:
        stated: set[str] = set()
        for key in ("product:price:currency", "og:price:currency", "price:currency", "currency", "pricecurrency"):
            code = code_of(self.metas.get(key, ""))
            if code:
                stated.add(code)
        if stated:
            return stated
        if b"currency" not in self.lower:
            return stated
        marked = b"pricecurrency" in self.lower or b"data-currency" in self.lower
        for node in self.tree.css(_CURRENCIES) if marked else ():
            attributes = node.attributes
            for key in ("content", "data-currency", "data-currency-code"):
                code = code_of(attributes.get(key) or "")
                if code:
                    stated.add(code)
        if not stated:
            found = (
                code_of(match[1])
                for script in self.scripts
                if "urrency" in (text := script.text()[:_TEXT_LIMIT]) or "URRENCY" in text
                for match in _STATED.finditer(text)
            )
            stated.update(code for code in found if code)
        return stated


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
        tag = node.tag
        if tag == "h1":
            headings.append(node)
        elif tag == "title":
            page.title = page.title or _outside_drawings(node)
        elif tag == "script":
            _gather_script(page, node.attributes, node)
        elif tag in _GATHERERS:
            _GATHERERS[tag](page, node.attributes)
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
                if len(known) < _MOST_KNOWN and href.startswith(_FROM_ANYWHERE):
                    known[href] = leads_to
            leading[href] = leads_to
        if leads_to and leads_to != own:
            rel = attributes.get("rel")
            placed.append(Placed(leads_to, rel.lower() if rel else "", node))


def _gather_tags(page: Page, tags: Tags) -> bool:
    """Gather from tags; answers whether they are enough."""
    page.tags = tags
    for tag in tags.gathered:
        if tag.name == "script":
            _gather_script(page, tag.attributes, tag.text)
        elif tag.name == "title":
            page.title = page.title or clean(tag.text)
        else:
            _GATHERERS[tag.name](page, tag.attributes)
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
