"""Buttons by which one buys, or learns that one can't."""

import re
from functools import lru_cache

from magicai.shops.extraction import traits
from magicai.shops.extraction.outline import Element, Outline
from magicai.shops.extraction.phrases import Line, Phrases, folded, table
from magicai.shops.extraction.stock_words import stock_word
from magicai.shops.product import Availability

_TABLE = table("buttons")
_BUY = Phrases(_TABLE["buy"]["phrases"], _TABLE["buy"]["without_spaces"])
_BEGINS, _ALONE = Phrases(_TABLE["buy"]["begins"]), Phrases(_TABLE["buy"]["alone"])
_AS_WRITTEN = frozenset(map(folded, _TABLE["buy"]["as_written"]))
_ON_A_BUTTON = frozenset(map(folded, _TABLE["buy"]["on_a_button"]))
_NOTIFY = Phrases(_TABLE["notify"]["phrases"], _TABLE["notify"]["without_spaces"])
# A class, id or name of the button itself, rather than of what stands beside or around it.
_NAMED_TO_BUY = re.compile(
    r"add[-_]?to[-_]?(?:cart|basket)(?![-_]{0,2}(?:close|form|message|minus|modal|plus|popup|qty|quantity|wishlist))",
    re.IGNORECASE,
)
_NAMES_LIMIT = 600
_BUTTON_TAGS = frozenset(("button", "input", "a"))
_INPUT_TYPES = frozenset(("submit", "button", "image"))
_TEXT_LIMIT = 60
_DISABLED = frozenset(("disabled", "is-disabled", "btn-disabled", "button--disabled", "inactive"))


@lru_cache(maxsize=256)
def is_buying(text: str) -> bool:
    """Whether a button's text is an offer to buy."""
    said = Line(text)
    if _BUY.search(said) is not None or _BEGINS.at(said, 0) is not None:
        return True
    if said.words and _ALONE.at(said, 0) == len(said.words):
        return True
    return said.text.strip() in _AS_WRITTEN


def _asks_to_be_told(text: str) -> bool:
    return _NOTIFY.search(Line(text)) is not None


def stated_by_buttons(elements: list[Element], outline: Outline) -> tuple[Availability | None, int]:
    """What the buttons among elements say of availability.

    Where there are none, what scripts make one counts: a `<span class="js-buy">`.

    Returns:
        in stock where one can buy, out of stock where a button says so, None where they say nothing (a button that is
        greyed out may only wait for a choice of size); and how many of them buy or would.
    """
    shown = [element for element in elements if not element.zones & traits.HIDDEN]
    buttons = [element for element in shown if element.tag in _BUTTON_TAGS or "role" in element.attributes]
    stated = _stated([(element, label_of(element, outline)) for element in buttons])
    return stated if stated[1] else _stated(_made_by_scripts(shown, outline))


def label_of(element: Element, outline: Outline) -> str:
    """What a button says: its text, else its value or accessible name; "" for what is no button."""
    attributes = element.attributes
    if element.tag not in _BUTTON_TAGS and attributes.get("role") != "button":
        return ""
    if element.tag == "input":
        if (attributes.get("type") or "").lower() not in _INPUT_TYPES:
            return ""
        return (attributes.get("value") or attributes.get("alt") or "").strip()
    text = " ".join(outline.text_of(element).split())
    return text or (attributes.get("aria-label") or attributes.get("title") or _pictured(element, outline)).strip()


def _pictured(element: Element, outline: Outline) -> str:
    """What the first picture in a button stands for: older shops draw their buttons."""
    pictures = (inside.attributes for inside in outline.inside(element) if inside.tag == "img")
    return next((text for picture in pictures if (text := picture.get("alt") or picture.get("title"))), "")


def _made_by_scripts(elements: list[Element], outline: Outline) -> list[tuple[Element, str]]:
    """Elements of other kinds that are named as a button to buy, or hear clicks, innermost of each text only."""
    found: dict[tuple[int, int], tuple[Element, str]] = {}
    for element in elements:
        if element.tag in _BUTTON_TAGS or not (element.traits & traits.BUY or "onclick" in element.attributes):
            continue
        text = " ".join(outline.text_of(element).split())
        if text and len(text) <= _TEXT_LIMIT:
            found[element.start, element.end] = (element, text)
    return list(found.values())


def _stated(buttons: list[tuple[Element, str]]) -> tuple[Availability | None, int]:
    found: Availability | None = None
    count = 0
    for element, said in buttons:
        text = said if len(said) <= _TEXT_LIMIT else ""
        if not text and not _is_named_to_buy(element):
            continue
        if _asks_to_be_told(text):
            stated = Availability.OUT_OF_STOCK
        else:  # in a choice, "S - sold out" is one size
            stated = None if element.zones & traits.CHOICE else stock_word(text)
        if not _is_button(element):
            stated = None  # a link may lead to all that is sold out
        if stated is not None:
            count += 1
            found = stated if found is None or stated is not Availability.IN_STOCK else found
        elif is_buying(text) or _buys_as_a_button(element, text):
            count += 1
            if found is None and not _is_disabled(element):
                found = Availability.IN_STOCK
    return found, count


def _is_button(element: Element) -> bool:
    """Whether an element is no mere link."""
    if element.tag != "a" or element.traits & traits.BUY:
        return True
    classes = (element.attributes.get("class") or "").lower()
    return "btn" in classes or "button" in classes or element.attributes.get("role") == "button"


def _buys_as_a_button(element: Element, text: str) -> bool:
    """Whether what a link would not mean is an offer to buy on a button."""
    return _is_named_to_buy(element) or (_is_button(element) and folded(text.strip()) in _ON_A_BUTTON)


def _is_named_to_buy(element: Element) -> bool:
    """Whether a button, and no link, is called one that adds to a cart, whatever it says."""
    attributes = element.attributes
    if element.tag == "input":
        if (attributes.get("type") or "").lower() not in _INPUT_TYPES:
            return False
    elif element.tag != "button" and (element.tag == "a" or attributes.get("role") != "button"):
        return False
    names = (attributes.get(key) for key in ("class", "id", "name"))
    return any(_NAMED_TO_BUY.search(name[:_NAMES_LIMIT]) for name in names if name)


def _is_disabled(element: Element) -> bool:
    attributes = element.attributes
    return (
        "disabled" in attributes
        or attributes.get("aria-disabled") == "true"
        or not _DISABLED.isdisjoint((attributes.get("class") or "").lower().split())
    )
