"""Cards of products: a structure that repeats, and in each of them a link, a name and a price.

A card is found from its price outwards: the largest element around it in which all that looks like a product's link
leads to one address. Where a card links several (its colours, say), it is the smallest element that repeats beside
others of its kind. Rows of tables are cards whose columns have names. A list or a table that holds no product's link
but a price may stand inside a card, or one of a single product be one.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from dataclasses import dataclass, field
from itertools import groupby
from typing import NamedTuple

from magicai.shops.addresses import without_tracking
from magicai.shops.crawl import UrlKind
from magicai.shops.extraction import traits
from magicai.shops.extraction.address_kinds import leads_elsewhere, promise_of
from magicai.shops.extraction.buy_buttons import is_buying, stated_by_buttons
from magicai.shops.extraction.card_details import listed_prices
from magicai.shops.extraction.chosen_price import price_of
from magicai.shops.extraction.outline import Element, Outline
from magicai.shops.extraction.page import ParsedPage
from magicai.shops.extraction.phrases import table
from magicai.shops.extraction.shown_prices import Money
from magicai.shops.extraction.shown_stock import shown_availability
from magicai.shops.product_keys import url_key

# Looked up at its enumeration, each takes Python 3.11 thirty times as long.
_FRONT, _PRODUCT, _LISTING, _OTHER = UrlKind.FRONT, UrlKind.PRODUCT, UrlKind.LISTING, UrlKind.OTHER
_REPEATS = 3
_CARD_LIMIT = 1_000
_CLIMB = 14
_TEXT_LIMIT = 2_500
# What nobody sees is a template, or bait.
_WITHOUT_CARDS = (
    traits.HIDDEN
    | traits.CART
    | traits.FOOTER
    | traits.NAVIGATION
    | traits.BREADCRUMB
    | traits.FILTER
    | traits.PAGINATION
)
APART = traits.CHOICE | traits.FILTER | traits.REVIEWS | traits.CART  # what these say is not of a card's product
_NEVER_CARDS = frozenset(("body", "main", "nav", "html"))
_LISTS = frozenset(("ul", "ol", "table", "tbody"))
_LIST_LIMIT = 500  # characters of one inside a card, or that is one
_CATEGORY_WORDS: list[str] = table("products")["category"]["words"]
_LINK_ATTRIBUTES = ("data-href", "data-url", "data-product-url", "data-link")


@dataclass(slots=True)
class Link:
    """A link of the body that may lead to a product.

    Attributes:
        strong: it holds a picture or a heading, is or is in what is called a name, or its address is of a product.
    """

    element: Element
    url: str
    key: str
    strong: bool


@dataclass(slots=True)
class Card:
    """An element that shows one product.

    Attributes:
        listed: its price stands in a list or table inside it, as quantities' prices and specifications do, too.
    """

    element: Element
    link: Link
    moneys: list[Money] = field(default_factory=lambda: [])
    listed: bool = False


class _Listed(NamedTuple):
    """An amount in a list or table, the outermost inside a card, and that card."""

    card: Element
    link: Link
    table: Element
    money: Money


def product_links(outline: Outline, page: ParsedPage) -> list[Link]:
    """Links that may lead to products of this shop, in document order."""
    # Most cards lead to their product twice.
    known: dict[str, tuple[str, str, bool] | None] = {}
    only_anchors = outline.attribute_names.isdisjoint(_LINK_ATTRIBUTES)
    found: list[Link] = []
    for element in outline.tagged("a") if only_anchors else outline.elements:
        if element.zones & _WITHOUT_CARDS:
            continue
        if element.tag == "a":
            href = element.attributes.get("href")
        else:
            href = next(filter(None, map(element.attributes.get, _LINK_ATTRIBUTES)), None)
        if not href:
            continue
        if href not in known:
            known[href] = _promised(href, page)
        promised = known[href]
        if promised is not None:
            url, key, is_product = promised
            found.append(Link(element, url, key, is_product or _is_strong(element, outline)))
    return found


def may_be_product(href: str, page: ParsedPage) -> bool:
    """Whether an href may lead to another product of this shop."""
    return bool(href) and _promised(href, page) is not None


def _promised(href: str, page: ParsedPage) -> tuple[str, str, bool] | None:
    """Address and key of what an href may lead to if that is a product, and whether it surely is one."""
    url = page.resolve(href)
    if not url or not page.in_shop(url):
        return None
    promise = promise_of(url)
    if promise is _FRONT or (promise is _OTHER and leads_elsewhere(url)):
        return None
    key = url_key(url)
    return None if key in page.own_keys else (without_tracking(url), key, promise is _PRODUCT)


def _is_strong(element: Element, outline: Outline) -> bool:
    if element.traits & (traits.NAME | traits.HEADING):
        return not element.traits & (traits.BRAND | traits.CATEGORY)
    for step, around in enumerate(outline.around(element)):
        if step > 2:  # noqa: PLR2004 - a heading around its link
            break
        if around.traits & traits.HEADING or (
            step and around.traits & traits.NAME and around.end - around.start <= _CLIMB * 20
        ):
            return not around.traits & (traits.BRAND | traits.CATEGORY)
    return any(
        inner.tag in ("img", "picture") or inner.traits & traits.HEADING for inner in outline.inside(element)[:30]
    )


def find_cards(outline: Outline, page: ParsedPage, moneys: list[Money], heading: Element | None) -> list[Card]:
    """The cards of a page, in document order.

    Args:
        outline: of the page.
        page: whose own address no card has.
        moneys: all amounts that the page shows.
        heading: the page's own, which no card holds.
    """
    links = _Links(product_links(outline, page), outline)
    cards: dict[int, Card] = {}
    listed: list[_Listed] = []
    for money in moneys:
        if money.element.zones & _WITHOUT_CARDS or len(cards) >= _CARD_LIMIT:
            continue
        found = _around(money, outline, links, heading)
        if found is None:
            continue
        element, link, table = found
        if table is not None:
            listed.append(_Listed(element, link, table, money))
            continue
        card = cards.setdefault(element.index, Card(element, link))
        card.moneys.append(money)
    every = [*cards.values(), *(_with_listed(cards, listed, outline) if listed else ())]
    return _outermost(_believable(every, outline, page), outline)


def _with_listed(cards: dict[int, Card], listed: list[_Listed], outline: Outline) -> list[Card]:
    """Cards whose prices stand in lists; where amounts outside of lists make a price, that is the card's."""
    places = sorted(cards)
    found: dict[int, Card] = {}
    for _, group in groupby(listed, key=lambda one: (one.card.index, one.table.index)):
        amounts = list(group)
        element, link, table, _ = amounts[0]
        moneys = (
            []
            if element.index in found
            else listed_prices([amount.money for amount in amounts], table, link.element, outline)
        )
        if not moneys:
            continue
        known = cards.get(element.index)
        if known is not None and price_of(known.moneys) is None:
            known.moneys += moneys
        elif bisect_left(places, element.index) == bisect_right(places, element.last) and not any(
            around.index in cards for around in outline.around(element)
        ):
            found[element.index] = Card(element, link, moneys, listed=True)
    return list(found.values())


