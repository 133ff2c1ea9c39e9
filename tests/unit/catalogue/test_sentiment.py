import hashlib
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pytest

from magicai.catalogue.sentiment import reviews, scoring, weights
from magicai.catalogue.sentiment.asking import Verdict, Verdicts, judge_by_model
from magicai.catalogue.sentiment.aspects import aspects_of, language_of, sentences
from magicai.catalogue.sentiment.ngrams import BITS, grams
from magicai.catalogue.sentiment.reviews import judge
from magicai.catalogue.sentiment.scoring import opinions
from magicai.errors import Permanent
from magicai.ports.text import unheard
from tests.scripted import ScriptedText


class NoVectors:
    """An embedder whose vectors say nothing, so that VADER's scores decide."""

    name, dimension = "none", 512

    async def embed(self, texts: Sequence[str], *, as_queries: bool = False) -> npt.NDArray[np.float32]:
        del as_queries
        return np.zeros((len(texts), self.dimension), dtype=np.float32)


def test_the_weights_are_those_that_belong_to_this_version(monkeypatch: pytest.MonkeyPatch) -> None:
    body = (weights.files("magicai.catalogue.sentiment") / "weights.npz").read_bytes()
    assert hashlib.sha256(body).hexdigest() == weights.SHA256
    assert len(body) < 500_000
    weights.load.cache_clear()
    monkeypatch.setattr(weights, "SHA256", "0" * 64)
    with pytest.raises(Permanent, match="damaged"):
        weights.load()
    weights.load.cache_clear()


def test_features_are_characters_and_their_neighbours_whatever_their_width_and_case() -> None:
    assert list(grams("ＡＢ c")) == list(grams("ab  C"))
    assert len({*grams("质量")} & {*grams("质量好")}) == 7
    assert list(grams("好坏")) != list(grams("坏好"))
    assert grams("x" * 100_000).max() < 2**BITS
    assert len(grams("")) > 0


async def test_chinese_and_english_reviews_are_told_apart_and_judged() -> None:
    texts = [
        "质量很好，非常满意，下次还会再买",
        "太差了，根本不能用，非常失望",
        "Love it, excellent, wonderful, great!",
        "Terrible, awful, horrible, the worst.",
    ]
    assert [opinion.label for opinion in await opinions(texts, NoVectors())] == ["positive", "negative"] * 2
    assert [language_of(text) for text in ("很好 ok", "ok 好的好的", "fine", "123")] == ["zh", "zh", "en", "en"]


async def test_what_says_neither_is_unsure() -> None:
    said = await opinions(["It is a cable.", "这是一本书"], NoVectors())
    assert said[0].label == "unsure"
    assert 0 < said[0].probability < 1


@pytest.mark.parametrize(
    ("sentence", "aspects"),
    [
        ("快递很慢", ("delivery",)),
        ("质量不错价格便宜", ("quality", "price")),
        ("尺码偏小", ("size",)),
        ("Shipping was slow", ("delivery",)),
        ("It broke after a week, not worth the price.", ("quality", "price")),
        ("The shoes are too small", ("size",)),
        ("I related to the story", ()),
    ],
)
def test_a_sentence_speaks_of_aspects(sentence: str, aspects: tuple[str, ...]) -> None:
    assert aspects_of(sentence) == aspects


def test_sentences_turn_at_but() -> None:
    assert sentences("Great cup, but the shipping was slow. Never again!") == [
        "Great cup", "the shipping was slow.", "Never again!",
    ]  # fmt: skip
    assert sentences("质量好，但快递慢。！") == ["质量好", "快递慢"]


async def test_a_product_is_judged_by_aspect_with_the_sentences_that_it_rests_on() -> None:
    found = await judge(
        [
            "Excellent, wonderful, great quality, love it!",
            "Best, wonderful, excellent material, love it! But the delivery was awful, horrible, the worst.",
            "",
            "Great.",
        ],
        NoVectors(),
    )
    assert found.reviews == 3
    assert set(found.aspects) == {"quality", "delivery"}
    quality, delivery = found.aspects["quality"], found.aspects["delivery"]
    assert (quality.label, quality.positive, quality.negative) == ("positive", 2, 0)
    assert delivery.label == "negative"
    assert delivery.quotes[0].sentence == "But the delivery was awful, horrible, the worst."
    assert (await judge([], NoVectors())).overall.label == "unsure"


async def test_opposite_opinions_are_not_one_of_them() -> None:
    found = await judge(
        ["Excellent, wonderful, great, I love it!", "Awful, terrible, horrible, the worst."], NoVectors()
    )
    assert (found.overall.positive, found.overall.negative, found.overall.label) == (1, 1, "unsure")


async def test_without_its_package_english_names_what_brings_it(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    from magicai.errors import Missing

    monkeypatch.setattr(scoring, "_vader", scoring.__dict__["_vader"].__wrapped__)
    monkeypatch.setitem(sys.modules, "vaderSentiment.vaderSentiment", None)
    with pytest.raises(Missing, match="vaderSentiment") as caught:
        await judge(["Fine."], NoVectors())
    assert "install catalogue" in caught.value.way_out
    assert reviews.judge is judge


def test_spaces_and_line_ends_part_no_more_than_one_does() -> None:
    assert sentences("Good.  \t Cheap \n\n\n but   late;  loud") == ["Good.", "Cheap", "but late", "loud"]
    assert sentences("Good" + " " * 200_000 + "pan") == ["Good pan"]  # in steps that rise with the square: minutes


async def test_a_verifiers_verdict_counts_only_with_words_that_stand_in_its_review() -> None:
    said = [
        Verdict(review=1, aspect="overall", label="negative", quote="just great"),
        Verdict(review=1, aspect="delivery", label="negative", quote="three weeks late"),
        Verdict(review=2, aspect="overall", label="positive", quote="not in it"),
        Verdict(review=9, aspect="overall", label="positive", quote="just great"),
    ]
    model = ScriptedText([Verdicts(verdicts=said)])
    found = await judge_by_model(["Well, that is just great: three weeks late.", "Es ist ein Kabel."], model, unheard)
    assert (found.reviews, found.by) == (2, "scripted")
    assert (found.overall.negative, found.overall.positive, found.overall.unsure) == (1, 0, 1)
    assert [(name, judged.label) for name, judged in found.aspects.items()] == [("delivery", "negative")]
    assert found.overall.quotes[0].sentence == "just great"
