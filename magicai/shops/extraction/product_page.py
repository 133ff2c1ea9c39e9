"""A single product's page, read from what it shows: its heading, the price near that, and how one buys."""

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from itertools import chain, pairwise

from magicai.shops.addresses import path_of
from magicai.shops.crawl import UrlKind
from magicai.shops.extraction import traits
from magicai.shops.extraction.address_kinds import page_number, promise_of
from magicai.shops.extraction.buy_buttons import stated_by_buttons
from magicai.shops.extraction.card_details import brands_of, image_of, rating_of
from magicai.shops.extraction.cards import Card
from magicai.shops.extraction.chosen_price import by_measure, price_of
from magicai.shops.extraction.identifiers import brand, gtin
from magicai.shops.extraction.outline import Element, Outline
from magicai.shops.extraction.page import ParsedPage
from magicai.shops.extraction.phrases import any_of, table
from magicai.shops.extraction.price_block import is_one_of_several, price_block
from magicai.shops.extraction.shown_labels import labelled_sku, sku_of_address
from magicai.shops.extraction.shown_prices import Money
from magicai.shops.extraction.shown_stock import shown_availability
from magicai.shops.extraction.stock_words import stock_word
from magicai.shops.extraction.text import clean, folded
from magicai.shops.product import Availability, Observation, Source

_APART = (
    traits.RELATED | traits.CART | traits.REVIEWS | traits.CHOICE | traits.NAVIGATION | traits.FOOTER | traits.FILTER
    | traits.BREADCRUMB | traits.PAGINATION
)  # fmt: skip
# Choices are the product's own, though their words are about one of its kinds.
_FOREIGN = _APART & ~traits.CHOICE
_BESIDE_TRAIL = _FOREIGN & ~(traits.BREADCRUMB | traits.NAVIGATION) | traits.HIDDEN
_NO_HEADING = (
    traits.NAVIGATION | traits.FOOTER | traits.RELATED | traits.CART | traits.REVIEWS | traits.CHOICE | traits.FILTER
)
_ENOUGH = 3
_HEADING_LIMIT = 300
_LISTING_BUTTONS = 3
_NEAR = 600  # characters between a heading and the price below it
_TABLE = table("products")
_RELATED_HEADING = re.compile(any_of(_TABLE["related"]["words"]), re.IGNORECASE)
_BRAND_LABEL = frozenset(_TABLE["brand"]["words"])
_BRAND_STEP = re.compile(rf"/(?:{any_of(_TABLE['brand']['steps'])})/[^/]", re.IGNORECASE)
_LONGEST_DETAIL = 80
_LONGEST_BRAND = 40
_TEXT_LIMIT = 40_000
_LOWER_HEADINGS = ("h2", "h3", "h4", "h5", "h6")
_GTIN_LABEL = re.compile(
    rf"\b(?:{any_of(_TABLE['gtin']['words'])})(?:-?1[034])?(?: ?code)?\s?[:：#]?\s{{0,3}}"
    r"([\dXx][\dXx\- ]{6,20}[\dXx])",
    re.IGNORECASE,
)
_BODY_WORDS = re.compile(
    r"single-product|product-template|template-product|catalog-product-view|product-page|page-product|productpage"
    r"|product-detail|is-ctl-product|product-product|product-view|type-product|pdp\b|product_page",
    re.IGNORECASE,
)


@dataclass(slots=True)
class _Evidence:
    """How much speaks for a page's being a product's."""

    points: int = 0
    declared: bool = False
    buttons: bool = False


def page_heading(outline: Outline, page: ParsedPage) -> Element | None:
    """The element that holds the page's own name: a heading of level one that is no logo, or what the title names.

    Whatever the parts of the page around it are called, they are no others' then: it is taken out of their zones.
    """
    headings = [
        element
        for element in outline.tagged("h1")
        if _has_text(element, outline) and not _is_link_elsewhere(element, outline, page)
    ]
    titled = [element for element in headings if _is_titled(folded(outline.text_of(element)), page)]
    inside = [element for element in titled or headings if not element.zones & _NO_HEADING]
    chosen = inside[0] if inside else (titled or headings or [None])[0]
    if chosen is None or not titled:
        for element in outline.elements:
            if element.traits & (traits.HEADING | traits.NAME) and not element.zones & _APART and element.tag != "h1":
                named = _has_text(element, outline) and _is_titled(folded(outline.text_of(element)), page)
                if named and not _is_link_elsewhere(element, outline, page):
                    chosen = element
                    break
    if chosen is not None and chosen.zones & _NO_HEADING:
        outline.free_of_zones(chosen)
    return chosen


def _has_text(element: Element, outline: Outline) -> bool:
    return (
        element.end - element.start <= _HEADING_LIMIT
        and not outline.text_of(element).isspace()
        and element.end > element.start
    )


def _is_titled(text: str, page: ParsedPage) -> bool:
    titles = (folded(page.metas.get("og:title", "")), folded(page.title))
    return any(title and (title.startswith(text) or text in page.names[len(page.headings) :]) for title in titles)


