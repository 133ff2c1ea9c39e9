"""Caps on what a page may hold before it is parsed: depth, attributes of one tag, different names.

The parser takes the square of each. What is counted here is never less than what it will build, so nothing is built
that a quote, a comment or an end tag of nothing would hide from the count.
"""

import re
from collections.abc import Iterator
from itertools import islice

_DEEPEST = 512  # as browsers do
_MOST_ATTRIBUTES = 512
_MOST_NAMES = 10_000
_MOST_ROOTS = 8
# Shorter markup, or a shorter tag, can't hold a harmful number.
_HARMLESS = 32_000  # bytes
_FEW_NAMES = 400_000
_SHORT_TAG = 2 * _MOST_ATTRIBUTES

_SPACE = rb" \t\n\r\f"
_ATTRIBUTE_NAME = rb"[^" + _SPACE + rb"/>][^" + _SPACE + rb"/>=]*+"
_VALUE = (
    rb"(?:[" + _SPACE + rb"]*+=[" + _SPACE + rb"]*+"
    rb"(?:\"[^\"]*+\"|'[^']*+'|[^" + _SPACE + rb"\"'>][^" + _SPACE + rb">]*+)?+)?+"
)
_NAME = re.compile(rb"(" + _ATTRIBUTE_NAME + rb")" + _VALUE)
_TAG = re.compile(
    rb"<!--(?:-?>|.*?(?:--!?>|\Z))|<(/?)([a-zA-Z][^" + _SPACE + rb"/>]*+)"
    rb"((?:[" + _SPACE + rb"/]++|" + _ATTRIBUTE_NAME + _VALUE + rb")*+)>?|<[!?/][^>]*+",
    re.DOTALL,
)
_DRAWINGS = (b"svg", b"math")
# What they hold is text, or drawn.
_RAW = {
    name: re.compile(rb"</" + name + rb"(?=[" + _SPACE + rb"/>])", re.IGNORECASE)
    for name in (b"script", b"style", b"textarea", b"title", b"iframe", b"noembed", b"noframes", b"xmp", *_DRAWINGS)
}
# There is one of each, which takes the attributes of all of its tags.
_ROOTS = (b"html", b"body")
_NOT_NESTED = frozenset(
    b"html head body area base br col embed hr img input link meta param source track wbr"
    b" p li dt dd tr td th thead tbody tfoot option optgroup colgroup caption".split()
).union(_RAW)  # void, or closed by what follows
# An end tag closes what it names and all within, but nothing outside of these.
_WALLS = frozenset((b"table", b"object", b"template", b"applet", b"marquee"))
# These are opened anew in what follows when something else ends around them.
_FORMATTING = frozenset(b"b big code em font i nobr s small strike strong tt u".split())


def without_abyss(markup: bytes, *, harmless: int = _HARMLESS) -> bytes:
    """Markup up to where it is deeper than any page of a shop, without drawings and more attributes than any tag has.

    What is as short as is harmless stays as it is.
    """
    return b"".join(_kept(markup)) if len(markup) > harmless else markup


def _kept(markup: bytes) -> Iterator[bytes]:
    nest, names = _Nest(), set[bytes]()
    may_have_many_names = len(markup) > _FEW_NAMES
    kept_to = place = roots = 0
    while (tag := _TAG.search(markup, place)) is not None:
        start, place = tag.start(), tag.end()
        if tag[2] is None:
            continue
        name, is_end = tag[2].lower(), bool(tag[1])
        if may_have_many_names:
            names.add(name)
            names.update(_NAME.findall(tag[3]))
        if len(names) > _MOST_NAMES or not nest.take(name, is_end=is_end):
            yield markup[kept_to:start]
            return
        is_root = name in _ROOTS and not is_end
        roots += is_root
        if name in _DRAWINGS or (is_root and roots > _MOST_ROOTS):
            yield markup[kept_to:start]
            if name in _DRAWINGS and not is_end and not tag[0].endswith(b"/>"):
                place = _end_of(name, markup, place)
            kept_to = place
        elif place - start > _SHORT_TAG and (attributes := _first_attributes(tag)) is not None:
            yield markup[kept_to : tag.start(3)] + attributes
            kept_to = place
        if name in _RAW and not is_end:
            place = _end_of(name, markup, place)
    yield markup[kept_to:]


def _end_of(name: bytes, markup: bytes, place: int) -> int:
    end = _RAW[name].search(markup, place)
    return end.start() if end is not None else len(markup)


def _first_attributes(tag: re.Match[bytes]) -> bytes | None:
    """As many attributes of a tag as any has, None where it has no more."""
    found = [*islice(_NAME.finditer(tag[3]), _MOST_ATTRIBUTES + 1)]
    return tag[3][: found[-2].end()] + b">" if len(found) > _MOST_ATTRIBUTES else None


class _Nest:
    """What is open at a place, or may be."""

    def __init__(self) -> None:
        self._open: list[bytes] = []
        self._again = 0  # formatting that may be opened anew

    def take(self, name: bytes, *, is_end: bool) -> bool:
        """Take a tag; answers whether the page goes on behind it."""
        if is_end:
            self._close(name)
        elif name not in _NOT_NESTED:
            if name == b"a" and name in self._open:
                self._close_link()
            self._open.append(name)
        return len(self._open) + self._again <= _DEEPEST

    def _close_link(self) -> None:
        """End a link where another begins; what is open in it stays open."""
        place = self._open.index(b"a")
        if _WALLS.isdisjoint(self._open[place:]):
            del self._open[place]

    def _close(self, name: bytes) -> None:
        names = self._open
        if names and names[-1] == name:
            names.pop()
        elif name in names:
            place = len(names) - 1 - names[::-1].index(name)
            inside = names[place + 1 :]
            if name in _WALLS or _WALLS.isdisjoint(inside):
                self._again += sum(one in _FORMATTING for one in inside)
                del names[place:]
