"""Whether one can have a product, from what its part of a page shows."""

from magicai.shops.extraction import traits
from magicai.shops.extraction.buy_buttons import stated_by_buttons
from magicai.shops.extraction.outline import Element, Outline
from magicai.shops.extraction.stock_words import stock_word
from magicai.shops.product import Availability

_LINE_LIMIT = 80
_LINES_LIMIT = 400
_DRAWN_LIMIT = 20


def shown_availability(elements: list[Element], outline: Outline, *, apart: int) -> Availability | None:
    """What elements of one product say of its stock.

    Words in an element that is called its stock come first, then a short line that is nothing else, then the class of
    the outermost element, then a picture that stands for such a word, then its buttons. Where lines contradict each
    other the first one decides; a button that buys outvotes a line that says that one can't.

    Args:
        elements: those of the product, outermost first.
        outline: of the page.
        apart: zones in which words are about something else.
    """
    aside = apart | traits.HIDDEN
    lines = [one for one in elements if not one.zones & aside and 0 < one.end - one.start <= _LINE_LIMIT]
    found = _of_stock(lines, outline)
    if found is not None:
        return found
    found = _in_lines(lines, outline)
    if found is None and elements:
        found = _by_class(elements) or _drawn(elements, apart)
    if found in (None, Availability.OUT_OF_STOCK):
        buttons = [element for element in elements if not element.zones & apart & ~traits.CHOICE]
        found = stated_by_buttons(buttons, outline)[0] or found
    return found


def _of_stock(elements: list[Element], outline: Outline) -> Availability | None:
    """What elements say that are called a product's stock."""
    for element in elements:
        if element.traits & traits.STOCK:
            stated = stock_word(" ".join(outline.visible_text_of(element).split()))
            if stated is not None:
                return stated
    return None


def _in_lines(elements: list[Element], outline: Outline) -> Availability | None:
    """What the first line says that is nothing else, where no element called a product's stock says anything."""
    lines = 0
    for element in elements:
        if not element.traits & traits.STOCK:
            line = outline.visible_text_of(element)
            if "\n" in line:
                continue
            stated = stock_word(" ".join(line.split()))
            if stated is not None:
                return stated
        lines += 1
        if lines >= _LINES_LIMIT:
            break
    return None


def _by_class(elements: list[Element]) -> Availability | None:
    """What the classes of the outermost elements say: `product outofstock`."""
    whole = elements[0].end - elements[0].start
    for element in elements[:3]:
        if 2 * (element.end - element.start) < whole:
            continue  # a part of the product, or beside it
        if element.traits & traits.OUT_OF_STOCK:
            return Availability.OUT_OF_STOCK
        if element.traits & traits.IN_STOCK:
            return Availability.IN_STOCK
    return None


def _drawn(elements: list[Element], apart: int) -> Availability | None:
    """What a picture of a word says: older shops draw "Sold out" as they draw their buttons."""
    for element in elements:
        text = element.attributes.get("alt") if element.tag == "img" else None
        if text and len(text) <= _DRAWN_LIMIT and not element.zones & (apart | traits.HIDDEN):
            stated = stock_word(" ".join(text.split()))
            if stated is not None:
                return stated
    return None
