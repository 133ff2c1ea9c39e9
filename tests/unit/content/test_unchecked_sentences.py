"""What a text says beside its record is not checked; what it only repeats is not counted among that."""

import pytest

from magicai.content.assessment import assess, assessed
from magicai.content.brief import Brief, brief_of
from magicai.content.content_types import built_in
from magicai.content.text import parse
from magicai.verifier import Judged, Statement, Statements
from tests.scripted import ScriptedText

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
    assert [one.text for one in found.claims if one.verdict == "not_checked"] == [sentence]


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
    said = Statements(statements=[Statement(span=span, verdict=verdict, record_line=line)])
    text = "This blue mug is dishwasher-safe and keeps coffee hot for hours on your desk."
    found = await assessed(parse(text), mug(), ScriptedText([said]))
    assert sum(one.text == text and one.verdict == "not_checked" for one in found.claims) == count


async def test_praise_that_a_verifier_calls_supported_by_an_unrelated_line_is_not_checked() -> None:
    said = Statements(
        statements=[
            Statement(span="A mug to love for a lifetime", verdict="supported", record_line="size: M"),
            Statement(span="made of leather", verdict="supported", record_line="material: leather"),
        ]
    )
    found = await assessed(parse("A mug to love for a lifetime, made of leather."), mug(), ScriptedText([said]))
    assert [(one.text, one.verdict) for one in found.claims if one.by == "model"] == [
        ("A mug to love for a lifetime", "not_checked"),
        ("made of leather", "supported"),
    ]


async def test_a_line_in_another_language_may_support_a_text() -> None:
    said = Statements(
        statements=[Statement(span="Eine Tasse aus Leder", verdict="supported", record_line="material: leather")]
    )
    brief = brief_of(built_in()["product-description", "en"], MUG, "de")
    found = await assessed(parse("Eine Tasse aus Leder."), brief, ScriptedText([said]))
    assert ("Eine Tasse aus Leder", "supported") in [(one.text, one.verdict) for one in found.claims]
