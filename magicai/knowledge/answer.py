"""An answer with its sources, or the passages that come closest; and what was found where there is no answer."""

import re
from collections.abc import Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict

from magicai.knowledge.parsed import Place
from magicai.knowledge.quotes import LIST_MARKER
from magicai.knowledge.ranking import LEAST_MATCH
from magicai.knowledge.searching import Context, ContextPassage
from magicai.knowledge.terms import set_of
from magicai.messages import Message
from magicai.values.times import Moment, to_iso

# Passages that are shown without a model, and whole ones that a model reads at most.
CLOSEST, MOST_SENT = 3, 10
_EXCERPT = 900
_WORD = re.compile(r"[^\W_]+")

Answerable = Literal["yes", "partly", "no", "sources_disagree", "not_judged"]
Confidence = Literal["sure", "likely", "not_sure"]
Mark = Literal["asks_for_secrets", "foreign_link", "unquoted_name"]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True)


class Quote(_Model):
    """Words of a source.

    Attributes:
        source: its number, from 1.
    """

    source: int
    quote: str


class Sentence(_Model):
    """A sentence of an answer, with the words of its sources that it rests on.

    Attributes:
        marks: what its reader should know: it asks for a password, code or card number; it has a link to a host that
            is none of the sources'; it names something that its quotes don't.
    """

    text: str
    quotes: tuple[Quote, ...]
    marks: tuple[Mark, ...] = ()


class LeftOut(_Model):
    """A sentence of a model that could not be proved, and why.

    Attributes:
        messages: what `why` says.
    """

    text: str
    why: str
    messages: tuple[Message, ...] = ()


class AnswerSource(_Model):
    """A passage that an answer cites, or that comes closest.

    Attributes:
        title: document and place, for people.
        text: the excerpt, as panels show it.
        words: places in the excerpt that are quoted, or else have words of the question: start and end.
        score: how well it fits the question, 0 to 1.
        added_at: when its document was added, or changed last; `date` says it for people.
        orders: whether it gives orders to language models.
    """

    document: str
    document_id: str
    passage_id: str
    source: str
    place: str
    title: str
    excerpt: str
    text: str
    words: tuple[tuple[int, int], ...] = ()
    score: float
    added_at: Moment | None = None
    date: str = ""
    orders: bool = False


class Answer(_Model):
    """An answer.

    Attributes:
        answer: its sentences, each with the numbers of its sources; "" where there is none.
        answerable: the model's verdict; not_judged where none was asked, or it gave nothing that could be proved.
        confidence: in words; None where no model judged.
        confidence_score: the probability that an answer of this kind is right, by votes here; None before there are
            enough of them.
        left_out: what the model said, and nothing proves.
        written_by: the model; "" where none was asked.
        prompt: the version of what it was asked.
        cached: whether it was written before, from the same passages.
    """

    answer: str = ""
    answerable: Answerable = "not_judged"
    sentences: tuple[Sentence, ...] = ()
    confidence: Confidence | None = None
    confidence_score: float | None = None
    sources: tuple[AnswerSource, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    written_by: str = ""
    prompt: str = ""
    cached: bool = False

    @property
    def answered(self) -> bool:
        """Whether it has an answer."""
        return bool(self.sentences)


def closest(question: str, context: Context, *, language: str) -> Answer:
    """The passages that come closest, as far as they fit: what is shown without a model."""
    return Answer(sources=nearest(question, context.passages, language=language))


def nearest(question: str, passages: Sequence[ContextPassage], *, language: str) -> tuple[AnswerSource, ...]:
    """The first passages that fit a question at all."""
    fitting = [passage for passage in passages if passage.match >= LEAST_MATCH]
    return tuple(source_of(question, one, language) for one in fitting[:CLOSEST])


def in_text(sentences: Sequence[Sentence], language: str) -> str:
    """Sentences one after the other, each with the numbers of its sources; steps, list items and rows on lines."""
    space, text, before = "" if language == "zh" else " ", "", False
    for sentence in sentences:
        alone = stands_alone(sentence.text)
        cited = "".join(f"[{number}]" for number in sorted({quote.source for quote in sentence.quotes}))
        between = "" if not text else "\n" if alone or before else space
        text += f"{between}{sentence.text}{space}{cited}"
        before = alone
    return text


def stands_alone(sentence: str) -> bool:
    """Whether a sentence is a step, an item of a list or a row, which has lines of its own."""
    return LIST_MARKER.match(sentence) is not None or "\n" in sentence


def source_of(question: str, one: ContextPassage, language: str, quotes: Sequence[str] = ()) -> AnswerSource:
    """A passage as a source.

    Args:
        quotes: what an answer quotes of it.
    """
    within = place_in_words(one.passage.place, language)
    place = " › ".join([*one.passage.title_path[1:], *([within] if within else [])])
    cited = [_place_of(quote, one.text) for quote in quotes]
    excerpt = _around(one.text, min((span[0] for span in cited if span), default=0))
    quoted = sorted({span for quote in quotes if (span := _place_of(quote, excerpt))})
    return AnswerSource(
        document=one.passage.document,
        document_id=one.passage.document_id,
        passage_id=one.passage.passage_id,
        source=one.passage.source,
        place=place,
        title=" › ".join(part for part in (one.passage.document, place) if part),
        excerpt=excerpt,
        text=excerpt,
        words=tuple(quoted) or words_of(question, excerpt),
        score=one.match,
        added_at=one.added_at,
        date="" if one.added_at is None else to_iso(one.added_at)[:10],
        orders=one.orders,
    )


def _around(text: str, place: int) -> str:
    """A text from its beginning, or from a little before a place that would be cut off."""
    if len(text) <= _EXCERPT:
        return text
    start = 0 if place < _EXCERPT // 2 else min(place - _EXCERPT // 4, len(text) - _EXCERPT)
    end = start + _EXCERPT
    return f"{'…' if start else ''}{text[start:end]}{'…' if end < len(text) else ''}"


def _place_of(quote: str, text: str) -> tuple[int, int] | None:
    """Where a text has a quote, whatever its spaces and case."""
    words = r"\s+".join(map(re.escape, quote.split()))
    found = re.search(words, text, re.IGNORECASE) if words else None
    return found.span() if found else None


def words_of(question: str, text: str) -> tuple[tuple[int, int], ...]:
    """Where a text has words of a question, whatever their endings; of Chinese, two neighbouring characters."""
    wanted = set_of(question)
    found: list[tuple[int, int]] = []
    for word in _WORD.finditer(text):
        if set_of(word[0]) <= wanted and set_of(word[0]):
            found.append(word.span())
        else:
            for at in range(word.start(), word.end() - 1):
                if not text[at].isascii() and text[at : at + 2] in wanted:
                    found.append((found.pop()[0] if found and found[-1][1] > at else at, at + 2))
    return tuple(found)


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
