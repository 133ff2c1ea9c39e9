"""What a text says beside its record is not checked; what it only repeats is not counted among that."""

import sys
from collections.abc import Callable

import pytest

from magicai.claims.checking import check
from magicai.claims.sources import sources_of
from magicai.content.assessment import assess, assessed
from magicai.content.brief import Brief, brief_of
from magicai.content.content_types import built_in
from magicai.content.statements import judged, unchecked
from magicai.content.text import parse
from magicai.verifier import Judged, Judgement, Statement, Statements
from tests.scripted import ScriptedText, line_number

MUG = {"name": "Harbour mug", "price": "9.00 EUR", "size": "M", "colors": ["blue", "red"], "material": "leather"}
CUP = {"name": "海港杯", "price": "9.00 元", "size": "M", "colors": ["蓝色"]}


def mug() -> Brief:
    return brief_of(built_in()["product-description", "en"], MUG)


@pytest.mark.parametrize(
    "sentence",
    [
        "You can have it in blue.",
        "Its size is M.",
        "It costs 9.00 EUR.",
        "Its colours are blue and red.",
        "It costs 8.00 EUR.",  # which is marked
        "Hello there!",
    ],
)
def test_a_sentence_that_says_only_what_code_has_proved_or_refuted_is_checked(sentence: str) -> None:
    assert assess(parse(sentence), mug()).not_checked == 0


@pytest.mark.parametrize(
    "sentence",
    [
        "It is not blue.",
        "It has no blue.",
        "It is fake leather.",
        "It is waterproof and blue.",
        "All sizes are M.",
        "The Harbour mug costs about 9.00 EUR.",
        "It costs 8.00 EUR and fits any dishwasher.",
        "Its size is m.",
    ],
)
def test_a_sentence_that_says_more_than_its_record_is_not_checked(sentence: str) -> None:
    found = assess(parse(sentence), mug())
    assert [claim.text for claim in found.claims if claim.verdict == "not_checked"] == [sentence]


@pytest.mark.parametrize(
    ("sentence", "count"), [("颜色是蓝色。", 0), ("您好！", 0), ("它不是蓝色。", 1), ("它可以防水。", 1)]
)
def test_so_it_is_in_chinese(sentence: str, count: int) -> None:
    brief = brief_of(built_in()["product-description", "zh"], CUP)
    assert assess(parse(sentence), brief).not_checked == count


@pytest.mark.parametrize(
    ("span", "verdict", "line", "count"),
    [
        ("mug", "opinion", "", 1),
        ("dishwasher-safe", "not_in_record", "", 1),
        ("blue mug is dishwasher-safe and keeps coffee", "not_in_record", "", 0),
    ],
)
async def test_a_sentence_of_which_a_verifier_has_judged_a_word_is_not_checked(
    span: str, verdict: Judged, line: str, count: int
) -> None:
    said = Statements(statements=[Statement(span=span, verdict=verdict, line=line_number(line, mug().sources))])
    text = "This blue mug is dishwasher-safe and keeps coffee hot for hours on your desk."
    found = await assessed(parse(text), mug(), ScriptedText([said]))
    assert sum(claim.text == text and claim.verdict == "not_checked" for claim in found.claims) == count


async def test_praise_that_a_verifier_calls_supported_by_an_unrelated_line_is_not_checked() -> None:
    said = Statements(
        statements=[
            Statement(
                span="A mug to love for a lifetime", verdict="supported", line=line_number("size: M", mug().sources)
            ),
            Statement(
                span="made of leather", verdict="supported", line=line_number("material: leather", mug().sources)
            ),
        ]
    )
    found = await assessed(parse("A mug to love for a lifetime, made of leather."), mug(), ScriptedText([said]))
    assert [(claim.text, claim.verdict) for claim in found.claims if claim.by == "model"] == [
        ("A mug to love for a lifetime", "not_checked"),
        ("made of leather", "supported"),
    ]


async def test_a_line_in_another_language_may_support_a_text() -> None:
    said = Statements(
        statements=[
            Statement(
                span="Eine Tasse aus Leder", verdict="supported", line=line_number("material: leather", mug().sources)
            )
        ]
    )
    brief = brief_of(built_in()["product-description", "en"], MUG, "de")
    found = await assessed(parse("Eine Tasse aus Leder."), brief, ScriptedText([said]))
    assert ("Eine Tasse aus Leder", "supported") in [(claim.text, claim.verdict) for claim in found.claims]


async def shown(text: str, *answers: tuple[str, Judged, str]) -> list[tuple[str, str, str]]:
    said = Statements(
        statements=[Statement(span=a, verdict=b, line=line_number(c, mug().sources)) for a, b, c in answers]
    )
    found = await assessed(parse(text), mug(), ScriptedText([said]))
    return [(claim.text, claim.verdict, claim.by) for claim in found.claims]


async def test_what_code_has_proved_and_a_verifier_calls_wrong_with_the_line_that_says_it_is_proved() -> None:
    text = "It has a price of 9.00 EUR."
    found = await shown(text, (text, "contradicted", "price: 9.00 EUR"))
    assert found == [("9.00 EUR", "proved", "code")]


async def test_a_verifier_may_still_contradict_what_stands_beside_a_proved_number() -> None:
    text = "It costs 9.00 EUR in gold."
    found = await shown(text, (text, "contradicted", "material: leather"))
    assert (text, "contradicted", "model") in found


async def test_what_code_has_marked_a_verifiers_support_does_not_settle() -> None:
    text = "It costs 8.00 EUR."
    found = await shown(text, (text, "supported", "price: 9.00 EUR"))
    assert {verdict for _, verdict, _ in found} == {"contradicted"}


def test_support_for_a_part_of_what_code_has_marked_does_not_count() -> None:
    text, sources = "It costs 8.00 EUR.", mug().sources
    support = Judgement("costs 8.00", 3, 13, "supported", sources[1])
    found = judged(text, check(text, sources, "en"), [support], sources)
    assert [(one.text, one.verdict) for one in found] == [("8.00 EUR", "contradicted")]


async def test_an_opinion_of_one_word_settles_neither_its_sentence_nor_a_health_claim() -> None:
    text = "It is a mug that is hand-thrown by monks in Kyoto and cures headaches."
    found = await shown(text, ("a", "opinion", ""), ("It", "opinion", ""))
    assert (text, "not_checked", "code") in found


def _work(made: Callable[[], object]) -> int:
    counted = 0

    def count(*_: object) -> None:
        nonlocal counted
        counted += 1

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        made()
    finally:
        sys.setprofile(before)
    return counted


@pytest.mark.parametrize("of", ["numbers", "judgements", "equal values", "sentences"])
def test_four_times_the_text_takes_about_four_times_the_work(of: str) -> None:
    def work(count: int) -> int:
        text = {"equal values": "1 a. ", "sentences": "It is red and new.\n"}.get(of, "5 a.\n") * count
        record = {f"v{n}": "1" for n in range(count if of == "equal values" else 3)}
        sources = sources_of(record)
        traced = check(text, sources, "en")
        judgements = [Judgement("5 a.", 5 * n, 5 * n + 4, "not_in_record") for n in range(count)]
        if of == "judgements":
            return _work(lambda: judged(text, traced, judgements, sources))
        return _work(lambda: unchecked(text, traced, sources))

    work(20)
    assert work(800) < 5 * work(200)