def _around(
    money: Money, outline: Outline, links: "_Links", heading: Element | None
) -> tuple[Element, Link, Element | None] | None:
    """The card around an amount, its link, and the outermost list or table between, None where none is."""
    best: tuple[Element, Link, Element | None] | None = None
    table: Element | None = None
    named = -1 if heading is None else heading.index
    for step, element in enumerate(outline.around(money.element)):
        if step > _CLIMB or element.tag in _NEVER_CARDS or element.end - element.start > _TEXT_LIMIT:
            break
        if element.index <= named <= element.last:
            break
        is_list = element.tag in _LISTS
        if is_list:
            # What holds a card's link is the list of cards.
            if element.end - element.start > _LIST_LIMIT or (best and outline.holds(element, best[1].element)):
                break
            table = element
        link, is_only = links.first_of(element)
        if link is None:
            continue
        if is_only:
            best = (element, link, table)
            continue
        if best is None and not is_list and _repeats(element, outline):
            best = (element, _leading(links.strong_of(element)), table)
        break
    return best


class _Links:
    """Links that may lead to products, by the elements that hold them, or that they wrap."""

    def __init__(self, links: list[Link], outline: Outline) -> None:
        self._links = links
        self._outline = outline
        self._places = [link.element.index for link in links]
        self._wrapping: dict[int, Link | None] = {link.element.index: link for link in links}
        # What holds all cards is asked for each of them.
        self._first: dict[int, tuple[Link | None, bool]] = {}

    def first_of(self, element: Element) -> tuple[Link | None, bool]:
        """The first strong link of an element, and whether all of these lead to the same address."""
        found = self._first.get(element.index)
        if found is None:
            strong = self.strong_of(element)
            found = (strong[0], len({link.key for link in strong}) == 1) if strong else (None, False)
            self._first[element.index] = found
        return found

    def strong_of(self, element: Element) -> list[Link]:
        """The links inside an element, or else the one around it; the strong ones if there are any."""
        first = bisect_left(self._places, element.index)
        inside = self._links[first : bisect_right(self._places, element.last, first)]
        if inside:
            return [link for link in inside if link.strong] or inside
        wrapping = self._around(element)
        return [] if wrapping is None else [wrapping]

    def _around(self, element: Element) -> Link | None:
        """The link that wraps an element, where a whole card is one."""
        found: Link | None = None
        passed: list[int] = []
        for around in self._outline.around(element):
            if around.index in self._wrapping:
                found = self._wrapping[around.index]
                break
            passed.append(around.index)
        self._wrapping.update(dict.fromkeys(passed, found))
        return found


