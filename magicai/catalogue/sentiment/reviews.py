"""What all reviews of a product say, of it and of its aspects."""

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict

from magicai.catalogue.sentiment.aspects import ASPECTS, Aspect, aspects_of, sentences
from magicai.catalogue.sentiment.scoring import Label, Opinion, opinions
from magicai.ports import Embedder

_QUOTED = 3
_LONGEST_QUOTE = 300


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True)


class Quote(_Model):
    """Words that a judgement rests on.

    Attributes:
        probability: of being positive; null of what a language model judged.
    """

    sentence: str
    label: Label
    probability: float | None = None


class Judged(_Model):
    """How many texts are positive, negative, and neither for sure.

    Attributes:
        label: of most of those that are sure, by two thirds; `unsure` otherwise.
        quotes: the surest sentences.
    """

    positive: int = 0
    negative: int = 0
    unsure: int = 0
    label: Label = "unsure"
    quotes: tuple[Quote, ...] = ()


class ReviewSentiment(_Model):
    """What a product's reviews say, and of each aspect that any speaks of.

    Attributes:
        by: the language model that judged; "" of the embedded one.
    """

    reviews: int
    overall: Judged
    aspects: dict[Aspect, Judged] = {}
    by: str = ""


async def judge(reviews: Sequence[str], embedder: Embedder) -> ReviewSentiment:
    """What reviews say, in English and Chinese.

    Raises:
        Missing: the packages for English are not installed.
    """
    texts = [review.strip() for review in reviews if review.strip()]
    parts = [(sentence, aspects_of(sentence)) for text in texts for sentence in sentences(text)]
    spoken = [(sentence, aspects) for sentence, aspects in parts if aspects]
    said = await opinions([*texts, *(sentence for sentence, _ in spoken)], embedder)
    whole, about = said[: len(texts)], said[len(texts) :]
    aspects: dict[Aspect, Judged] = {}
    for aspect in ASPECTS:
        mine = [(one[0], opinion) for one, opinion in zip(spoken, about, strict=True) if aspect in one[1]]
        if mine:
            aspects[aspect] = _judged([sentence for sentence, _ in mine], [opinion for _, opinion in mine])
    return ReviewSentiment(reviews=len(texts), overall=_judged(texts, whole), aspects=aspects)


def judged_of(labels: Sequence[Label], surest: Sequence[Quote]) -> Judged:
    """How many texts have each label, and the first of the quotes.

    Args:
        surest: those that say something for sure come into question.
    """
    counts = {label: labels.count(label) for label in ("positive", "negative", "unsure")}
    sure = counts["positive"] + counts["negative"]
    label: Label = "unsure"
    for side in ("positive", "negative"):
        if sure and 3 * counts[side] >= 2 * sure:
            label = side
    quotes = tuple(quote for quote in surest if quote.label != "unsure")[:_QUOTED]
    return Judged(**counts, label=label, quotes=quotes)


def _judged(texts: Sequence[str], said: Sequence[Opinion]) -> Judged:
    surest = sorted(zip(texts, said, strict=True), key=lambda one: -abs(one[1].probability - 0.5))
    quotes = [
        Quote(sentence=text[:_LONGEST_QUOTE], label=opinion.label, probability=round(opinion.probability, 3))
        for text, opinion in surest[:_QUOTED]
    ]
    return judged_of([opinion.label for opinion in said], quotes)
