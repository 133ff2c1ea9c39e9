"""Reading a page: its sources in the order of their trust, as far as they are needed, and its links."""

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from magicai.shops.addresses import path_of
from magicai.shops.crawl import UrlKind
from magicai.shops.extraction.address_kinds import promise_of
from magicai.shops.extraction.card_reading import opened_cards, read_cards
from magicai.shops.extraction.cards import find_cards
from magicai.shops.extraction.choices import offered_kinds
from magicai.shops.extraction.encoding import as_utf8
from magicai.shops.extraction.json_ld import json_ld_items
from magicai.shops.extraction.links import grows_by_a_button, links_of
from magicai.shops.extraction.marked_items import MICRODATA, RDFA, marked_items
from magicai.shops.extraction.open_graph import open_graph_product
from magicai.shops.extraction.outline import Outline
from magicai.shops.extraction.own_product import settled
from magicai.shops.extraction.page import ParsedPage
from magicai.shops.extraction.page_kinds import is_undrawn, kind_without_products, needs_rendering, says_not_found
from magicai.shops.extraction.parsing import MARKUP_LIMIT, parse
from magicai.shops.extraction.price_lists import read_price_lists
from magicai.shops.extraction.price_words import Part, speaks_of_tax
from magicai.shops.extraction.product_page import mark_related, page_heading, read_product_page
from magicai.shops.extraction.reading import Link, PageKind, Reading
from magicai.shops.extraction.schema_org import Vocabulary, category_from_trail, read_items
from magicai.shops.extraction.script_answers import detail_answers, following_answers, one_currency
from magicai.shops.extraction.shown_labels import labelled_sku, listing_id
from magicai.shops.extraction.shown_prices import Money, money_in
from magicai.shops.extraction.states import state_products
from magicai.shops.extraction.text import clean
from magicai.shops.extraction.variations import product_variations
from magicai.shops.product import Availability, Observation, Source
from magicai.shops.product_keys import url_key

_log = logging.getLogger(__name__)

_LISTED = 2
_CARDS_OF_A_CATEGORY = 3
_PRODUCT_LINKS = 3
# Marks and words of a price before. Without any of them, structured data that names no list price has said all.
_MARKED_BEFORE = "del,s,strike,[style*=line-through]," + ",".join(
    f'[class*="{called}"]'
    for called in (
        "through", "old", "Old", "compare", "Compare", "was", "regular", "list-price", "listPrice", "rrp", "original",
        "uvp",
    )
)  # fmt: skip
_WORDS_BEFORE = {
    "de": ("statt ", "UVP"), "zh": ("原价", "市场价", "原價", "定價"), "ja": ("定価", "通常価格"),
    "ko": ("정가", "소비자가"), "en": ("RRP", "MSRP", "Was "), "fr": ("au lieu de",), "es": ("Antes",),
    "it": ("invece di",),
}  # fmt: skip
_AMOUNT_FOLLOWS = r"(?:<[^<>]{0,200}>|&\w+;|[^\w<]|[A-Z]{2,3}\b){0,12}[0-9]"
_SAID_BEFORE = {
    language: [re.compile(f"{word}{_AMOUNT_FOLLOWS}".encode()) for word in words]
    for language, words in _WORDS_BEFORE.items()
}
# Some few are left, or none: Shopware writes it of what is sold out. The page's readers are told which.
_LIMITED = b"LimitedAvailability"
_KINDS_ELSEWHERE = (b"data-product_variations", b"<option")
_SIGNS = {"USD": b"$", "EUR": "€".encode(), "GBP": "£".encode(), "JPY": "¥".encode(), "CNY": "¥".encode()}
_CRUMBS = ",".join(
    f"{place} {tag}"
    for place in (
        '[class*="breadcrumb"]',
        '[class*="Breadcrumb"]',
        '[aria-label*="readcrumb"]',
        '[id*="breadcrumb"]',
        '[class~="crumbs"]',
    )
    for tag in ("a", "li")
)


def read_page(
    body: bytes, *, url: str, content_type: str = "", charset: str = "", digest: str = "", at_us: int = 0
) -> Reading:
    """Read a page once: what it is, what it states of products, and where it leads.

    Structured data that gives complete products is all that is looked at; what it leaves open is looked for in the
    scripts' states and in what the page shows. Observations of the page's own product come first.

    Args:
        body: raw, uncompressed; read up to 5 MB.
        url: absolute, after redirects.
        content_type: the header.
        charset: from the header, where the caller has taken it out.
        digest: SHA-256 of the body, for provenance.
        at_us: when it was fetched, in UTC microseconds.

    Returns:
        An empty reading for a body that can't be read; no body raises an error.
    """
    try:
        markup = as_utf8(body[:MARKUP_LIMIT], content_type=content_type, charset=charset)
        return _read(parse(markup, url=url, digest=digest, at_us=at_us))
    except Exception:  # noqa: BLE001 - whatever a hostile page found, it costs the shop this page and not the crawl
        _log.exception("%s can't be read", url)
        return Reading(PageKind.OTHER)


