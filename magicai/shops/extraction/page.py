"""A page, read once, with what every source of products asks of it."""

import re
import weakref
from dataclasses import dataclass, field
from functools import cached_property

from selectolax.lexbor import LexborDocumentOptions, LexborHTMLParser, LexborNode

from magicai.shops.addresses import absolute, host_of, origin, path_of, site_of, without_tracking
from magicai.shops.extraction.currencies import SIGNS, CurrencyEvidence, code_of
from magicai.shops.extraction.text import folded
from magicai.shops.product import Observation, Source
from magicai.shops.product_keys import url_key

_TEXT_LIMIT = 200_000

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
    """A script element: its declared type and id in lower case.

    Attributes:
        answer: where the JSON that it holds came from, where a browser has kept there what the page's scripts were
            answered (integrations/fetcher/script_answers.py); None of the page's own scripts.
    """

    kind: str
    name: str
    node: LexborNode
    answer: str | None = None

    def text(self) -> str:
        """Its source."""
        return self.node.text()


@dataclass(slots=True)
class Anchor:
    """A link of the body: where it leads, absolute, and its element."""

    url: str
    rel: str
    node: LexborNode


@dataclass
class ParsedPage:
    """What one page is made of.

    Attributes:
        url: as it was fetched, after redirects.
        markup: its text as UTF-8.
        base: what its relative addresses are relative to.
        metas: content of meta elements by property or name in lower case; the first one wins.
        languages: of the markup, most deliberate first.
        canonical: where the page says that it lies, if that is in this shop; "" where it does not.
        headings: its h1 elements.
        anchors: its links but those that lead to itself.
        alternates: addresses of this page for other languages and markets (hreflang).
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
    headings: list[LexborNode] = field(default_factory=lambda: [])
    anchors: list[Anchor] = field(default_factory=lambda: [])
    alternates: list[str] = field(default_factory=lambda: [])
    _resolved: dict[str, str] = field(default_factory=lambda: {})

    @cached_property
    def tree(self) -> LexborHTMLParser:
        """Its elements."""
        return LexborHTMLParser(self.markup, options=LexborDocumentOptions.WO_EVENTS)

    @cached_property
    def lower(self) -> bytes:
        """Its markup in lower case: where an attribute's name is not in it, no element needs to be asked for it."""
        return self.markup.lower()

    @property
    def is_answered(self) -> bool:
        """Whether a browser has kept in it what its scripts were answered."""
        return any(script.answer is not None for script in self.scripts)

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
        found = [node.text(separator=" ") for node in self.headings[:3]]
        metas = self.metas
        for title in dict.fromkeys((metas.get("og:title", ""), metas.get("twitter:title", ""), self.title)):
            found += [title, *_SITE_SUFFIX.split(title)] if _SITE_MARK.search(title) else [title]
        return tuple(dict.fromkeys(name for name in map(folded, found) if name))

    def resolve(self, href: str) -> str:
        """The absolute address of an href on this page, "" where it leads nowhere on the web."""
        known = self._resolved.get(href)
        if known is None:
            known = absolute(href, self.base)
            start = origin(known) if self.aliases and known else ""
            if start in self.aliases:
                known = self.aliases[start] + known[len(start) :]
            self._resolved[href] = known
        return known

    def in_shop(self, url: str) -> bool:
        """Whether an address lies on this shop's host, or another of the same site (item.shop.com, list.shop.com)."""
        if url.startswith(self.start):
            return True
        here, there = host_of(self.url), host_of(url)
        return here == there or site_of(here) == site_of(there)

    @cached_property
    def market(self) -> str | None:
        """The currency that the page sells in, where it names a single one, or one for itself."""
        stated = self.evidence.stated
        return next(iter(stated)) if len(stated) == 1 else None

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
