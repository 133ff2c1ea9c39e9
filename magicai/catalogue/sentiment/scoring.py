"""Whether sentences and reviews are positive, negative, or neither for sure."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from magicai.catalogue.sentiment.aspects import language_of
from magicai.catalogue.sentiment.ngrams import grams
from magicai.catalogue.sentiment.weights import Linear, load
from magicai.errors import Missing
from magicai.ports import Embedder

Label = Literal["positive", "negative", "unsure"]
# How much VADER's four scores weigh beside a vector of unit length.
VADER_WEIGHT = 0.3


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a text says.

    Attributes:
        probability: of being positive.
        label: `unsure` where the probability is too near one half.
    """

    probability: float
    label: Label


async def opinions(texts: Sequence[str], embedder: Embedder) -> list[Opinion]:
    """What each text says, by the model of its language.

    Raises:
        Missing: the packages for English are not installed.
    """
    models = load()
    chinese = [language_of(text) == "zh" for text in texts]
    english = [text for text, is_chinese in zip(texts, chinese, strict=True) if not is_chinese]
    rows = iter(await english_features(english, embedder) if english else ())
    return [
        _said(models["zh"], chinese_logit(models["zh"], text))
        if is_chinese
        else _said(models["en"], float(next(rows) @ models["en"].weights))
        for text, is_chinese in zip(texts, chinese, strict=True)
    ]


def chinese_logit(model: Linear, text: str) -> float:
    """The sum of the text's features, rare ones counting more, at unit length."""
    found = grams(text)
    rarity = model.rarity[found]
    return float(model.weights[found] @ rarity / max(1e-9, float(np.linalg.norm(rarity))))


async def english_features(texts: Sequence[str], embedder: Embedder) -> npt.NDArray[np.float32]:
    """A sentence vector and VADER's scores, a row per text."""
    vectors = await embedder.embed(texts)
    analyse = _vader()
    scores = [analyse.polarity_scores(text) for text in texts]
    rows = [[one["compound"], one["pos"], one["neg"], one["compound"] * abs(one["compound"])] for one in scores]
    said = VADER_WEIGHT * np.array(rows, dtype=np.float32).reshape(len(texts), 4)
    return np.hstack([vectors.astype(np.float32), said])


def _said(model: Linear, logit: float) -> Opinion:
    probability = model.probability(logit)
    if abs(probability - 0.5) < model.unsure:
        return Opinion(probability, "unsure")
    return Opinion(probability, "positive" if probability > 0.5 else "negative")  # noqa: PLR2004 - one half


@cache
def _vader() -> Any:
    try:
        from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer
    except ImportError as exc:
        raise Missing("vadersentiment_not_installed") from exc
    return SentimentIntensityAnalyzer()
