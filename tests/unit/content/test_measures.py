"""What a text is rated by: each measure says what is so, in either language."""

import pytest

from magicai.content.brief import Brief, brief_of, compose
from magicai.content.facts_stated import missing_facts
from magicai.content.language_faults import faults
from magicai.content.measures import Measure, measures
from magicai.content.template import Template, parse_template
from magicai.content.text import parse
from magicai.errors import Invalid

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


def measure(name: str, text: str, of: Brief, *earlier: str) -> Measure:
    return next(one for one in measures(parse(text), of, (), earlier=earlier) if one.name == name)


def test_a_number_is_not_stated_by_a_part_of_another() -> None:
    of = brief(size="3", price="39.00 EUR")
    assert missing_facts("It costs 39.00 EUR.", of) == [("size", "3")]
    assert missing_facts("Size 3, for 39.00 EUR.", of) == []


def test_facts_are_the_share_of_the_parts_that_are_stated() -> None:
    of = brief(parts=["linen", "cotton", "wool", "silk"])
    found = measure("facts", "Of linen and cotton.", of)
    assert (found.value, found.reason) == (0.5, "It leaves out: parts “wool”, parts “silk”.")


def test_a_chinese_text_is_compared_by_its_characters_whatever_spaces_it_has() -> None:
    text = "这款 600ml 保温杯采用 316 不锈钢内胆，保温长达 12 小时，适合通勤与旅行。"
    of = brief("zh", size="600ml")
    assert measure("likeness", text, of, text).value == 0.0
    assert measure("likeness", text, of, "书展于五月在长宁文化宫开幕，门票二十元，学生半价。").value == 1.0


@pytest.mark.parametrize("text", ["现在在售，为了了解更多，温和和舒适。", "None of our lamps is plastic."])
def test_good_language_has_no_faults(text: str) -> None:
    assert faults(text, "zh" if text[0] > "\u4e00" else "en") == []


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("forbidden: [superlatives]", "forbidden"),
        ("length: {min: 50, max: 20}", "minimum length, 50, is above the maximum, 20"),
        ("length: {max_by: {size: {small: 0}}}", "greater than or equal to 1"),
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
