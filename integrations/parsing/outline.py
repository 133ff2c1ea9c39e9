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
        """The blocks of a whole page, without the lines of links that it begins with, and ends with below a text."""
        links, last = self._links, len(self.blocks)
        first = next((at for at in range(last) if at not in links), last)
        while last - 1 in links:
            last -= 1
        if last and self.blocks[last - 1].level:  # the heading says what they are
            last = len(self.blocks)
        return tuple(self.blocks[first:last])

    def code(self, text: str) -> None:
        """Add what is set as it stands; the paragraph before says what it is."""
        text = text.strip("\n").rstrip()
        if text:
            self.blocks.append(Block(text=text, lead=self.lead_here, item=True))
        self._before = ""

    def items(self, items: Sequence[tuple[str, Sequence[Block]]]) -> None:
        """Add a list: of each item its mark, and its blocks as `contents` begins them."""
        for mark, blocks in items:
            self.blocks += _marked(mark, blocks)
        self._before = ""

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

    def forget_lead(self) -> None:
        """Take back the paragraph that leads in what is left out."""
        if self._before.endswith(_ENDS_LEAD) and self.blocks and self.blocks[-1].text.strip() == self._before:
            self.blocks.pop()
        self._before = ""


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
