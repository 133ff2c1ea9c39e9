"""The blocks of a document as its reader finds them, each item and row with the lead-in before it."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from magicai.knowledge.parsed import Block

Lead = tuple[str, ...]
_ENDS_LEAD = (":", "：")


@dataclass(slots=True)
class Outline:
    """Blocks in order.

    Args:
        lead: what stands before all of them, where they are the contents of an item; outermost first.
        item: whether they are.
    """

    lead: Lead = ()
    item: bool = False
    blocks: list[Block] = field(default_factory=list[Block])
    _before: str = ""
    _links: set[int] = field(default_factory=set[int])
    _contents: list[range] = field(default_factory=list[range])

    @property
    def lead_here(self) -> Lead:
        """The lead-in of what follows: the paragraph directly before it, and the lead-ins of all around."""
        return (*self.lead, self._before) if self._before else self.lead

    def heading(self, text: str, level: int) -> None:
        """Add a heading."""
        if text.strip():
            self.blocks.append(Block(text=text.strip(), level=level))
        self._before = ""

    def paragraph(self, text: str) -> None:
        """Add a paragraph, which leads in what follows it."""
        if text.strip():
            self.blocks.append(Block(text=text.rstrip(), lead=self.lead, item=self.item))
            self._before = text.strip()

    def links(self, text: str) -> None:
        """Add a line of links: what leads through a site at the border of a page, and in its midst an answer."""
        if text.strip() and not self.item and not self._before.endswith(_ENDS_LEAD):
            self._links.add(len(self.blocks))
        self.paragraph(text)

    def page(self) -> tuple[Block, ...]:
        """The blocks of a whole page without what leads through it.

        That are the lines of links that it begins with, and ends with below a text, and a table of contents.
        """
        left_out = {at for place in self._contents if self._names_all_below(place) for at in place}
        blocks = [(block, at in self._links) for at, block in enumerate(self.blocks) if at not in left_out]
        first, last = 0, len(blocks)
        while first < last and blocks[first][1]:
            first += 1
        while last > first and blocks[last - 1][1]:
            last -= 1
        if last and blocks[last - 1][0].level:  # the heading says what they are
            last = len(blocks)
        return tuple(block for block, _ in blocks[first:last])

    def _names_all_below(self, place: range) -> bool:
        """Whether a list names each heading below it of the highest level there: one that names some says something."""
        named = {_letters(self.blocks[at].text) for at in place}
        below = [block for block in self.blocks[place.stop :] if block.level]
        highest = min((block.level for block in below), default=0)
        return all(_letters(block.text) in named for block in below if block.level == highest)

    def code(self, text: str) -> None:
        """Add what is set as it stands; the paragraph before says what it is."""
        text = text.strip("\n").rstrip()
        if text:
            self.blocks.append(Block(text=text, lead=self.lead_here, item=True))
        self._before = ""

    def items(self, items: Sequence[tuple[str, Sequence[Block]]], *, within_page: bool = False) -> None:
        """Add a list: of each item its mark, and its blocks as `contents` begins them.

        Args:
            within_page: it has nothing but links to places of its own page, and may be its table of contents.
        """
        begin = len(self.blocks) - self._before.endswith(_ENDS_LEAD)
        for mark, blocks in items:
            self.blocks += _marked(mark, blocks)
        self._before = ""
        if within_page and not self.item:
            self._contents.append(range(begin, len(self.blocks)))

    def item_of_list(self, text: str) -> None:
        """Add an item of a list whose end nobody states; the paragraph before the first one leads in all."""
        if text.strip():
            self.blocks.append(Block(text=f"- {text.strip()}", lead=self.lead_here, item=True))

    def contents(self) -> "Outline":
        """An empty outline for the contents of an item that follows here."""
        return Outline(self.lead_here, item=True)

    def rows(self, blocks: Sequence[Block]) -> None:
        """Add the rows of a table."""
        self.blocks += [replace(block, lead=(*self.lead_here, *block.lead), item=True) for block in blocks]
        self._before = ""

    def extend_items(self, blocks: Sequence[Block]) -> None:
        """Add what `contents` has gathered, without a mark."""
        self.blocks += blocks
        self._before = ""


def _letters(text: str) -> str:
    """A heading as a list names it, with other marks and numbers."""
    return "".join(char for char in text.casefold() if char.isalpha())


def _marked(mark: str, blocks: Sequence[Block]) -> list[Block]:
    """The blocks of an item: the first bears its mark, and is a lead-in of the others."""
    if not blocks or blocks[0].level:
        return list(blocks)
    first, *others = blocks
    depth = len(first.lead)
    named = f"{mark}{first.text.strip()}"
    return [
        replace(first, text=named),
        *(
            replace(
                one,
                text=one.text if one.level else _indented(one.text, len(mark)),
                lead=(*one.lead[:depth], named, *_without(one.lead[depth:], first.text)),
            )
            for one in others
        ),
    ]


def _without(lead: Lead, text: str) -> Lead:
    return tuple(one for one in lead if one != text.strip())


def _indented(text: str, width: int) -> str:
    return "\n".join(f"{' ' * min(width, 3)}{line}" if line else line for line in text.split("\n"))
