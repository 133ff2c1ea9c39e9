"""An answer with its sources, or the honest word that there is none."""

from collections.abc import Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict

from magicai.knowledge.disagreeing import Disagreement, disagreement, statements
from magicai.knowledge.extracting import best_sentences, is_of_type
from magicai.knowledge.parsed import Place
from magicai.knowledge.searching import Context, ContextPassage
from magicai.knowledge.stated import Said
from magicai.knowledge.terms import Rarity, coverage, rarity
from magicai.values.times import Moment, to_iso

EXTRACTED = "extracted"
MOST_SOURCES = 3
_EXCERPT = 600
# A second passage adds to an answer where it says so much of the question that the first does not.
_ADDS = 0.25
# Sentences that differ, of more than these the first.
_MOST_DIFFERING = 2


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True)


class Cited(_Model):
    """A sentence of an answer, and the numbers of the sources that say it, from 1."""

    text: str
    sources: tuple[int, ...]


class AnswerSource(_Model):
    """A passage that an answer cites, or that was nearest where there is none.

    Attributes:
        title: document and place, for people.
        text: the excerpt.
        added_at: when its document was added, or changed last.
    """

    document: str
    document_id: str
    passage_id: str
    source: str
    place: str
    title: str
    excerpt: str
    text: str
    score: float
    added_at: Moment | None = None


class Answer(_Model):
    """An answer.

    Attributes:
        answer: each sentence with the numbers of its sources; "" where there is none.
        disagreements: sentences of the sources that answer the same, and differ; where there is no answer, both sides.
        written_by: the model, or `extracted` where sentences stand as they are in the documents.
        dropped: sentences of the model that its sources do not say.
        cached: whether it was written before, from the same passages.
        ordering: how many of the sources have orders to a language model, which were left out.
    """

    answer: str
    sentences: tuple[Cited, ...]
    disagreements: tuple[Cited, ...] = ()
    abstained: bool
    why: Literal["", "nothing_found", "not_sure", "sources_disagree", "model_found_none"] = ""
    confidence: float
    sources: tuple[AnswerSource, ...]
    written_by: str = EXTRACTED
    dropped: tuple[str, ...] = ()
    cached: bool = False
    ordering: int = 0


def extracted(question: str, context: Context, *, language: str) -> Answer:
    """Sentences of the best passage as they stand, and of a second one where that says more of the question."""
    rare = _rarity(context)
    disagreement = disagreement_in(question, context)
    first = context.passages[disagreement.lead.passage] if disagreement else context.passages[0]
    differing = disagreement.texts if disagreement else frozenset[str]()

    def said_of(one: ContextPassage) -> Sequence[Said]:
        return best_sentences(question, one.passage.title, one.text, rare, without=differing)

    used = [first]
    said = f"{first.passage.title}\n{first.text}"
    for other in [one for one in context.passages if one is not first][: MOST_SOURCES - 1]:
        both = f"{said}\n{other.passage.title}\n{other.text}"
        if coverage(question, both, rare) - coverage(question, said, rare) >= _ADDS:
            used.append(other)
            break
    sentences = [
        Cited(text=sentence.text, sources=(number,)) for number, one in enumerate(used, 1) for sentence in said_of(one)
    ]
    if not sentences:
        return abstained(context, language=language, why="not_sure")
    return answered(sentences, used, context, language=language, by=EXTRACTED, disagreement=disagreement)


def disagreement_in(question: str, context: Context) -> Disagreement | None:
    """What of the passages would be quoted first, and what differs from it; None where nothing would be."""
    rare = _rarity(context)

    def said_of(one: ContextPassage) -> Sequence[Said]:
        return best_sentences(question, one.passage.title, one.text, rare)

    # A passage of orders, however near to the question, does not hide the one behind it.
    attacked = any(one.ordering for one in context.passages)
    places = range(len(context.passages))
    number = next((at for at in places if not attacked or said_of(context.passages[at])), 0)
    quoted = {one.text for one in said_of(context.passages[number])}
    stated = statements(question, [(one.passage.title, one.text) for one in context.passages])
    leading = [one for one in stated if one.passage == number and one.text in quoted]
    if not leading:
        return None
    lead = max(leading, key=lambda one: (is_of_type(question, one.text), one.cover, -one.place))
    return disagreement(question, lead, stated, [one.passage.document_id for one in context.passages])


def _rarity(context: Context) -> Rarity:
    return rarity([f"{one.passage.title}\n{one.text}" for one in context.passages])


