"""An answer with its sources, or the honest word that there is none."""

from collections.abc import Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict

from magicai.knowledge.extracting import Said, best_sentences
from magicai.knowledge.parsed import Place
from magicai.knowledge.searching import Context, ContextPassage
from magicai.knowledge.terms import coverage, rarity

EXTRACTED = "extracted"
MOST_SOURCES = 3
_EXCERPT = 600
# A second passage adds to an answer where it says so much of the question that the first does not.
_ADDS = 0.25


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


class Answer(_Model):
    """An answer.

    Attributes:
        answer: each sentence with the numbers of its sources; "" where there is none.
        written_by: the model, or `extracted` where sentences stand as they are in the documents.
        dropped: sentences of the model that its sources do not say.
        cached: whether it was written before, from the same passages.
        ordering: how many of the sources have orders to a language model, which were left out.
    """

    answer: str
    sentences: tuple[Cited, ...]
    abstained: bool
    why: Literal["", "nothing_found", "not_sure", "model_found_none"] = ""
    confidence: float
    sources: tuple[AnswerSource, ...]
    written_by: str = EXTRACTED
    dropped: tuple[str, ...] = ()
    cached: bool = False
    ordering: int = 0


def extracted(question: str, context: Context, *, language: str) -> Answer:
    """Sentences of the best passage as they stand, and of a second one where that says more of the question."""
    rare = rarity([f"{one.passage.title}\n{one.text}" for one in context.passages])

    def said_of(one: ContextPassage) -> Sequence[Said]:
        return best_sentences(question, one.passage.title, one.text, rare)

    # A passage of orders, however near to the question, does not hide the one behind it.
    attacked = any(one.ordering for one in context.passages)
    quoted = (one for one in context.passages if not attacked or said_of(one))
    first = next(quoted, context.passages[0])
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
    return answered(sentences, used, context, language=language, by=EXTRACTED)


def answered(
    sentences: Sequence[Cited],
    used: Sequence[ContextPassage],
    context: Context,
    *,
    language: str,
    by: str,
    dropped: Sequence[str] = (),
) -> Answer:
    """An answer of sentences, with its sources."""
    apart = "" if language == "zh" else " "
    marked = [f"{one.text}{apart}{''.join(f'[{number}]' for number in one.sources)}" for one in sentences]
    shown = [*used, *(one for one in context.passages if one not in used)][:MOST_SOURCES]
    return Answer(
        answer=_together(marked),
        sentences=tuple(sentences),
        abstained=False,
        confidence=round(context.confidence, 4),
        sources=tuple(source_of(one, language) for one in shown),
        written_by=by,
        dropped=tuple(dropped),
        ordering=_ordering(shown),
    )


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
