"""Passages: what a document says, cut where it is cut itself, each with the headings above it and its place."""

from collections.abc import Iterable, Iterator

from pydantic import BaseModel, ConfigDict

from magicai.claims.reading import HAN, sentences
from magicai.errors import Invalid
from magicai.knowledge.orders import has_order
from magicai.knowledge.parsed import Block, Parsed, Place

# Characters of a passage: what an encoder still reads with care, and a person at a glance. Chinese says more in each.
LONGEST, LONGEST_CHINESE = 900, 400
# A shorter one is put with what follows under the same heading.
_SHORT = 0.5
_Found = tuple[tuple[str, ...], Place, str]
MOST_PASSAGES = 50_000


class Piece(BaseModel):
    """A passage of a document.

    Attributes:
        title_path: the document's title and the headings above it, outermost first.
        silent: it stands under a heading that orders a model to do something (orders.py): none of it is evidence.
    """

    model_config = ConfigDict(frozen=True)

    title_path: tuple[str, ...]
    place: Place
    text: str
    silent: bool

    @property
    def title(self) -> str:
        """Its title path in one line."""
        return " › ".join(self.title_path)


def cut(parsed: Parsed, *, title: str) -> tuple[Piece, ...]:
    """The passages of a document in order.

    Args:
        title: of the document, where it states none.

    Raises:
        Invalid: there are more than may be.
    """
    pieces: list[Piece] = []
    for path, place, text in _pieces(parsed, parsed.title or title):
        orders = [has_order(one) for one in path]
        said = tuple(one for one, order in zip(path, orders, strict=True) if not order)
        pieces.append(Piece(title_path=said, place=place, text=text, silent=any(orders)))
        if len(pieces) > MOST_PASSAGES:
            raise Invalid(f"It has more than {MOST_PASSAGES:,} passages.", way_out="Split it into parts.")
    return tuple(pieces)


def _pieces(parsed: Parsed, title: str) -> Iterator[_Found]:
    path: list[tuple[int, str]] = []
    gathered: list[Block] = []

    def titles(*more: str) -> tuple[str, ...]:
        named = (title, *(text for _, text in path), *more)
        return tuple(dict.fromkeys(one[:200] for one in named if one))

    def flushed() -> Iterator[_Found]:
        yield from _joined(gathered, titles())
        gathered.clear()

    for block in parsed.blocks:
        if block.level:
            yield from flushed()
            path = [one for one in path if one[0] < block.level]
            path.append((block.level, " ".join(block.text.split())))
        elif block.whole:
            yield from flushed()
            yield from ((titles(block.title), block.place, text) for text in _cut(block.text))
        else:
            if gathered and gathered[-1].place.page != block.place.page:
                yield from flushed()
            gathered.append(block)
    yield from flushed()


def _joined(blocks: Iterable[Block], path: tuple[str, ...]) -> Iterator[_Found]:
    """Blocks under one heading as passages: short ones together, long ones in parts."""
    text, place = "", Place()
    for block in blocks:
        for part in _cut(block.text):
            together = f"{text}\n{part}" if text else part
            if text and (len(together) > _longest(together) or len(text) > _SHORT * _longest(text)):
                yield path, place, text
                text = ""
            if not text:
                place = block.place
            text = f"{text}\n{part}" if text else part
    if text:
        yield path, place, text


def _cut(text: str) -> Iterator[str]:
    """A text in parts of whole sentences."""
    longest = _longest(text)
    if len(text) <= longest:
        yield text
        return
    start = end = 0
    for sentence in sentences(text):
        if end > start and sentence.end - start > longest:
            yield text[start:end].strip()
            start = sentence.start
        end = sentence.end
    if text[start:].strip():
        yield text[start:].strip()


def _longest(text: str) -> int:
    return LONGEST_CHINESE if len(HAN.findall(text)) > len(text) / 3 else LONGEST
