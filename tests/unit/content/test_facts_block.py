"""Without a model there is no prose: the facts that were given stand below each other, as they were given."""

from typing import Any

import pytest

from magicai.content.assessment import assess, assess_composed
from magicai.content.brief import brief_of, compose
from magicai.content.content import shown_quality
from magicai.content.content_types import built_in
from magicai.content.facts_stated import facts_stated
from magicai.content.template import Language, parse_template
from magicai.content.text import plain, written
from magicai.content.variable_schema import sample
from magicai.errors import Invalid
from magicai.messages import say

MUG: dict[str, Any] = {
    "name": "Harbour mug",
    "price": "39.00 EUR",
    "weight": "75 ml.",
    "colors": ["blue"],
    "size": "M",
    "features": ["Holds 0.35 l.", "Dishwasher-safe"],
    "notes": "Made in Denmark.\nGlazed by hand.",
}


def block(content_type: str, language: Language, **variables: Any) -> str:
    return written(compose(brief_of(built_in()[content_type, language], variables)))


def test_facts_stand_by_their_titles_in_the_template_s_order_and_units_as_given() -> None:
    assert block("product-description", "en", **MUG) == (
        "# Harbour mug\n\n"
        "- Price: 39.00 EUR\n- Weight: 75 ml.\n- Colours: blue\n- Size: M\n\n"
        "## Features\n\n- Holds 0.35 l.\n- Dishwasher-safe\n\n"
        "## Notes\n\nMade in Denmark.\n\nGlazed by hand."
    )


@pytest.mark.parametrize(
    ("content_type", "language", "facts"),
    [
        ("product-description", "en", {"name": "Best mug", "price": "14.00"}),
        ("product-description", "en", {"name": "海港杯", "price": "39", "colors": ["蓝", "沙"], "features": ["最好"]}),
        ("product-description", "zh", {"name": "Mug", "price": "14"}),
        ("seo", "en", {"name": "Mug " * 40}),
    ],
)
def test_a_facts_block_is_judged_by_the_facts_that_it_states_and_not_as_prose(
    content_type: str, language: Language, facts: dict[str, Any]
) -> None:
    brief = brief_of(built_in()[content_type, language], facts)
    found = assess_composed(compose(brief), brief)
    assert (found.flags, found.reasons, found.not_checked, found.score) == ((), (), 0, 1.0)
    assert found.facts.said == found.facts.of > 0
    assert [measure.name for measure in found.measures] == ["facts"]
    assert shown_quality(found, 0.8).word == "good"


def test_what_a_facts_block_leaves_out_is_what_lowers_its_quality() -> None:
    brief = brief_of(built_in()["product-description", "en"], MUG)
    found = assess_composed(compose(brief)[:-2], brief)
    assert found.reasons == (say("facts_partly_stated", said=7, of=8),)
    assert found.score == 7 / 8


def test_a_price_without_a_currency_is_its_own_source() -> None:
    for price in ("14", "14.00", "14,50"):
        brief = brief_of(built_in()["product-description", "en"], {"name": "Mug", "price": price})
        assert assess(compose(brief), brief).marked == ()


def test_a_facts_block_is_in_the_template_s_language() -> None:
    said = block("product-description", "zh", name="海港杯", price="39 元", colors=["蓝", "沙"])
    assert said == "# 海港杯\n\n- 价格：39 元\n\n## 颜色\n\n- 蓝\n- 沙"


def test_maps_stand_below_their_first_field_with_the_others_by_their_titles() -> None:
    said = block("faq", "zh", entries=[{"question": "有盖吗？", "answer": "有。"}])
    assert said == "# 常见问题\n\n## 问题\n\n### 有盖吗？\n\n- 解答：有。"
    products = [{"name": "Kettle", "facts": ["steel", "1.7 l"], "for_whom": "tea"}, {"name": "Pot"}]
    assert block("comparison", "en", products=products) == (
        "# Comparison\n\n## Products\n\n### Kettle\n\n- Facts: steel; 1.7 l\n- For whom: tea\n\n### Pot"
    )
    assert block("comparison", "en", products=[{"name": "Kettle"}, {"name": "Pot"}]).endswith("- Kettle\n- Pot")


def test_a_platform_is_no_fact_and_a_text_of_nothing_else_is_refused() -> None:
    assert block("social-post", "en", platform="x", subject="Mug", price="9 EUR") == "# Mug\n\n- Price: 9 EUR"
    source = (
        "---\nname: n\nlanguage: en\ntitle: N\nvariables: {platform: {type: string}, a: {type: boolean}}\n"
        "length: {max_by: {platform: {x: 9}}}\n---\n"
    )
    assert written(compose(brief_of(parse_template(source), {"a": False}))) == "# N\n\n- A: no"
    with pytest.raises(Invalid, match="has no facts to write from") as refused:
        brief_of(parse_template(source), {"platform": "x"})
    assert refused.value.way_out == "Give at least one of: a."


@pytest.mark.parametrize("key", sorted(built_in()))
def test_no_template_that_comes_along_has_prose_and_its_facts_block_states_all_facts_and_nothing_else(
    key: tuple[str, Language],
) -> None:
    template = built_in()[key]
    assert (template.body, template.examples) == ("", ())
    brief = brief_of(template, {name: sample(name, one) for name, one in template.variables.items()})
    blocks = compose(brief)
    found = facts_stated(plain(blocks), brief)
    assert found.said == found.of > 0
    assert assess(blocks, brief).marked == ()


def test_a_template_of_one_s_own_with_a_body_is_filled_in_as_it_is_written() -> None:
    own = "---\nname: n\nlanguage: en\ntitle: N\nvariables: {name: {type: string}}\n---\n"
    old = parse_template(own + '{{ either("Meet", "This is") }} {{ name }}.')
    assert written(compose(brief_of(old, {"name": "Ann"}))) == "Meet Ann."
    assert written(compose(brief_of(parse_template(own), {"name": "Ann"}))) == "# Ann"


def test_values_of_any_depth_and_length_are_listed() -> None:
    source = "---\nname: n\nlanguage: en\ntitle: N\nvariables: {a: {}, deep: {}, long: {}}\n---\n"
    deep = {"b": {"c": [1, 2.0, None, {"d": True}]}, "none": None}
    brief = brief_of(parse_template(source), {"a": "A", "deep": deep, "long": [["x", "y"], "z" * 20_000]})
    assert written(compose(brief)) == f"# A\n\n## Deep\n\n- B: C: 1; 2; D: yes\n\n## Long\n\n- x; y\n- {'z' * 20_000}"
