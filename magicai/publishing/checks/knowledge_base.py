"""Claims, against what a generated text was written from and against the knowledge base.

A number of a text contradicts a passage that speaks of the same, in other numbers of the same kind; what no passage
speaks of says nothing. What a generated text's record lacks, and a passage says, is none; what it contradicts is one.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from magicai.claims.amount import Amount
from magicai.claims.mentions import find as amounts_in
from magicai.claims.reading import read, sentences
from magicai.claims.units import convertible
from magicai.claims.words import stems
from magicai.content.languages import with_points
from magicai.errors import MagicError
from magicai.messages import say
from magicai.ports import EntityRecords, SearchIndex
from magicai.publishing.checks import claims
from magicai.publishing.checks.context import Context
from magicai.publishing.checks.manuscript import FieldText, Manuscript
from magicai.publishing.findings import Finding, Findings, NotChecked, Passage

NAME, KIND = "claims", "passage"
_MOST_SENTENCES, _PASSAGES = 60, 6
# Of the words of the shorter one, so many must be the other's for both to speak of the same: all of two, most of more.
_ALIKE, _LEAST_WORDS = 0.6, 2
_SHOWN = 400
_ABOUT = 0.02
_CONFIDENCE = 0.7


@dataclass(frozen=True)
class _PassageSentence:
    """A sentence with its numbers, and the words that tell what it speaks of."""

    text: str
    amounts: tuple[Amount, ...]
    words: frozenset[str]
    source: Passage


@dataclass(frozen=True)
class KnowledgeBaseCheck:
    """The check that asks the knowledge base."""

    search: SearchIndex
    entities: EntityRecords

    async def __call__(self, script: Manuscript, context: Context) -> Findings:
        """Claims that nothing supports, and numbers that a passage contradicts."""
        found = await self._found(script, context)
        return Findings(found=tuple(found), not_checked=tuple(_not_compared(script, context)), checks=(NAME,))

    async def _found(self, script: Manuscript, context: Context) -> Sequence[Finding]:
        unsupported = list(claims.find(script, context))
        asked = list(_asked(script))[:_MOST_SENTENCES]
        try:
            known = [await self._passages(written.text[start:end], context) for written, start, end in asked]
        except MagicError:
            if unsupported:
                return unsupported
            raise
        found: list[Finding] = []
        supported: set[tuple[str, int, int]] = set()
        for (written, start, end), passages in zip(asked, known, strict=True):
            for amount, said in _compared(written.text[start:end], passages):
                place = (written.field, start + amount.start, start + amount.end)
                if said is None:
                    supported.add(place)
                else:
                    found.append(_contradicted(written, place, said, amount))
        # A passage may say what the record lacks; it is no reason to believe what the record contradicts.
        kept = [one for one in unsupported if one.rule != "claims.missing" or not _is_among(one, supported)]
        return [*kept, *found]

    async def _passages(self, sentence: str, context: Context) -> list[_PassageSentence]:
        hits = await self.search.search(
            sentence, owner_id=context.owner_id, kinds=(KIND,), match="any", limit=_PASSAGES
        )
        if not hits:
            return []
        found = await self.entities.present([(KIND, hit.entity_id) for hit in hits])
        return [
            said
            for one in found
            if one.entity is not None and one.owner_id == context.owner_id
            for said in _said(one.entity.text, one.entity.title, one.entity.url)
        ]


def _not_compared(script: Manuscript, context: Context) -> Iterator[NotChecked]:
    if context.sources and not script.is_read:
        yield NotChecked.saying(NAME, say("claims_compared_in_part"), needs_person=NAME in context.needs_person)


def _asked(script: Manuscript) -> Iterator[tuple[FieldText, int, int]]:
    """The sentences that have a number."""
    for written in script:
        if written.field in ("title", "text", "summary"):
            for start, end in written.sentences:
                if any(char.isdigit() for char in written.text[start:end]):
                    yield written, start, end


def _said(text: str, title: str, address: str) -> Iterator[_PassageSentence]:
    for one in sentences(text):
        amounts = _amounts(one.text)
        if amounts:
            yield _PassageSentence(
                one.text, amounts, _words(one.text, amounts), Passage(source=title, text="", address=address)
            )


def _compared(sentence: str, passages: Sequence[_PassageSentence]) -> Iterator[tuple[Amount, _PassageSentence | None]]:
    """Each number that passages speak of: with the sentence that contradicts it, or None where one says the same."""
    amounts = _amounts(sentence)
    words = _words(sentence, amounts)
    about = [passage for passage in passages if _alike(words, passage.words)]
    for amount in amounts:
        others = [(one, [each for each in one.amounts if _comparable(amount, each)]) for one in about]
        others = [(one, found) for one, found in others if found]
        if any(_same(amount, each) for _, found in others for each in found):
            yield amount, None
        elif others and len(others[0][1]) == 1 and sum(_comparable(amount, each) for each in amounts) == 1:
            yield amount, others[0][0]


def _amounts(text: str) -> tuple[Amount, ...]:
    return tuple(amounts_in(read(with_points(text)), with_names=False).amounts)


def _words(text: str, amounts: Collection[Amount]) -> frozenset[str]:
    """What a sentence speaks of: its stems without its numbers, and without words that any sentence has."""
    without = "".join(
        " " if any(one.start <= place < one.end for one in amounts) else char for place, char in enumerate(text)
    )
    return frozenset(stem for stem in stems(without) if not stem.isdigit())


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    shared, shorter = len(one & other), min(len(one), len(other))
    return shared == shorter >= _LEAST_WORDS or (shared > _LEAST_WORDS and shared >= _ALIKE * shorter)


def _comparable(one: Amount, other: Amount) -> bool:
    if one.unit is None or other.unit is None:
        return one.unit is other.unit
    return convertible(one.unit, other.unit)


def _same(one: Amount, other: Amount) -> bool:
    mine, passage_amount = (each.value * (each.unit.factor if each.unit else 1) for each in (one, other))
    close = _ABOUT * max(abs(mine), abs(passage_amount)) if one.about or other.about else 0
    return abs(mine - passage_amount) <= close


def _contradicted(written: FieldText, place: tuple[str, int, int], said: _PassageSentence, amount: Amount) -> Finding:
    passage_amount = next(each for each in said.amounts if _comparable(amount, each))
    return written.finding(
        "claims.contradicted",
        "review",
        place[1],
        place[2],
        message=say(
            "claim_contradicts_passage", source=said.source.source, passage=passage_amount.shown, text=amount.shown
        ),
        confidence=_CONFIDENCE,
        passages=(said.source.model_copy(update={"text": said.text.strip()[:_SHOWN]}),),
    )


def _is_among(finding: Finding, places: Collection[tuple[str, int, int]]) -> bool:
    place = finding.place
    return any(field == place.field and start < place.end and place.start < end for field, start, end in places)