def _read(page: ParsedPage) -> Reading:
    stated = _structured(page)
    observations = stated.observations
    own = next((observation for observation in observations if observation.own_page), None)
    if not stated.complete:
        observations = _with_shown(stated, page)
        own = next((observation for observation in observations if observation.own_page), None)
    if own is not None:
        own.listing_id, own.alternates = listing_id(page.own_url, own.name), tuple(page.alternates)
        _add_category(observations, own, stated.trail, page)
    others = {url_key(observation.url) for observation in observations if not observation.own_page}
    reading = Reading(
        kind=PageKind.OTHER,
        title=clean(page.title),
        canonical=page.canonical,
        language=page.language,
        observations=observations,
        links=links_of(page, others, continues=own is None),
    )
    if page.is_answered and own is not None:
        reading.answers = detail_answers(page, own)
    elif page.is_answered:
        _add_answered(reading, page)
    reading.kind = _kind(page, reading, own)
    if not observations and reading.kind in (PageKind.OTHER, PageKind.EMPTY, PageKind.LISTING):
        reading.needs_rendering, reading.is_undrawn = needs_rendering(page), is_undrawn(page)
    elif reading.kind is PageKind.LISTING and not any(link.next_page for link in reading.links):
        reading.needs_rendering = grows_by_a_button(page)
    return reading


def _add_answered(reading: Reading, page: ParsedPage) -> None:
    """Add what the JSON tells that a list's scripts were answered: products without a link, and further parts."""
    linked = {link.url for link in reading.links}
    stated = (one.url for one in reading.observations if one.source is Source.HYDRATION and one.url not in linked)
    reading.links += [Link(url, UrlKind.PRODUCT) for url in dict.fromkeys(stated)]
    reading.answers = following_answers(page)


@dataclass(slots=True)
class _Structured:
    """What a page's structured data state.

    Attributes:
        trail: names of its breadcrumbs.
        summed: the own product's price is of a range without offers, as categories claim to be products.
        complete: the rest of the page has nothing to add.
    """

    observations: list[Observation] = field(default_factory=lambda: [])
    trail: tuple[str, ...] = ()
    summed: bool = False
    complete: bool = False


def _structured(page: ParsedPage) -> _Structured:
    """Read JSON-LD, microdata, RDFa and OpenGraph, each only if the one before left something open."""
    found = _Structured()
    for vocabulary in _vocabularies(page):
        found.trail = found.trail or vocabulary.trail
        of_syntax = settled(vocabulary, page)
        found.observations += of_syntax.observations
        found.summed |= of_syntax.summed
        found.complete = not found.summed and _is_complete(of_syntax.observations, page)
        if found.complete:
            return found
    graph = open_graph_product(page)
    if graph is not None:
        found.observations.append(graph)
    return found


def _vocabularies(page: ParsedPage) -> Iterator[Vocabulary]:
    items = json_ld_items(page)
    if items:
        yield read_items(items, page, Source.JSON_LD)
    if b"itemprop" in page.markup and b"itemscope" in page.markup:
        yield read_items(marked_items(page, MICRODATA), page, Source.MICRODATA)
    if b"typeof=" in page.markup:
        yield read_items(marked_items(page, RDFA), page, Source.RDFA)


def _is_complete(observations: list[Observation], page: ParsedPage) -> bool:
    """Whether structured data leaves nothing open that the rest of the page may say."""
    own = [observation for observation in observations if observation.own_page]
    if own:
        return _is_full(own[0]) and not _may_say_more(own[0], page)
    if len(observations) < _LISTED or not all(map(_is_full, observations)):
        return False
    known = {url_key(observation.url) for observation in observations}
    return all(
        url_key(anchor.url) in known
        for anchor in page.anchors
        if page.in_shop(anchor.url) and promise_of(anchor.url) is UrlKind.PRODUCT
    )


def _is_full(observation: Observation) -> bool:
    return None not in (observation.price, observation.currency, observation.availability)


def _may_say_more(own: Observation, page: ParsedPage) -> bool:
    """Whether the page shows a price before, other kinds, or a stock or currency other than its structured data's."""
    markup = page.markup
    if (own.sku is None or own.sku not in page.text) and labelled_sku(page.text):
        return True
    if own.list_price is None and _may_show_price_before(page):
        return True
    if _LIMITED in markup or (not own.variants and any(mark in markup for mark in _KINDS_ELSEWHERE)):
        return True
    if speaks_of_tax(page.text):
        return True
    sign = _SIGNS.get(own.currency or "")
    if sign is None or sign in markup:
        return False
    return any(other in markup for other in _SIGNS.values())


