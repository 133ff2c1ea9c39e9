"""What a text is rated by: each measure says what is so, in either language."""

import pytest

from magicai.content.assessment import assess
from magicai.content.brief import Brief, brief_of, compose
from magicai.content.content import shown_quality
from magicai.content.facts_stated import facts_stated
from magicai.content.measures import Measure, measures
from magicai.content.reviews import Reviews
from magicai.content.template import Template, parse_template
from magicai.content.text import parse
from magicai.errors import Invalid
from magicai.messages import Message, say

TEMPLATE = """---
name: note
language: {language}
title: Note
variables: {{size: {{type: string}}, price: {{type: string}}, parts: {{type: array, items: {{type: string}}}}}}
needed: [size, price, parts]
{more}
---
{{{{ size }}}}"""


def template(language: str = "en", more: str = "") -> Template:
    return parse_template(TEMPLATE.format(language=language, more=more))


def brief(language: str = "en", **variables: object) -> Brief:
    return brief_of(template(language), variables)


def measure(name: str, text: str, of: Brief) -> Measure:
    return next(one for one in measures(parse(text), of, ()) if one.name == name)


def test_a_number_is_not_stated_by_a_part_of_another() -> None:
    of = brief(size="3", price="39.00 EUR")
    assert facts_stated("It costs 39.00 EUR.", of).missing == (("size", "3"),)
    assert facts_stated("Size 3, for 39.00 EUR.", of).missing == ()


def test_words_that_code_would_not_have_chosen_lower_no_quality() -> None:
    human = "Meet your new favourite mug. Meet it in the morning, meet it at night - you'll see!! Size 3, 39.00 EUR."
    found = assess(parse(human), brief(size="3", price="39.00 EUR"))
    assert found.score == 1.0
    assert found.flags == ()


def test_facts_stand_beside_the_quality_and_not_in_it() -> None:
    of = brief(parts=["linen", "cotton", "wool", "silk"])
    found = assess(parse("Of linen and cotton."), of)
    assert (found.facts.said, found.facts.of) == (2, 4)
    assert found.facts.missing == ("parts: wool", "parts: silk")
    assert found.score == 1.0
    assert shown_quality(found, 0.0).word == "to_check"


def test_what_the_template_asks_for_lowers_it_where_it_is_missing() -> None:
    of = brief_of(template(more="length: {min: 5, max: 20}\nvoice: {avoid: [cheap]}"), {"size": "3"})
    assert measure("length", "Size 3.", of).reason == say("text_has_words", has=2, least=5, most=20)
    assert measure("voice", "It is a cheap one, of size 3.", of).reason == say("word_to_avoid", word="cheap")
    assert assess(parse("It is a cheap one, of size 3."), of).score < 1


@pytest.mark.parametrize(
    ("reviews", "rate", "said"),
    [
        (Reviews(accepted=4), None, None),
        (Reviews(accepted=5), 1.0, None),
        (Reviews(accepted=4, edited=2, rejected=4), 0.5, say("texts_like_it", count=10, rejected=4, edited=2)),
    ],
)
def test_what_reviewers_did_with_texts_like_it_counts_once_there_is_enough(
    reviews: Reviews, rate: float | None, said: Message | None
) -> None:
    found = [
        one for one in assess(parse("Size 3."), brief(size="3"), reviews=reviews).measures if one.name == "reviews"
    ]
    assert [(one.value, one.reason) for one in found] == ([] if rate is None else [(rate, said)])


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("forbidden: [superlatives]", "forbidden"),
        ("length: {min: 50, max: 20}", "minimum length, 50, is above the maximum, 20"),
        ("length: {max_by: {size: {small: 0}}}", "1 or more"),
        ("structure: {headings: [3, 1]}", "minimum comes first"),
    ],
)
def test_a_template_that_no_text_can_fit_is_refused(more: str, said: str) -> None:
    with pytest.raises(Invalid, match=said):
        template(more=more)


def test_loops_within_loops_write_no_more_than_a_text_may_have() -> None:
    body = "{% for a in parts %}{% for b in parts %}{{ size }}{% endfor %}{% endfor %}"
    loops = parse_template(TEMPLATE.format(language="en", more="").replace("{{ size }}", body))
    with pytest.raises(Invalid, match="longer than 100,000"):
        compose(brief_of(loops, {"size": "x" * 999, "parts": ["a"] * 120}))