def _is_link_elsewhere(element: Element, outline: Outline, page: ParsedPage) -> bool:
    """Whether a heading as a whole leads to another page: a card's, or the shop's own name."""
    near = [*[*outline.around(element)][:3], *outline.inside(element)[:5]]
    whole = len(outline.text_of(element).strip())
    for link in near:
        href = link.attributes.get("href") if link.tag == "a" else None
        if href and 2 * len(outline.text_of(link).strip()) > whole:
            return page.resolve(href) not in ("", page.url, page.own_url)
    return False


def mark_related(outline: Outline, heading: Element | None) -> None:
    """Mark the parts of a page whose headings say that they show other products."""
    for element in chain.from_iterable(map(outline.tagged, _LOWER_HEADINGS)):
        if element.end - element.start > _HEADING_LIMIT // 3:
            continue
        if _leads_somewhere(element, outline) or not _RELATED_HEADING.search(outline.text_of(element)):
            continue
        section = element
        for around in outline.around(element):
            if heading is not None and outline.holds(around, heading):
                break
            if around.tag in ("body", "main") or around.parent < 0:
                break
            section = around
        outline.mark_zone(section, traits.RELATED)


def _leads_somewhere(element: Element, outline: Outline) -> bool:
    """Whether a heading is of a card: cards' names are links, and many."""
    if "a" in (element.tag, outline.elements[element.parent].tag):
        return True
    return any(one.tag == "a" for one in outline.inside(element)[:3])


def read_product_page(
    outline: Outline, page: ParsedPage, moneys: list[Money], cards: list[Card], heading: Element | None, *, known: bool
) -> Observation | None:
    """What a page shows of its own product, None where it does not show one beyond doubt.

    Args:
        outline: of the page.
        page: that is read.
        moneys: all amounts that it shows.
        cards: of other products on it.
        heading: its own.
        known: structured data say already that the page is a product's.
    """
    if heading is None:
        return None
    name = _name(heading, outline)
    if not name:
        return None
    in_cards = bytearray(len(outline.elements))
    for card in cards:
        first, last = card.element.index, card.element.last
        in_cards[first : last + 1] = b"\x01" * (last + 1 - first)
    candidates = [
        money for money in moneys if not (in_cards[money.element.index] or outline.holds(heading, money.element))
    ]
    group = _own_prices(heading, candidates, outline, page)
    own = [element for element in outline.elements[1:] if not (element.zones & _FOREIGN or in_cards[element.index])]
    availability = _availability(heading, group, own, outline)
    # What is sold out has no price on many a page: its heading, its address and a sentence say what it is.
    is_gone = (
        availability is Availability.OUT_OF_STOCK and heading.tag == "h1" and promise_of(page.url) is UrlKind.PRODUCT
    )
    known = known or is_gone
    if group:
        is_list = is_one_of_several(group[0], heading, candidates, outline)
    else:  # whatever else the elements say
        is_list = not (known or _is_declared(outline, page))
    if is_list:
        return None
    evidence = _evidence(own, outline, page, group)
    if evidence.buttons and group and _is_titled(folded(name), page) and 0 <= group[0].start - heading.end < _NEAR:
        evidence.points += 1  # what the page is called, its price and how one buys it, one below the other
    if not known and (evidence.points < _ENOUGH or (not group and not evidence.declared)):
        return None
    observation = page.observation(name, Source.PAGE, page.own_url)
    observation.own_page = True
    price = price_of(group)
    if price is not None:
        observation.price, observation.currency, observation.list_price = price.amount, price.currency, price.list_price
        observation.sign = price.open_sign
    observation.availability = availability
    _add_details(observation, own, outline, page)
    if observation.price is None and observation.availability is None and not (known and observation.sku):
        return None
    return observation


def _own_prices(heading: Element, candidates: list[Money], outline: Outline, page: ParsedPage) -> list[Money]:
    """The amounts of the price of what a heading names: beside others of its page, else what one may choose."""
    for apart in (_APART, _FOREIGN):
        inside = [money for money in candidates if not money.element.zones & apart]
        group = price_block(heading, inside, outline, page)
        group = group or price_block(heading, by_measure(inside), outline, page)
        if group:
            return group
    return []


def _name(heading: Element, outline: Outline) -> str:
    text = outline.text_of(heading)
    for inner in reversed(outline.inside(heading)):
        if inner.traits & traits.BADGE or inner.zones & traits.HIDDEN or inner.tag == "button":
            text = text[: inner.start - heading.start] + " " + text[inner.end - heading.start :]
    return clean(text)


def _availability(heading: Element, group: list[Money], own: list[Element], outline: Outline) -> Availability | None:
    """What stands nearest to the heading and the price of stock."""
    start = outline.common(heading, group[0].element) if group else heading
    places = [element.index for element in own]
    known: tuple[int, int] = (0, 0)
    for around in outline.around(start):
        first, after = bisect_left(places, around.index), bisect_right(places, around.last)
        new = own[first : known[0]] + own[known[1] : after] if known[1] else own[first:after]
        stated = shown_availability(new, outline, apart=_APART)
        if stated is not None:
            return stated
        known = (first, after)
    return None


