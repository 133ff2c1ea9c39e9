"""Whether one can have a product, from what its part of a page shows."""

from magicai.domain.product import Availability
from magicai.extraction import traits
from magicai.extraction.buy_buttons import stated_by_buttons
from magicai.extraction.outline import Element, Outline
from magicai.extraction.stock_words import stock_word

_LINE_LIMIT = 80
_LINES_LIMIT = 400
_DRAWN_LIMIT = 20


def shown_availability(elements: list[Element], outline: Outline, *, apart: int) -> Availability | None:
    """What elements of one product say of its stock.

    Words in an element that is called its stock come first, then a short line that is nothing else, then the class of
    the outermost element, then a picture that stands for such a word, then its buttons. Where lines contradict each
    other the first one decides.

    Args:
        elements: those of the product, outermost first.
        outline: of the page.
        apart: zones in which words are about something else.
    """
    found: Availability | None = None
    lines = 0
    for element in elements:
        if element.zones & (apart | traits.HIDDEN) or not 0 < element.end - element.start <= _LINE_LIMIT:
            continue
        is_stock = bool(element.traits & traits.STOCK)
        if not is_stock and (found is not None or lines >= _LINES_LIMIT):
            continue
        line = outline.visible_text_of(element)
        if not is_stock and "\n" in line:
            continue
        lines += 1
        stated = stock_word(" ".join(line.split()))
        if stated is not None and is_stock:
            return stated
        found = found or stated
    if found is None and elements:
        found = _by_class(elements) or _drawn(elements, apart)
    if found is None:
        buttons = [element for element in elements if not element.zones & apart & ~traits.CHOICE]
        found = stated_by_buttons(buttons, outline)[0]
    return found


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
