"""A guard before the parser: HTML may nest as deep as it likes, and parsing it takes the square of that.

So it does of the attributes of one tag. What is looked at here is read as the parser will read it: whatever a quote, a
comment or an end tag of nothing could hide would be hidden from the guard alone.
"""

import re
from collections.abc import Iterator

# Browsers stop at 512, too. Below a length the square is no harm, and the look is saved.
_DEEPEST = 512
_MOST_ATTRIBUTES = 512
_HARMLESS = 32_000  # bytes
_SHORT_TAG = 2 * _MOST_ATTRIBUTES  # bytes, which hold fewer attributes
# Different names of tags and attributes take the square, too. So many bytes hold no harmful number of them.
_MOST_NAMES = 10_000
_FEW_NAMES = 400_000

_SPACE = rb" \t\n\r\f"
_ATTRIBUTE_NAME = rb"[^" + _SPACE + rb"/>][^" + _SPACE + rb"/>=]*+"
_VALUE = (
    rb"(?:[" + _SPACE + rb"]*+=[" + _SPACE + rb"]*+"
    rb"(?:\"[^\"]*+\"|'[^']*+'|[^" + _SPACE + rb"\"'>][^" + _SPACE + rb">]*+)?+)?+"
)
_ATTRIBUTE = _ATTRIBUTE_NAME + _VALUE
_ATTRIBUTES = rb"(?:[" + _SPACE + rb"]++|/(?!>)|" + _ATTRIBUTE + rb")"
_TAG = rb"(/?)([a-zA-Z][^" + _SPACE + rb"/>]*+)" + _ATTRIBUTES + rb"*+(/?)"
_ONE_TAG = re.compile(rb"<" + _TAG)
# Most tags are passed over within the expression: elements that hold text alone, and what never nests. No group stands
# in a possessive repeat: re of Python 3.11 loses its span.
_LEAVES = (
    b"a span div i b strong em small sup button label h2 h3 h4 td th option script style title svg path use g"
).split()
_NEXT_TAG = re.compile(
    rb"(?:[^<]++"
    + b"".join(
        rb"|<" + name + rb"(?=[" + _SPACE + rb">])" + _ATTRIBUTES + rb"{0,40}+>[^<]*+</" + name + rb">"
        for name in _LEAVES
    )
    + rb"|</?(?:br|img|hr|meta|p|li|dt|dd)(?=["
    + _SPACE
    + rb"/>])"
    + _ATTRIBUTES
    + rb"{0,40}+/?>"
    rb")*+(?:<(?:" + _TAG + rb"|!--(?:-?>|.*?--!?>|.*))?)?",
    re.DOTALL,
)
_NAMES = re.compile(rb"(" + _ATTRIBUTE_NAME + rb")" + _VALUE)
_FEW_ATTRIBUTES = re.compile(
    rb"</?[a-zA-Z][^" + _SPACE + rb"/>]*+(?:[" + _SPACE + rb"/]*+" + _ATTRIBUTE + rb"){%d}" % _MOST_ATTRIBUTES
)
_NEVER_CLOSED = frozenset(
    b"area base br col embed hr img input link meta param source track wbr"
    b" p li dt dd tr td th thead tbody tfoot option optgroup colgroup html head body caption".split()
)  # void, or closed by what follows
_RAW = {
    name: re.compile(rb"</" + name + rb"(?=[" + _SPACE + rb"/>])", re.IGNORECASE)
    for name in (b"script", b"style", b"textarea", b"title", b"iframe", b"noembed", b"noframes", b"xmp")
}
_NOT_NESTED = _NEVER_CLOSED.union(_RAW)
# There is one of each, which takes the attributes of all of its tags.
_ONLY_ONE = (b"html", b"body")
_MOST_OF_ONE = 8
# An end tag closes what it names and all within, but nothing outside of these.
_WALLS = frozenset((b"table", b"object", b"template", b"applet", b"marquee"))
# These are opened anew in what follows when something else ends around them.
_FORMATTING = frozenset(b"b big code em font i nobr s small strike strong tt u".split())
# In drawings "/>" closes, and nothing is void; these end a drawing.
_DRAWINGS = (b"svg", b"math")
_END_DRAWINGS = frozenset(b"b br div em h1 h2 h3 h4 h5 h6 i img li meta ol p pre span strong table ul".split())


