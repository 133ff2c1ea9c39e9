"""Copied text: what stands in the owner's earlier pieces, their knowledge base and crawled pages, side by side.

Texts are found by the winnowed fingerprints that they share (exactly, from a table), then compared word by word.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from magicai.messages import say
from magicai.publishing.checks.context import Context
from magicai.publishing.checks.copied.comparing import Comparison, Copy, compare
from magicai.publishing.checks.copied.shingles import shingles, winnowed
from magicai.publishing.checks.manuscript import FieldText, Manuscript, OccupiedPlaces
from magicai.publishing.checks.ports import KnownText, KnownTexts
from magicai.publishing.findings import Finding, Passage

_LONG_WORDS, _LONG_CHARACTERS = 120, 40  # characters of a passage that is no turn of phrase, English and Chinese
_MOST_OF_IT = 0.3  # of a text, from which on a short passage counts as well
_SHOWN = 600


async def remember(known: KnownTexts, owner_id: str, text: KnownText) -> None:
    """Keep a text, so that later pieces are compared with it."""
    await known.keep(owner_id, text, values_of(text.text))


def values_of(text: str) -> list[int]:
    """The fingerprints by which a text is found, each once."""
    return sorted({one.value for one in winnowed(shingles(text))})


@dataclass(frozen=True)
class Copied:
    """The check that asks for known texts."""

    known: KnownTexts

    async def __call__(self, script: Manuscript, context: Context) -> Sequence[Finding]:
        """Every passage that stands elsewhere, the longest of those at one place."""
        found: list[Finding] = []
        for written in script:
            prints = values_of(written.text)
            others = await self.known.sharing(context.owner_id, prints) if prints else ()
            compared = [(other, compare(written.text, other.text)) for other in others]
            found += list(_findings(written, compared))
        return found


def _findings(written: FieldText, compared: Sequence[tuple[KnownText, Comparison]]) -> Iterator[Finding]:
    taken = OccupiedPlaces(written.text)
    copies = [(other, whole, copy) for other, whole in compared for copy in whole.copies]
    for other, whole, copy in sorted(copies, key=lambda one: one[2].start - one[2].end):
        longest = _LONG_CHARACTERS if written.language == "zh" else _LONG_WORDS
        is_long = copy.end - copy.start >= longest
        if (is_long or whole.containment >= _MOST_OF_IT) and taken.take(copy.start, copy.end):
            yield _finding(written, other, whole, copy)


def _finding(written: FieldText, other: KnownText, whole: Comparison, copy: Copy) -> Finding:
    passage = other.text[copy.other_start : copy.other_end]
    return written.finding(
        f"copied.{other.kind}",
        "note",
        copy.start,
        copy.end,
        message=say("passage_copied", source=other.name, share=f"{whole.containment:.0%}"),
        confidence=round(min(0.99, 0.5 + whole.containment / 2), 3),
        passages=(Passage(source=other.name, text=passage[:_SHOWN], address=other.address),),
    )
