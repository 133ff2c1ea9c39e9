"""A card's name, picture, brand and rating, and its price where that stands in a list."""

import re
from collections.abc import Iterator

from magicai.shops.addresses import path_of
from magicai.shops.extraction import traits
from magicai.shops.extraction.buy_buttons import is_buying
from magicai.shops.extraction.outline import Element, Outline
from magicai.shops.extraction.page import ParsedPage
from magicai.shops.extraction.phrases import any_of, table
from magicai.shops.extraction.price_words import Part, is_label
from magicai.shops.extraction.shown_prices import Money
from magicai.shops.extraction.stock_words import stock_word
from magicai.shops.extraction.text import clean, folded
from magicai.shops.product import Rating

_NAME_LIMIT = 250
_SHORTEST = 2
_BRAND_LIMIT = 40
_ELLIPSES = ("…", "...")
_CUT = re.compile(r"\s?(?:…|\.\.\.)$")
_TABLE = table("products")
_BADGE = re.compile(
    rf"(?:{any_of(_TABLE['badge']['words'])}|-?\d+ ?%(?: off| rabatt)?|save \d+ ?%|\d+(?: reviews?)?|\(\d+\)"
    r"|[★☆✩✭\s]+)",
    re.IGNORECASE,
)
_BRAND_BEFORE = re.compile(
    rf"(?:{any_of(_TABLE['brand']['words'] + _TABLE['brand']['before'])})(?:\s?[:：]\s*|\s+)", re.IGNORECASE
)
_NAMING = traits.NAME | traits.HEADING  # a property of this name is called one, too
_NO_NAME = traits.BADGE | traits.HIDDEN
_ROWS = ("li", "tr")
_COUNT_BESIDE = re.compile(r"\d++(?![.,]?\d)(?!\s?%)")
_LETTER = re.compile(r"[^\W\d_]")
_NO_LETTER = re.compile(r"[\W\d_]+")
_RATING_LIMIT = 80
_STARS = 5
_COUNT = re.compile(r"[(（]?\s?(\d{1,3}(?:[.,\s]\d{3})+|\d{1,7})(?![.,]?\d)")
_RATED = re.compile(r"(\d(?:[.,]\d{1,2})?)\s?(?:out of|/|von|sur|de|su|van|av|z|из|点中|\()\s?5\b", re.IGNORECASE)
_LAZY = ("data-src", "data-lazy-src", "data-original", "data-lazyload", "data-srcset", "srcset", "src")


def name_of(card: Element, link: Element, moneys: list[Money], outline: Outline) -> str:
    """The name of the product that a card shows, "" where it has none.

    A heading, what is called a name, the link's title and text, a picture's description, in this order, but a related
    product's link first if its address spells it; a name that the layout cut is completed by the link's title
    or the picture's description.
    """
    elements = outline.whole(card)
    title = link.attributes.get("title") or ""
    for text in _candidates(elements, link, moneys, outline, [title, link.attributes.get("aria-label") or ""]):
        name = clean(text)
        if _is_name(name):
            return _completed(name, title, elements)
    return next((name for name in map(clean, _pictured(elements)) if _is_name(name)), "")


def _candidates(
    elements: list[Element], link: Element, moneys: list[Money], outline: Outline, titles: list[str]
) -> Iterator[str]:
    named = [element for element in elements if element.traits & _NAMING]
    if link.zones & traits.RELATED:
        # Around a single card, the heading is of the section that shows related products.
        texts = (_own_text(one, outline, moneys) for one in (link, *_twins(elements, link)))
        yield from (text for text in texts if _is_address(text, link.attributes.get("href") or ""))
    for wanted in (_is_named_property, _is_heading, _is_called_name):
        for element in named:
            if wanted(element):
                yield _own_text(element, outline, moneys)
    yield from titles
    for element in (*outline.whole(link), *_twins(elements, link)):
        if element.tag not in ("img", "button"):
            yield _own_text(element, outline, moneys)
    if outline.holds(elements[0], link):
        yield from outline.text_of(link).split("\n")
    yield from outline.text_of(elements[0]).split("\n")


def _pictured(elements: list[Element]) -> Iterator[str]:
    """Descriptions of pictures."""
    return (element.attributes.get("alt") or "" for element in elements if element.tag == "img")


def _completed(name: str, title: str, elements: list[Element]) -> str:
    """A name that the layout cut, or to which it added a slogan, as the link's title or the picture have it."""
    if name.endswith(_ELLIPSES):
        whole = folded(_CUT.sub("", name))
        texts = (title, *_pictured(elements))
        return next((clean(text) for text in texts if folded(text).startswith(whole)), name)
    if not title:
        return name
    whole, text = folded(name), folded(title)
    if text and whole != text and whole.startswith(text) and _is_name(title):
        return clean(title)
    return name


def _twins(elements: list[Element], link: Element) -> list[Element]:
    """Links to the same page: a picture and a name are often two."""
    href = link.attributes.get("href")
    return [element for element in elements if element.tag == "a" and element.attributes.get("href") == href]


def _is_address(text: str, href: str) -> bool:
    """Whether the last step of an address spells a text, or one before it that is of several words."""
    words = _NO_LETTER.sub("", text.lower())
    *before, last = href.partition("?")[0].rstrip("/").split("/")
    steps = (last.partition(".")[0], *(step for step in before if "-" in step))
    return bool(words) and any(_NO_LETTER.sub("", step.lower()) == words for step in steps)


