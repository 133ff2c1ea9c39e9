"""A page's body flattened once: its visible text, and its elements as ranges of it.

What stands near what, what an element holds and in which part of the page it lies become comparisons of numbers, so
that the readers of cards, tables and product pages never search the tree again.
"""

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import islice
from operator import attrgetter

from selectolax.lexbor import LexborNode

from magicai.shops.extraction import traits
from magicai.shops.extraction.elements import Element
from magicai.shops.extraction.shown_text import BETWEEN, EDGE, ShownText
from magicai.shops.extraction.traits import traits_of

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
_CARDS, _CARD_LIMIT = 3, 2_500
_PARTS = (
    traits.NAVIGATION | traits.FOOTER | traits.FILTER | traits.CHOICE | traits.HIDDEN | traits.BREADCRUMB
    | traits.PAGINATION
)  # fmt: skip
_WRAPPERS = frozenset(("div", "section", "main", "form", "ul", "ol", "article"))
_INNER = frozenset(("article", "main", "li", "section", "form", "td"))
_TELLING = frozenset(("id", "itemprop", "style", "hidden"))  # besides the class
_attributes = attrgetter("attributes")
_CUT_OUT = traits.HIDDEN | traits.CHOICE
_BLOCK_BADGE = re.compile(r"(?:^|\s)([\w-]{1,40}?)__badge-([\w-]{1,40})")
_STRUCK = re.compile(r"text-decoration(?:-line)?\s{0,3}:[^;]{0,30}line-through")
_NOT_DISPLAYED = re.compile(r"display\s{0,3}:\s{0,3}none|visibility\s{0,3}:\s{0,3}hidden")


