"""A guard before the parser: HTML may nest as deep as it likes, and parsing it takes the square of that."""

import re

# Browsers stop at 512, too. Below a length the square is no harm, and the look is saved.
_DEEPEST = 512
_HARMLESS = 32_000  # bytes

_TAG = re.compile(rb"<(/?)([a-zA-Z][a-zA-Z0-9-]*)")
_NEVER_CLOSED = frozenset(
    b"area base br col embed hr img input link meta param source track wbr"
    b" p li dt dd tr td th thead tbody tfoot option optgroup colgroup html head body rt rp caption".split()
)  # void, or closed by what follows
_RAW = {
    name: re.compile(rb"</" + name, re.IGNORECASE) for name in (b"script", b"style", b"textarea", b"title", b"noscript")
}


def without_abyss(markup: bytes, *, harmless: int = _HARMLESS) -> bytes:
    """Markup up to where it is nested deeper than any page of a shop; what is as short as is harmless, as it is."""
    if len(markup) <= harmless:
        return markup
    depth = place = 0
    while (tag := _TAG.search(markup, place)) is not None:
        place = tag.end()
        name = tag[2].lower()
        if name in _RAW and not tag[1]:
            end = _RAW[name].search(markup, place)
            if end is None:
                break
            place = end.end()
        elif name not in _NEVER_CLOSED:
            depth = max(0, depth - 1) if tag[1] else depth + 1
            if depth > _DEEPEST:
                return markup[: tag.start()]
    return markup