def _is_named_property(element: Element) -> bool:
    return element.attributes.get("itemprop") == "name"


def _is_heading(element: Element) -> bool:
    return bool(element.traits & traits.HEADING)


def _is_called_name(element: Element) -> bool:
    return bool(element.traits & traits.NAME) and not element.traits & (
        traits.PRICE | traits.BRAND | traits.CATEGORY | traits.BADGE
    )


def _own_text(element: Element, outline: Outline, moneys: list[Money]) -> str:
    """An element's text, without amounts and badges in it."""
    if element.end - element.start > _NAME_LIMIT:
        return ""
    for money in moneys:
        if element.start <= money.start < element.end:
            return ""
    left_out = [inner for inner in outline.inside(element) if inner.traits & _NO_NAME]
    if not left_out:
        return outline.text_of(element)
    pieces, begin = list[str](), element.start
    for inner in left_out:
        if inner.start >= begin:  # not within the last one
            pieces.append(outline.text[begin : inner.start])
            begin = inner.end
    return " ".join((*pieces, outline.text[begin : element.end]))


def listed_prices(moneys: list[Money], table: Element, link: Element, outline: Outline) -> list[Money]:
    """Of amounts in a list or table inside a card those that may be its price, none where they are of several things.

    Prices of quantities stand beside or below numbers, or are several; other figures of a product have labels of their
    own.

    Args:
        moneys: in document order.
        table: the list or table.
        link: the card's; where the table holds it, numbers above a price may be of the name.
        outline: of the page.
    """
    found: list[Money] = []
    has_name, is_below_counts = outline.holds(table, link), False
    for place, money in enumerate(moneys):
        row = next((one for one in outline.around(money.element) if one.tag in _ROWS or one is table), table)
        begin = max(row.start, moneys[place - 1].end) if place else row.start
        end = min(row.end, moneys[place + 1].start) if place + 1 < len(moneys) else row.end
        before, after = outline.text[begin : money.start], outline.text[money.end : end]
        label = " ".join(before.split())
        if row.tag == "tr" and not has_name:
            above = outline.text[moneys[place - 1].end if place else table.start : money.start]
            is_below_counts = is_below_counts or _COUNT_BESIDE.search(above) is not None
        is_said = not label or money.named or money.part is not Part.PRICE or is_label(label)
        is_counted = is_below_counts or _COUNT_BESIDE.search(before) or _COUNT_BESIDE.search(after)
        if is_said and not (is_counted or money.doubtful):
            found.append(money)
    return found if len({money.amount for money in found if money.part is Part.PRICE}) <= 1 else []


def _is_name(text: str) -> bool:
    if not _SHORTEST <= len(text) <= _NAME_LIMIT or not _LETTER.search(text):
        return False
    return not (_BADGE.fullmatch(text) or (len(text) < _BRAND_LIMIT and (is_buying(text) or stock_word(text))))


def image_of(elements: list[Element], page: ParsedPage) -> str:
    """The first picture among elements, where lazy loading keeps it, too."""
    for element in elements:
        if element.tag not in ("img", "source"):
            continue
        for key in _LAZY:
            value = element.attributes.get(key)
            if value and not value.startswith("data:"):
                url = page.resolve(value.split(",")[0].strip().split(" ")[0] if "srcset" in key else value)
                if url:
                    return url
    return ""


def brand_of(elements: list[Element], outline: Outline, name: str) -> str | None:
    """The first that is called a brand among elements."""
    return next(brands_of(elements, outline, name), None)


def brands_of(elements: list[Element], outline: Outline, name: str) -> Iterator[str]:
    """All that is called a brand among elements."""
    for element in elements:
        if element.traits & traits.BRAND and 1 < element.end - element.start <= _BRAND_LIMIT:
            if _leads_home(element) or _is_in_masthead(element, outline):
                continue  # the shop's own mark
            text = clean(outline.text_of(element))
            before = _BRAND_BEFORE.match(text)
            text = text[before.end() :] if before else text
            if text and folded(text) != folded(name) and _LETTER.search(text):
                yield text


def _leads_home(element: Element) -> bool:
    href = element.attributes.get("href") if element.tag == "a" else None
    if href is None:
        return False
    href = href.strip().partition("#")[0].partition("?")[0]
    return (path_of(href) if "://" in href else href) in ("", "/")


def _is_in_masthead(element: Element, outline: Outline) -> bool:
    around = {outer.tag for outer in outline.around(element)}
    return not around.isdisjoint(("header", "footer")) and around.isdisjoint(("main", "article", "li", "section"))


def rating_of(elements: list[Element], outline: Outline) -> Rating | None:
    """A rating of five that an accessible name, a title or the text itself spells out."""
    for element in elements:
        if not element.traits & traits.RATING:
            continue
        spelt = [element.attributes.get(key) or "" for key in ("aria-label", "title")]
        if element.end - element.start <= _RATING_LIMIT:
            spelt.append(outline.text_of(element))
        for text in spelt:
            found = _RATED.search(text[:_RATING_LIMIT])
            if found:
                value = float(found[1].replace(",", "."))
                return _rating(value, text[found.end() : _RATING_LIMIT])
    return None


def _rating(value: float, rest: str) -> Rating | None:
    counted = _COUNT.search(rest)
    count = int(re.sub(r"\D", "", counted[1])) if counted else None
    return Rating(value=value, count=count) if 0 < value <= _STARS else None