def _leading(links: list[Link]) -> Link:
    """Of several links, the one with a name, else the first with a picture."""
    named = [link for link in links if link.element.traits & (traits.NAME | traits.HEADING)]
    return (named or links)[0]


def _repeats(element: Element, outline: Outline) -> bool:
    if element.parent < 0:
        return False
    own = signature(element)
    return sum(1 for child in outline.children(outline.elements[element.parent]) if signature(child) == own) > 1


def signature(element: Element) -> tuple[str, str]:
    """By what elements that repeat are alike: their tag and the stem of their first class."""
    classes = (element.attributes.get("class") or "").split()
    return element.tag, classes[0].rstrip("0123456789-_") if classes else ""


def _believable(cards: list[Card], outline: Outline, page: ParsedPage) -> list[Card]:
    """Cards that repeat, and single ones that everything marks as a product's; none to which the menu leads, too."""
    in_doubt = any(promise_of(card.link.url) is not _PRODUCT for card in cards)
    menu = _in_menu(outline, page) if in_doubt else set[str]()
    signatures = [signature(card.element) for card in cards]
    counts = Counter((card.listed, alike) for card, alike in zip(cards, signatures, strict=True))
    kept: list[Card] = []
    # On a list's last page there may be two: what is beyond doubt vouches for the one beside it.
    doubtful: list[tuple[Card, tuple[int, tuple[str, str]]]] = []
    vouched: set[tuple[int, tuple[str, str]]] = set()
    for card, alike in zip(cards, signatures, strict=True):
        kind = promise_of(card.link.url)
        if _is_of_category(card, outline, kind) or (card.link.key in menu and not _is_for_sale(card, outline)):
            continue
        beside = (card.element.parent, alike)
        if counts[card.listed, alike] >= _REPEATS or (not card.listed and _is_marked(card, outline, kind)):
            kept.append(card)
            vouched.add(beside)
        else:
            doubtful.append((card, beside))
    return [*kept, *(card for card, beside in doubtful if beside in vouched)]


def _in_menu(outline: Outline, page: ParsedPage) -> set[str]:
    """Addresses that the page's menu and trail lead to: categories, whatever tiles show of them."""
    places = traits.NAVIGATION | traits.BREADCRUMB
    linked = (one.attributes.get("href") for one in outline.tagged("a") if one.zones & places)
    urls = (page.resolve(href) for href in dict.fromkeys(linked) if href)
    return {url_key(url) for url in urls if url and promise_of(url) is not _PRODUCT}


def _is_for_sale(card: Card, outline: Outline) -> bool:
    """Whether a card says that one can buy what it shows, or cannot now."""
    elements = outline.whole(card.element)
    return stated_by_buttons(elements, outline)[1] > 0 or shown_availability(elements, outline, apart=APART) is not None


def _is_of_category(card: Card, outline: Outline, kind: UrlKind) -> bool:
    """Whether a card leads to a category: "shoes from $20"."""
    if kind is _PRODUCT:
        return False
    if kind is _LISTING or card.element.traits & traits.CATEGORY or card.link.element.traits & traits.CATEGORY:
        return True
    text = outline.text_of(card.element).lower()
    return any(words in text for words in _CATEGORY_WORDS) and not is_buying(text)


def _is_marked(card: Card, outline: Outline, kind: UrlKind) -> bool:
    """Whether a card that does not repeat is a product's beyond doubt."""
    elements = outline.whole(card.element)
    marks = 0
    marks += any(element.traits & traits.PRODUCT for element in elements[:4])
    marks += any(element.tag == "img" for element in elements)
    marks += any(money.named for money in card.moneys)
    marks += stated_by_buttons(elements, outline)[1] > 0
    marks += kind is _PRODUCT
    marks += any(key.startswith("data-product") or key in ("data-sku", "data-id") for key in card.element.attributes)
    return marks >= _REPEATS


def _outermost(cards: list[Card], outline: Outline) -> list[Card]:
    """Cards that no other card holds."""
    kept: list[Card] = []
    for card in sorted(cards, key=lambda card: card.element.index):
        if kept and outline.holds(kept[-1].element, card.element):
            if card.link.key == kept[-1].link.key and not card.listed:
                kept[-1].moneys += card.moneys
            continue
        kept.append(card)
    return kept