def answered(
    sentences: Sequence[Cited],
    used: Sequence[ContextPassage],
    context: Context,
    *,
    language: str,
    by: str,
    dropped: Sequence[str] = (),
    disagreement: Disagreement | None = None,
) -> Answer:
    """An answer of sentences, with its sources, and what these say differently."""
    differs = {one.text: context.passages[one.passage] for one in disagreement.rivals} if disagreement else {}
    rivals = list(differs.items())[:_MOST_DIFFERING]
    shown = [*used, *(one for _, one in rivals), *context.passages]
    shown = [one for at, one in enumerate(shown) if one not in shown[:at]][:MOST_SOURCES]
    differing = [Cited(text=text, sources=(shown.index(one) + 1,)) for text, one in rivals if one in shown]
    answer = _together([_marked(one, language) for one in sentences])
    if differing:
        answer += f"\n\n{_differing(differing, shown, language)}"
    return Answer(
        answer=answer,
        sentences=tuple(sentences),
        disagreements=tuple(differing),
        abstained=False,
        confidence=round(context.confidence * (disagreement.agreeing if disagreement else 1.0), 4),
        sources=tuple(source_of(one, language) for one in shown),
        written_by=by,
        dropped=tuple(dropped),
        ordering=_ordering(shown),
    )


def _marked(one: Cited, language: str) -> str:
    return f"{one.text}{'' if language == 'zh' else ' '}{''.join(f'[{number}]' for number in one.sources)}"


def _differing(differing: Sequence[Cited], shown: Sequence[ContextPassage], language: str) -> str:
    """That sources disagree, with what else they say, where, and since when."""
    chinese = language == "zh"
    said: list[str] = []
    for one in differing:
        its = shown[one.sources[0] - 1]
        since = to_iso(its.added_at)[:10] if its.added_at is not None else ""
        if chinese:
            where = "，".join(part for part in (its.passage.title, f"添加于 {since}" if since else "") if part)
            said.append(f"“{one.text}”（{where}）[{one.sources[0]}]")
        else:
            where = ", ".join(part for part in (its.passage.title, f"added {since}" if since else "") if part)
            said.append(f"“{one.text}” ({where}) [{one.sources[0]}]")
    return f"{'来源说法不一：' if chinese else 'The sources disagree: '}{('' if chinese else ' ').join(said)}"


def _ordering(shown: Sequence[ContextPassage]) -> int:
    return sum(one.ordering for one in shown)


def _together(sentences: Sequence[str]) -> str:
    """Sentences one after the other; what has lines of its own stands by itself."""
    text = ""
    for before, one in zip(("", *sentences), sentences, strict=False):
        text += ("\n" if "\n" in before or "\n" in one else " ") + one
    return text.strip()


def abstained(
    context: Context, *, language: str, why: Literal["nothing_found", "not_sure", "model_found_none"]
) -> Answer:
    """No answer, with the nearest passages."""
    return Answer(
        answer="",
        sentences=(),
        abstained=True,
        why=why,
        confidence=round(context.confidence, 4),
        sources=tuple(source_of(one, language) for one in context.passages[:MOST_SOURCES]),
        ordering=_ordering(context.passages[:MOST_SOURCES]),
    )


def unsure(question: str, context: Context, *, language: str) -> Answer:
    """No answer, since nothing is sure enough; with both sides, where that may be because sources disagree."""
    without = abstained(context, language=language, why="not_sure")
    disagreement = disagreement_in(question, context)
    if disagreement is None or not disagreement.rivals:
        return without
    found = {one.text: one.passage for one in reversed((disagreement.lead, *disagreement.rivals))}
    sides = [(text, at) for text, at in reversed(found.items()) if at < MOST_SOURCES]
    said = tuple(Cited(text=text, sources=(at + 1,)) for text, at in sides[: _MOST_DIFFERING + 1])
    if len(said) == 1:
        return without
    return without.model_copy(update={"why": "sources_disagree", "disagreements": said})


def source_of(one: ContextPassage, language: str) -> AnswerSource:
    """A passage as a source."""
    within = place_in_words(one.passage.place, language)
    place = " › ".join([*one.passage.title_path[1:], *([within] if within else [])])
    excerpt = one.text if len(one.text) <= _EXCERPT else f"{one.text[: _EXCERPT - 1]}…"
    return AnswerSource(
        document=one.passage.document,
        document_id=one.passage.document_id,
        passage_id=one.passage.passage_id,
        source=one.passage.source,
        place=place,
        title=" › ".join(part for part in (one.passage.document, place) if part),
        excerpt=excerpt,
        text=excerpt,
        score=one.score,
        added_at=one.added_at,
    )


def place_in_words(place: Place, language: str) -> str:
    """Where something stands, for people; "" where nothing tells."""
    chinese = language == "zh"
    parts: list[str] = []
    if place.page is not None:
        parts.append(f"第 {place.page} 页" if chinese else f"page {place.page}")
    if place.slide is not None:
        parts.append(f"第 {place.slide} 张幻灯片" if chinese else f"slide {place.slide}")
    if place.sheet is not None:
        parts.append(place.sheet)
    if place.row is not None:
        parts.append(f"第 {place.row} 行" if chinese else f"row {place.row}")
    return ", ".join(parts)
