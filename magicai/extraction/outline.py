"""A page's body flattened once: its visible text, and its elements as ranges of it.

What stands near what, what an element holds and in which part of the page it lies become comparisons of numbers, so
that the readers of cards, tables and product pages never search the tree again.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator

from selectolax.lexbor import LexborNode

from magicai.extraction import traits
from magicai.extraction.traits import traits_of

_ELEMENT_LIMIT = 30_000
_TEXT_LIMIT = 400_000
_PIECE_LIMIT = 2_000
_DEPTH_LIMIT = 250
_BLOCK_TAGS = """
    address article aside blockquote body button caption center dd details dialog div dl dt fieldset figcaption figure
    footer form h1 h2 h3 h4 h5 h6 header hgroup hr li main menu nav ol p pre section summary table tbody td tfoot th
    thead tr ul br
"""
_BLOCKS = frozenset(_BLOCK_TAGS.split())
_SKIPPED_TAGS = """
    script style noscript template svg iframe textarea select datalist object canvas math head audio video map
"""
_SKIPPED = frozenset(_SKIPPED_TAGS.split())
_SMALL = 200
_PARTS = (
    traits.NAVIGATION | traits.FOOTER | traits.FILTER | traits.CHOICE | traits.HIDDEN | traits.BREADCRUMB
    | traits.PAGINATION
)  # fmt: skip
_WRAPPERS = frozenset(("div", "section", "main", "form", "ul", "ol", "article"))
_INNER = frozenset(("article", "main", "li", "section", "form", "td"))
_SIGNS = frozenset("$€£¥￥₹₩")
_CUT_OUT = traits.HIDDEN | traits.CHOICE
_TWO_DIGITS = re.compile(r"\d\d(?:\s?[^\w\s.,]{1,3})?")
_HAS_DECIMALS = re.compile(r"[.,]\d{1,2}$")
_BLOCK_BADGE = re.compile(r"(?:^|\s)([\w-]{1,40}?)__badge-([\w-]{1,40})")
_STRUCK = re.compile(r"text-decoration(?:-line)?\s{0,3}:[^;]{0,30}line-through")
_NOT_DISPLAYED = re.compile(r"display\s{0,3}:\s{0,3}none|visibility\s{0,3}:\s{0,3}hidden")


class Element:
    """One element of the body.

    Attributes:
        index: its place among the elements, in document order.
        parent: the index of the element around it, -1 for the body.
        last: the index of the last element inside it, its own where there is none.
        start, end: where its text lies in the outline's.
        traits: its own purposes.
        zones: the parts of the page that it belongs to.
    """

    __slots__ = ("attributes", "end", "index", "last", "node", "parent", "start", "tag", "traits", "zones")

    def __init__(
        self, index: int, parent: int, node: LexborNode, tag: str, attributes: dict[str, str | None], start: int
    ) -> None:
        self.index = index
        self.parent = parent
        self.node = node
        self.tag = tag
        self.attributes = attributes
        self.start = self.end = start
        self.last = index
        self.traits = self.zones = 0


class Outline:
    """Text and elements of a body.

    Attributes:
        text: what a reader sees; block elements and line breaks end lines.
        elements: in document order.
        attribute_names: of all of them.
    """

    def __init__(self, body: LexborNode | None) -> None:
        self.elements: list[Element] = []
        self.attribute_names: set[str] = set() if body is None else set(body.attributes)
        self._starts: list[int] = []  # of each piece of text
        self._owners: list[int] = []  # and the element that it stands in
        self.text = ""
        if body is not None:
            self._flatten(body)
            self._free_the_whole()
        self._hidden = [
            (one.start, one.end)
            for one in self.elements
            if one.traits & _CUT_OUT and one.end > one.start and not self.elements[one.parent].zones & _CUT_OUT
        ]
        self._hidden_starts = [start for start, _ in self._hidden]

    def at(self, position: int) -> Element:
        """The innermost element that holds a position of the text."""
        return self.elements[self._owners[bisect_right(self._starts, position) - 1]]

    def text_of(self, element: Element) -> str:
        """The text of an element."""
        return self.text[element.start : element.end]

    def visible_text_of(self, element: Element) -> str:
        """The text of an element without what is hidden inside it, or there to be chosen from."""
        text, offset = self.text_of(element), element.start
        if not self._hidden:
            return text.strip()
        first = bisect_left(self._hidden_starts, element.start)
        for start, end in reversed(self._hidden[first:]):
            if end <= element.end:
                text = text[: start - offset] + text[end - offset :]
        return text.strip()

    def around(self, element: Element) -> Iterator[Element]:
        """An element and those around it, innermost first."""
        while True:
            yield element
            if element.parent < 0:
                return
            element = self.elements[element.parent]

    def whole(self, element: Element) -> list[Element]:
        """An element and those inside it, in document order."""
        return self.elements[element.index : element.last + 1]

    def inside(self, element: Element) -> list[Element]:
        """The elements inside an element, in document order."""
        return self.elements[element.index + 1 : element.last + 1]

    def children(self, element: Element) -> Iterator[Element]:
        """The elements directly inside an element."""
        place = element.index + 1
        while place <= element.last:
            child = self.elements[place]
            yield child
            place = child.last + 1

    def holds(self, outer: Element, inner: Element) -> bool:
        """Whether an element is another or lies inside it."""
        return outer.index <= inner.index <= outer.last

    def common(self, first: Element, second: Element) -> Element:
        """The innermost element that holds both."""
        while not self.holds(first, second):
            first = self.elements[first.parent]
        return first

    def pieces(self, element: Element) -> list[tuple[int, int]]:
        """Start of each piece of text inside an element, and the index of the element that it stands in."""
        first = bisect_left(self._starts, element.start)
        after = bisect_left(self._starts, element.end)
        return list(zip(self._starts[first:after], self._owners[first:after], strict=True))

    def free_of_zones(self, element: Element, zones: int = traits.ZONES) -> None:
        """Take an element and those around it out of zones that they were thought to be."""
        outermost = element
        for around in self.around(element):
            if around.traits & zones:
                around.traits &= ~zones
                outermost = around
        above = self.elements[outermost.parent].zones if outermost.parent >= 0 else 0
        for place in range(outermost.index, outermost.last + 1):
            one = self.elements[place]
            one.zones = (self.elements[one.parent].zones if one is not outermost else above) | one.traits & traits.ZONES

    def _free_the_whole(self) -> None:
        """What holds most of a page is no menu, filter or hidden part of it, whatever it is called."""
        if len(self.text) < _SMALL:
            return
        for element in self.elements:
            if (
                element.traits & _PARTS
                and element.tag in _WRAPPERS
                and 2 * (element.end - element.start) > len(self.text)
            ):
                self.free_of_zones(element, _PARTS)

    def mark_zone(self, element: Element, zone: int) -> None:
        """Make an element and all inside it part of a zone."""
        for place in range(element.index, element.last + 1):
            self.elements[place].zones |= zone

    def _flatten(self, body: LexborNode) -> None:
        builder = _Text()
        elements = self.elements
        root = Element(0, -1, body, "body", body.attributes, 0)
        elements.append(root)
        stack = [root]
        node = body.first_child
        is_full = False
        while stack:
            if node is None or is_full:
                done = stack.pop()
                if done.tag in _BLOCKS:
                    builder.end_line()
                else:
                    builder.end()
                done.end = builder.length
                done.last = len(elements) - 1
                node = done.node.next if stack else None
                continue
            tag = node.tag
            if tag == "-text":
                content = node.text_content
                if content:
                    owner = stack[-1]
                    at = builder.add(content[:_PIECE_LIMIT], cents=bool(owner.traits & traits.CENTS))
                    if at >= 0:
                        self._starts.append(at)
                        self._owners.append(owner.index)
                        is_full = builder.length >= _TEXT_LIMIT
                node = node.next
                continue
            if tag is None or tag[0] == "-" or tag in _SKIPPED or len(stack) > _DEPTH_LIMIT:
                node = node.next
                continue
            if tag in _BLOCKS or "-" in tag:
                builder.end_line()
            else:
                builder.begin()
            attributes = node.attributes
            self.attribute_names.update(attributes)
            element = Element(len(elements), stack[-1].index, node, tag, attributes, builder.length)
            _characterise(element, stack)
            elements.append(element)
            is_full = len(elements) >= _ELEMENT_LIMIT
            inner = node.first_child
            if inner is None:
                node = node.next
            else:
                stack.append(element)
                node = inner
        self.text = builder.text()


def _characterise(element: Element, around: list[Element]) -> None:
    attributes = element.attributes
    own = _TAG_TRAITS.get(element.tag, 0)
    if attributes:
        classes = attributes.get("class") or ""
        own = traits_of(element.tag, classes, attributes.get("id") or "", attributes.get("itemprop") or "")
        style = attributes.get("style")
        if style:
            style = style[:300].lower()
            if _STRUCK.search(style):
                own |= traits.OLD
            if _NOT_DISPLAYED.search(style):
                own |= traits.HIDDEN
        if "hidden" in attributes or ("__badge-" in classes and _is_badge_of_other_state(classes, around)):
            own |= traits.HIDDEN
    if own & traits.FOOTER and (own & traits.PRODUCT or any(one.tag in _INNER for one in around)):
        own &= ~traits.FOOTER  # a card's, a section's
    element.traits = own
    element.zones = around[-1].zones | own & traits.ZONES


def _is_badge_of_other_state(classes: str, around: list[Element]) -> bool:
    """Whether a badge waits for its block to take on a state: `price__badge-sold-out` without a `price--sold-out`.

    Themes render all badges of a block and let its modifier show the one that holds.
    """
    badge = _BLOCK_BADGE.search(classes)
    if badge is None:
        return False
    shown = {f"{badge[1]}--{badge[2]}", f"{badge[1]}--on-{badge[2]}"}
    return all(shown.isdisjoint((element.attributes.get("class") or "").split()) for element in around[-5:])


_TAG_TRAITS = {
    tag: traits_of(tag, "", "", "")
    for tag in (
        "nav",
        "footer",
        "del",
        "s",
        "strike",
        "ins",
        "sup",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "fieldset",
        "blockquote",
    )
}


def _is_word(char: str) -> bool:
    return char.isalnum() or char in _SIGNS


class _Text:
    """Visible text, put together piece by piece with single spaces and line ends.

    Numbers of different elements are kept apart by a tab, which no number holds.
    """

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._last = "\n"  # of these
        self.length = 0
        self.at_edge = False  # an element began or ended since the last piece
        self._between = False  # one ended, and then another began
        self._spaced = False  # there was space since the last piece

    def text(self) -> str:
        return "".join(self._pieces)

    def begin(self) -> None:
        self._between = self.at_edge
        self.at_edge = True

    def end(self) -> None:
        self.at_edge = True
        self._between = False

    def end_line(self) -> None:
        if self._last != "\n":
            self._pieces.append("\n")
            self._last = "\n"
            self.length += 1
        self.at_edge = self._between = self._spaced = False

    def add(self, content: str, *, cents: bool) -> int:
        """Append a piece; returns where it begins, -1 where it was only space."""
        words = content.split()
        if not words:
            self._spaced = True
            return -1
        piece = " ".join(words)
        joint = self._joint(piece, spaced=self._spaced or content[0].isspace(), cents=cents)
        if joint:
            self._pieces.append(joint)
            self.length += len(joint)
        at = self.length
        self._pieces.append(piece)
        self._last = piece
        self.length = at + len(piece)
        self._spaced = content[-1].isspace()
        self.at_edge = self._between = False
        return at

    def _joint(self, piece: str, *, spaced: bool, cents: bool) -> str:
        """What stands between the last piece and the next one."""
        last = self._last
        if last == "\n":
            return ""
        before = last[-1]
        if piece[0].isdigit() and self.at_edge:
            if (
                _TWO_DIGITS.fullmatch(piece)
                and last[-2:-1].isdigit()
                and (before in ".," or (cents and before in _SIGNS))
            ):
                return ""  # 118, and 99; 35€ and a raised 99
            if before.isdigit():
                return self._between_digits(piece, last, spaced=spaced, cents=cents)
        if spaced:
            return " "
        # Two elements side by side are two words.
        return " " if self._between and _is_word(before) and _is_word(piece[0]) else ""

    def _between_digits(self, piece: str, last: str, *, spaced: bool, cents: bool) -> str:
        """Keep 19 and a raised 99 from becoming 1999, and two numbers from becoming one."""
        is_fraction = _TWO_DIGITS.fullmatch(piece) is not None and not _HAS_DECIMALS.search(last)
        return "." if is_fraction and (cents or not spaced) else "\t"
