"""Passages: what a document says, cut where it is cut itself, each with the headings above it and its place."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import zip_longest

from pydantic import BaseModel, ConfigDict

from magicai.claims.reading import HAN, sentences
from magicai.errors import Invalid
from magicai.knowledge.parsed import Block, Parsed, Place

# Characters of a passage: what an encoder still reads with care, and a person at a glance. Chinese says more in each.
LONGEST, LONGEST_CHINESE = 900, 400
# A shorter one is put with what follows under the same heading.
_SHORT = 0.5
# Of the lead-ins that a passage repeats.
_LONGEST_LEAD = 300
_Found = tuple[tuple[str, ...], Place, str]
MOST_PASSAGES = 50_000


class Piece(BaseModel):
    """A passage of a document.

    Attributes:
        title_path: the document's title and the headings above it, outermost first.
    """

    model_config = ConfigDict(frozen=True)

    title_path: tuple[str, ...]
    place: Place
    text: str

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
        pieces.append(Piece(title_path=path, place=place, text=text))
        if len(pieces) > MOST_PASSAGES:
            raise Invalid("too_many_passages", limit=f"{MOST_PASSAGES:,}")
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

    for block, heads_nothing in _with_next(parsed.blocks):
        if block.level:
            above = [one for one in path if one[0] < block.level]
            if above != path:
                yield from flushed()
            path = above
            if heads_nothing:
                gathered.append(replace(block, level=0, item=True))
                continue
            yield from flushed()
            path.append((block.level, " ".join(block.text.split())))
        elif block.whole:
            yield from flushed()
            yield from ((titles(block.title), block.place, text) for text in _cut(block.text))
        else:
            if gathered and gathered[-1].place.page != block.place.page:
                yield from flushed()
            gathered.append(block)
    yield from flushed()


def _with_next(blocks: Sequence[Block]) -> Iterator[tuple[Block, bool]]:
    """Blocks, and whether each is a heading without text below, such as of a picture: what it says is a text itself.

    A document of headings alone leads to others, and has none.
    """
    has_text = any(not block.level for block in blocks)
    for block, following in zip_longest(blocks, blocks[1:]):
        yield block, has_text and block.level > 0 and (following is None or 0 < following.level <= block.level)


def _joined(blocks: Iterable[Block], path: tuple[str, ...]) -> Iterator[_Found]:
    """Blocks under one heading as passages: short ones together, long ones in parts.

    A list, or a table, goes on until its passage is full; the next one begins with what leads in the item that it
    begins with.
    """
    text, place = "", Place()
    for block in blocks:
        lead = _lead_in(block)
        for part in _cut(block.text, room=len(lead) + 1 if lead else 0):
            together = f"{text}\n{part}" if text else part
            full = len(together) > _longest(together) or (not block.item and len(text) > _SHORT * _longest(text))
            if text and full:
                if before := _without_lead(text, block):
                    yield path, place, before
                text = ""
            if not text:
                place = block.place
                text = lead
            text = f"{text}\n{part}" if text else part
    if text:
        yield path, place, text


def _lead_in(block: Block) -> str:
    """What a passage that begins with this item says first: the nearest of its lead-ins that have room."""
    found: list[str] = []
    left = _LONGEST_LEAD
    for one in reversed(block.lead):
        said = _sentence_of(one)
        left -= len(said) + 1
        if left < 0:
            break
        found.append(said)
    return "\n".join(reversed(found))


def _sentence_of(lead: str) -> str:
    """Of a paragraph what leads in: all if it is short, its last sentence if that ends in a colon, else its first."""
    if len(lead) <= _LONGEST_LEAD / 2:
        return lead
    every = sentences(lead)
    return lead[every[-1].start :].strip() if lead.endswith((":", "：")) else every[0].text


def _without_lead(text: str, block: Block) -> str:
    """A passage without the lead-in at its end, with which the next one begins."""
    if not block.item or not block.lead or _sentence_of(block.lead[-1]) != block.lead[-1]:
        return text
    return text.removesuffix(block.lead[-1]).rstrip() if text.endswith(block.lead[-1]) else text


def _cut(text: str, *, room: int = 0) -> Iterator[str]:
    """A text in parts of whole sentences.

    Args:
        room: how much of a passage is needed for something else.
    """
    longest = _longest(text) - room
    if len(text) <= longest:
        yield text
        return
    start = end = 0
    for begins, ends in _parts(text, longest):
        if end > start and ends - start > longest:
            yield text[start:end].strip("\n").rstrip()
            start = begins
        end = ends
    if text[start:].strip():
        yield text[start:].strip("\n").rstrip()


def _parts(text: str, longest: int) -> Iterator[tuple[int, int]]:
    """Where sentences begin and end; of one that fills more than a passage, such as code, its lines."""
    for sentence in sentences(text):
        if sentence.end - sentence.start <= longest:
            yield sentence.start, sentence.end
            continue
        start = sentence.start
        for line in text[sentence.start : sentence.end].splitlines(keepends=True):
            yield start, start + len(line)
            start += len(line)


def _longest(text: str) -> int:
    return LONGEST_CHINESE if len(HAN.findall(text)) > len(text) / 3 else LONGEST
