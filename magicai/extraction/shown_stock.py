"""Whether one can have a product, from what its part of a page shows."""

from magicai.domain.product import Availability
from magicai.extraction import traits
from magicai.extraction.buy_buttons import stated_by_buttons
from magicai.extraction.outline import Element, Outline
from magicai.extraction.stock_words import stock_word

_LINE_LIMIT = 80
_LINES_LIMIT = 400


def shown_availability(elements: list[Element], outline: Outline, *, apart: int) -> Availability | None:
    """What elements of one product say of its stock.

    Words in an element that is called its stock come first, then a short line that is nothing else, then the class of
    the outermost element, then its buttons. Where lines contradict each other the first one decides.

    Args:
        elements: those of the product, outermost first.
        outline: of the page.
        apart: zones in which words are about something else.
    """
    by_line: Availability | None = None
    lines = 0
    for element in elements:
        if (
            element.zones & (apart | traits.HIDDEN)
            or element.end - element.start > _LINE_LIMIT
            or element.end <= element.start
        ):
            continue
        if element.traits & traits.STOCK:
            stated = stock_word(" ".join(outline.visible_text_of(element).split()))
            if stated is not None:
                return stated
        if by_line is None and lines < _LINES_LIMIT:
            line = outline.visible_text_of(element)
            if "\n" not in line:
                lines += 1
                by_line = stock_word(line)
    if by_line is not None:
        return by_line
    whole = elements[0].end - elements[0].start if elements else 0
    for element in elements[:3]:
        if 2 * (element.end - element.start) < whole:
            continue  # a part of the product, or beside it
        if element.traits & traits.OUT_OF_STOCK:
            return Availability.OUT_OF_STOCK
        if element.traits & traits.IN_STOCK:
            return Availability.IN_STOCK
    return stated_by_buttons([element for element in elements if not element.zones & apart], outline)[0]