def _evidence(own: list[Element], outline: Outline, page: ParsedPage, group: list[Money]) -> _Evidence:
    evidence = _Evidence()
    _, buttons = stated_by_buttons(own, outline)
    if _is_declared(outline, page):
        evidence.declared = True
        evidence.points += 2
    elif any(
        element.tag in ("article", "div", "section", "main") and _BODY_WORDS.search(_names(element)) for element in own
    ):
        evidence.points += 1
    if 0 < buttons <= _LISTING_BUTTONS:
        evidence.buttons = True
        evidence.points += 2
    evidence.points += any(money.named for money in group)
    evidence.points += any(element.traits & traits.STOCK for element in own) or _has_stock_line(own, outline)
    evidence.points += any(_is_quantity(element) for element in own)
    evidence.points += promise_of(page.url) is UrlKind.PRODUCT
    # A list's last page may show a single product: its heading is the list's.
    evidence.points -= 2 * ((page_number(page.url) or 1) > 1)
    evidence.points += any(
        "sku" in (element.attributes.get("itemprop") or "", *_names(element).lower().split())
        or (element.end - element.start <= _LONGEST_DETAIL and labelled_sku(outline.text_of(element)))
        for element in own
    )
    return evidence


def _is_declared(outline: Outline, page: ParsedPage) -> bool:
    """Whether a page calls itself a product's."""
    body = outline.elements[0].attributes
    described = f"{body.get('class') or ''} {body.get('id') or ''}"
    return "product" in page.metas.get("og:type", "").lower() or _BODY_WORDS.search(described) is not None


def _has_stock_line(own: list[Element], outline: Outline) -> bool:
    lines = (
        outline.visible_text_of(element)
        for element in own
        if element.last == element.index and not element.zones & traits.CHOICE
    )
    return any(stock_word(line) is not None for line in lines)


def _names(element: Element) -> str:
    return f"{element.attributes.get('class') or ''} {element.attributes.get('id') or ''}"


def _is_quantity(element: Element) -> bool:
    if element.tag != "input":
        return False
    name = (element.attributes.get("name") or element.attributes.get("id") or "").lower()
    return "quantity" in name or "qty" in name or "menge" in name


def _labelled(own: list[Element], outline: Outline) -> list[tuple[str, str]]:
    """What lists of terms, tables of two columns and pairs of alike elements say, by their labels."""
    return [
        (label, value)
        for term, detail in pairwise(own)
        if _are_pair(term, detail, outline)
        and term.last == term.index
        and (label := clean(outline.text_of(term)).rstrip(" :："))
        and 0 < detail.end - detail.start <= _LONGEST_DETAIL
        and (value := clean(outline.text_of(detail)))
    ]


def _brand(own: list[Element], outline: Outline, page: ParsedPage, name: str) -> str | None:
    """What a page calls a brand, or leads to the page of one: the one that its names hold, or the only one."""
    links = (
        element
        for element in own
        if element.tag == "a" and _BRAND_STEP.search(path_of(page.resolve(element.attributes.get("href") or "")))
    )
    called = brands_of(own, outline, name)
    linked = [text for link in links if 1 < len(text := clean(outline.text_of(link))) <= _LONGEST_BRAND]
    found = dict.fromkeys((*called, *linked))
    held = (text for text in found if any(folded(text) in title for title in page.names))
    return next(held, next(iter(found)) if len(found) == 1 else None)


def _are_pair(term: Element, detail: Element, outline: Outline) -> bool:
    if (term.tag, detail.tag) in (("dt", "dd"), ("th", "td")):
        return True
    around = outline.elements[term.parent]
    first, last = term.index == around.index + 1, detail.last == around.last
    return first and last and term.tag == detail.tag and detail.parent == term.parent


def _add_details(observation: Observation, own: list[Element], outline: Outline, page: ParsedPage) -> None:
    stated = _labelled(own, outline)
    # Above the heading, many a trail of categories ends in the number.
    trail = (one for one in outline.elements if one.zones & traits.BREADCRUMB and not one.zones & _BESIDE_TRAIL)
    shown = outline.text_in((*trail, *(element for element in own if not element.zones & traits.HIDDEN)))
    text = "\n".join([*(f"{label}: {value}" for label, value in stated), shown])[:_TEXT_LIMIT]
    observation.sku = labelled_sku(text) or sku_of_address(text, page.own_url, observation.name)
    code = _GTIN_LABEL.search(text)
    observation.gtin = gtin(code[1]) if code else None
    named = next((value for label, value in stated if label.lower() in _BRAND_LABEL), "")
    observation.brand = brand(named) or _brand(own, outline, page, observation.name)
    observation.rating = rating_of(own, outline)
    image = page.metas.get("og:image", "")
    image = page.resolve(image) if image else image_of(own, page)
    observation.images = (image,) if image else ()