def without_abyss(markup: bytes, *, harmless: int = _HARMLESS) -> bytes:
    """Markup up to where it is nested deeper than any page of a shop, tags with no more attributes than any has.

    What is as short as is harmless stays as it is.
    """
    if len(markup) <= harmless:
        return markup
    if len(markup) > _FEW_NAMES:
        markup = _with_few_names(markup)
    nest, thinned = _Nest(), _Thinned(markup)
    for tag in _tags(markup, nest):
        end, name, closed = tag.groups()
        name = name.lower()
        start, place = tag.start(1) - 1, tag.end()
        if place - start > _SHORT_TAG or (name in _ONLY_ONE and not end):
            thinned.shorten(tag, name)
        if end:
            nest.close(name)
        elif (name not in _NOT_NESTED or nest.drawn) and nest.open(name, closed=bool(closed)) > _DEEPEST:
            return thinned.until(start)
    return thinned.until(len(markup))


def _tags(markup: bytes, nest: "_Nest") -> Iterator[re.Match[bytes]]:
    """All tags but those that are text where they stand."""
    place = 0
    while True:
        raw = None
        for tag in _NEXT_TAG.finditer(markup, place):
            name = tag[2]
            if name is None:
                continue
            yield tag
            if (text := _RAW.get(name.lower())) is not None and not tag[1] and not nest.drawn:
                raw = text.search(markup, tag.end())
                break
        if raw is None:
            return
        place = raw.end()


class _Thinned:
    """Markup without what its tags have too much of."""

    def __init__(self, markup: bytes) -> None:
        self._markup = markup
        self._kept: list[bytes] = []
        self._place = 0
        self._ones = 0

    def until(self, end: int) -> bytes:
        """What is kept of the markup up to a place; the markup itself where that is all."""
        if not self._kept:
            return self._markup[:end]
        return b"".join((*self._kept, self._markup[self._place : end]))

    def shorten(self, tag: re.Match[bytes], name: bytes) -> None:
        """Leave out attributes of a tag beyond what any has."""
        start, end = tag.start(1) - 1, tag.end()
        self._ones += name in _ONLY_ONE
        if self._ones > _MOST_OF_ONE and name in _ONLY_ONE:
            keep_to = tag.end(2)
        elif (few := _FEW_ATTRIBUTES.match(self._markup, start, end)) is not None:
            keep_to = few.end()
        else:
            return
        self._kept.append(self._markup[self._place : keep_to])
        self._place = end


def _with_few_names(markup: bytes) -> bytes:
    """Markup up to where its tags hold more different names than those of any page."""
    names: set[bytes] = set()
    for tag in _ONE_TAG.finditer(markup, _FEW_NAMES):
        names.update(_NAMES.findall(tag[0]))
        if len(names) > _MOST_NAMES:
            return markup[: tag.start()]
    return markup


class _Nest:
    """What is open at a place, at most: what the parser would close by itself may be held to be open.

    Attributes:
        drawn: how many elements are open with the drawing that the place is in, or 0.
    """

    def __init__(self) -> None:
        self._open: list[bytes] = []
        self._again: dict[bytes, int] = {}  # formatting that was not closed itself, by name
        self._agains = 0
        self._walls: list[int] = []
        self._strangers: set[bytes] = set()  # names that are known to be open nowhere within reach
        self.drawn = 0

    def open(self, name: bytes, *, closed: bool) -> int:
        """Take a start tag; answers how deep it is."""
        names = self._open
        if self.drawn:
            if name in _END_DRAWINGS and b"foreignobject" not in names:
                self._leave(self.drawn - 1)
            if closed or (not self.drawn and name in _NOT_NESTED):
                return 0 if closed and self.drawn else len(names)
        elif name in _DRAWINGS:
            if closed:
                return 0
            self.drawn = len(names) + 1
        if name == b"a" and name in names:
            place = names.index(name)
            del names[place]
            self._walls = [wall - (place < wall) for wall in self._walls]
            self.drawn -= place < self.drawn
        if name in _WALLS:
            self._walls.append(len(names))
            self._strangers.clear()
        names.append(name)
        self._strangers.discard(name)
        return len(names) + self._agains

    def close(self, name: bytes) -> None:
        """Take an end tag."""
        names = self._open
        if names and names[-1] == name:
            names.pop()
            self._shrunk(len(names))
            return
        if name in self._strangers:
            return
        within = 0 if name in _WALLS or not self._walls else self._walls[-1] + 1
        if name in (names[within:] if within else names):
            self._leave(len(names) - 1 - names[::-1].index(name), itself=name)
            return
        if self._again.get(name):
            self._again[name] -= 1
            self._agains -= 1
        else:
            self._strangers.add(name)

    def _leave(self, depth: int, itself: bytes = b"") -> None:
        for name in self._open[depth + bool(itself) :]:
            if name in _FORMATTING:
                self._again[name] = self._again.get(name, 0) + 1
                self._agains += 1
                self._strangers.discard(name)
        del self._open[depth:]
        self._shrunk(depth)

    def _shrunk(self, depth: int) -> None:
        while self._walls and self._walls[-1] >= depth:
            self._walls.pop()
            self._strangers.clear()
        if self.drawn > depth:
            self.drawn = 0