def _may_show_price_before(page: ParsedPage) -> bool:
    said = _SAID_BEFORE.get(page.language[:2].lower(), ())
    if any(pattern.search(page.markup) for pattern in said):
        return True
    return page.tree.css_first(_MARKED_BEFORE) is not None


def _with_shown(stated: _Structured, page: ParsedPage) -> list[Observation]:
    """Observations completed by scripts' states and by what the page shows."""
    outline = Outline(page.tree.body)
    heading = page_heading(outline, page)
    mark_related(outline, heading)
    moneys = money_in(outline, page)
    shown = {money.amount for money in moneys if money.amount is not None}
    shown |= {observation.price for observation in stated.observations if observation.price is not None}
    currency = one_currency(moneys, page) if page.is_answered else None
    observations = [*stated.observations, *state_products(page, shown, currency)]
    own = [observation for observation in observations if observation.own_page]
    cards = find_cards(outline, page, moneys, heading)
    shown_own = read_product_page(outline, page, moneys, cards, heading, known=bool(own) and not stated.summed)
    if shown_own is None and stated.summed and len(cards) >= _CARDS_OF_A_CATEGORY:
        own = []  # a category that calls itself a product
    if shown_own is not None:
        if shown_own.availability is Availability.OUT_OF_STOCK and _LIMITED in page.markup:
            for observation in own:
                observation.availability = Availability.OUT_OF_STOCK
        _prefer_shown_sku(own, shown_own.sku, outline)
        _prefer_shown_tax(own, shown_own, moneys)
        if not any(one.variants for one in own):
            shown_own.variants = offered_kinds(outline, page, moneys, shown_own)
        own.append(shown_own)
    if own and (kinds := product_variations(page, own[0].name)) is not None:
        own.append(kinds)
    if not any(_says_something(observation) for observation in own):
        own = []
    others = [observation for observation in observations if not observation.own_page]
    listed = [] if own else read_price_lists(outline, page, moneys)
    return [*own, *others, *read_cards([*cards, *opened_cards(outline, moneys)], outline, page), *listed]


def _prefer_shown_sku(own: list[Observation], shown: str | None, outline: Outline) -> None:
    """Drop numbers that stand only in markup where the page shows another."""
    text = outline.text.casefold() if shown else ""
    for stated in own:
        if shown and stated.sku and stated.sku.casefold() not in text:
            stated.sku = None


def _prefer_shown_tax(own: list[Observation], shown: Observation, moneys: list[Money]) -> None:
    """Drop prices that the page calls those without tax, where it shows what consumers pay, too."""
    net = {(money.amount, money.currency) for money in moneys if money.part is Part.WITHOUT_TAX}
    for stated in own:
        is_net = (stated.price, stated.currency) in net and stated.currency == shown.currency
        if is_net and shown.price is not None and stated.price is not None and shown.price > stated.price:
            stated.price = stated.currency = stated.list_price = None


def _says_something(observation: Observation) -> bool:
    """Whether there is more than a name, which any article has."""
    return (observation.price, observation.availability, observation.sku, observation.gtin) != (None, None, None, None)


def _add_category(observations: list[Observation], own: Observation, trail: tuple[str, ...], page: ParsedPage) -> None:
    """Give the own product the categories of its breadcrumbs, where it does not name a path of them itself."""
    if len(own.category) > 1:
        return
    categories = category_from_trail(trail, page.names)
    if categories:
        own.category = categories
        return
    if own.category:
        return
    crumbs: list[str] = []
    for node in page.tree.css(_CRUMBS)[:40]:
        if node.tag == "li":
            # The step that one stands on, or a category without a page of its own.
            if node.css_first("a") is None and "aria-current" not in node.attributes:
                crumbs.append(clean(node.text()))
            continue
        url = page.resolve(node.attributes.get("href") or "")
        if url and path_of(url) != "/" and url_key(url) not in page.own_keys:
            crumbs.append(clean(node.text()))
    categories = category_from_trail(tuple(dict.fromkeys(filter(None, crumbs))), page.names)
    if categories:
        shown = next((one for one in observations if one.own_page and one.source is Source.PAGE), None)
        if shown is None:
            shown = page.observation(own.name, Source.PAGE, own.url)
            shown.own_page = True
            observations.append(shown)
        shown.category = categories


def _kind(page: ParsedPage, reading: Reading, own: Observation | None) -> PageKind:
    if own is not None:
        return PageKind.PRODUCT
    if reading.observations:
        return PageKind.NOT_FOUND if says_not_found(page) else PageKind.LISTING
    kind = kind_without_products(page)
    if kind is PageKind.OTHER and sum(link.kind is UrlKind.PRODUCT for link in reading.links) >= _PRODUCT_LINKS:
        return PageKind.LISTING
    return kind