class Outline:
    """Text and elements of a body.

    Attributes:
        text: what a reader sees; block elements and line breaks end lines.
        elements: in document order.
    """

    def __init__(self, body: LexborNode | None) -> None:
        self.elements: list[Element] = []
        self._starts: list[int] = []  # of each piece of text
        self._owners: list[int] = []  # and the element that it stands in
        self._apart: list[Element] = []  # that may be parts of the page which are not looked at
        self.text = ""
        if body is not None:
            self._flatten(body)
            self._free_the_whole()
            self._free_feet_of_cards()
        self._hidden = [
            (one.start, one.end)
            for one in self._apart
            if one.traits & _CUT_OUT and one.end > one.start and not self.elements[one.parent].zones & _CUT_OUT
        ]
        self._hidden_starts = [start for start, _ in self._hidden]

    @cached_property
    def attribute_names(self) -> set[str]:
        """The names of all attributes."""
        return set[str]().union(*map(_attributes, self.elements))

    def tagged(self, tag: str) -> list[Element]:
        """The elements of a tag, in document order."""
        return self._by_tag.get(tag, [])

    @cached_property
    def _by_tag(self) -> dict[str, list[Element]]:
        found: dict[str, list[Element]] = defaultdict(list)
        for element in self.elements:
            found[element.tag].append(element)
        return found

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

    def text_in(self, elements: Iterable[Element]) -> str:
        """The text that stands in some elements themselves, rather than in others inside them, in document order."""
        chosen = {element.index for element in elements}
        ends = [*self._starts[1:], len(self.text)]
        pieces = zip(self._starts, ends, self._owners, strict=False)
        return "".join(self.text[start:end] for start, end, owner in pieces if owner in chosen)

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
        for element in self._apart:
            if (
                element.traits & _PARTS
                and element.tag in _WRAPPERS
                and 2 * (element.end - element.start) > len(self.text)
            ):
                self.free_of_zones(element, _PARTS)

    def _free_feet_of_cards(self) -> None:
        """The feet of three or more small elements that are alike, each below something else, are no page's foot."""
        feet: dict[tuple[str, str, str, str], list[Element]] = defaultdict(list)
        for foot in self._apart:
            around = self.elements[foot.parent]
            if (
                foot.traits & traits.FOOTER
                and not around.zones & traits.FOOTER
                and foot.index > around.index + 1
                and around.end - around.start <= _CARD_LIMIT
            ):
                feet[(foot.tag, _first_class(foot), around.tag, _first_class(around))].append(foot)
        for alike in feet.values():
            if len({foot.parent for foot in alike}) >= _CARDS:
                for foot in alike:
                    for inner in self.whole(foot):
                        inner.traits &= ~traits.FOOTER
                        inner.zones = self.elements[inner.parent].zones | inner.traits & traits.ZONES

    def mark_zone(self, element: Element, zone: int) -> None:
        """Make an element and all inside it part of a zone."""
        for place in range(element.index, element.last + 1):
            self.elements[place].zones |= zone

    def _flatten(self, body: LexborNode) -> None:
        text, elements = ShownText(), self.elements
        owner = Element()
        owner.index, owner.parent, owner.tag, owner.attributes = 0, -1, "body", body.attributes
        owner.start = owner.traits = owner.zones = 0
        elements.append(owner)
        around = [(owner, body)]  # the elements around the owner, and where each was left
        node = body.first_child
        is_full = False
        while around:
            if node is None or is_full:
                text.edge = EDGE
                if text.last != "\n" and owner.tag in _BLOCKS:
                    text.end_line()
                owner.end = text.length
                owner.last = len(elements) - 1
                owner, node = around.pop()
                node = node.next
                continue
            tag = node.tag
            if tag == "-text":
                content = node.text_content
                if content and text.add(content[:_PIECE_LIMIT], owner.traits):
                    self._starts.append(text.begun)
                    self._owners.append(owner.index)
                    is_full = text.length >= _TEXT_LIMIT
                node = node.next
                continue
            is_block = tag in _BLOCKS
            if tag is None or len(around) > _DEPTH_LIMIT or (not is_block and (tag[0] == "-" or tag in _SKIPPED)):
                node = node.next
                continue
            text.edge = BETWEEN if text.edge else EDGE
            if text.last != "\n" and (is_block or "-" in tag):
                text.end_line()
            element = self._begun(node, tag, owner, text.length)
            elements.append(element)
            is_full = len(elements) >= _ELEMENT_LIMIT
            inner = node.first_child
            if inner is None:
                node = node.next
            else:
                around.append((owner, node))
                owner, node = element, inner
        self.text = text.whole()

    def _begun(self, node: LexborNode, tag: str, owner: Element, start: int) -> Element:
        element = Element()
        element.index = element.last = len(self.elements)
        element.parent = owner.index
        element.tag = tag
        element.start = element.end = start
        attributes = element.attributes = node.attributes
        own = self._traits_of(tag, attributes, owner) if attributes else _TAG_TRAITS.get(tag, 0)
        element.traits, element.zones = own, owner.zones
        if own:
            if own & traits.FOOTER and (own & traits.PRODUCT or any(one.tag in _INNER for one in self.around(owner))):
                own &= ~traits.FOOTER  # a card's, a section's
                element.traits = own
            element.zones |= own & traits.ZONES
            if own & _PARTS:
                self._apart.append(element)
        return element

    def _traits_of(self, tag: str, attributes: dict[str, str | None], owner: Element) -> int:
        classes = attributes.get("class") or ""
        if _TELLING.isdisjoint(attributes) and "__badge-" not in classes:
            return traits_of(tag, classes, "", "")
        own = traits_of(tag, classes, attributes.get("id") or "", attributes.get("itemprop") or "")
        style = attributes.get("style")
        if style:
            style = style[:300].lower()
            if _STRUCK.search(style):
                own |= traits.OLD
            if _NOT_DISPLAYED.search(style):
                own |= traits.HIDDEN
        if "hidden" in attributes or ("__badge-" in classes and self._is_badge_of_other_state(classes, owner)):
            own |= traits.HIDDEN
        return own

    def _is_badge_of_other_state(self, classes: str, owner: Element) -> bool:
        """Whether a badge waits for its block to take on a state: `price__badge-sold-out` without a `price--sold-out`.

        Themes render all badges of a block and let its modifier show the one that holds.
        """
        badge = _BLOCK_BADGE.search(classes)
        if badge is None:
            return False
        shown = {f"{badge[1]}--{badge[2]}", f"{badge[1]}--on-{badge[2]}"}
        near = islice(self.around(owner), 5)
        return all(shown.isdisjoint((one.attributes.get("class") or "").split()) for one in near)


def _first_class(element: Element) -> str:
    return ((element.attributes.get("class") or "").split() or [""])[0]


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
