"""How many of its given facts a text states, and which of those that it must it does not."""

import sys
from typing import Any

import pytest

from magicai.content.brief import Brief, brief_of
from magicai.content.content_types import built_in
from magicai.content.facts_stated import FactsStated, facts_stated
from magicai.content.template import parse_template

MUG: dict[str, Any] = {
    "name": "Harbour mug",
    "price": "39.00 EUR",
    "weight": "350 ml",
    "colors": ["blue", "sand"],
    "notes": "Made in Denmark",
}


def product(**variables: Any) -> Brief:
    return brief_of(built_in()["product-description", "en"], {"name": "Mug", **variables})


def test_all_given_facts_count_and_those_that_the_template_asks_for_are_named_where_they_are_missing() -> None:
    found = facts_stated("The Harbour mug costs 39.00 EUR and comes in blue.", product(**MUG))
    assert found == FactsStated(said=3, of=6, missing=(("weight", "350 ml"), ("colors.1", "sand")))


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ("39.00 EUR", "Yours for €39."),
        ("39.00 EUR", "It costs 39 euros."),
        ("350 ml", "Holds 0.35 l."),
        ("1 year", "A warranty of 12 months."),
        ("2026-05-03", "From 3 May 2026."),
        ("1,500 g, boxed", "Boxed, it weighs 1.5 kg."),
    ],
)
def test_a_fact_is_stated_in_other_words_or_another_unit(given: str, text: str) -> None:
    assert facts_stated(f"Mug. {text}", product(weight=given)).missing == ()


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ("39.00 EUR", "Yours for $39."),
        ("39.00 EUR", "Yours for 139.00 EUR."),
        ("350 ml", "Holds 0.53 l."),
        ("3", "It costs 39.00 EUR, or 1.3 or 3.5 of them."),
        ("M", "Made to measure, and I'm not joking."),
        ("Size: M", "It comes in a size that fits: L."),
        ("XL", "Xlarge, in XXL."),
        ("red", "Stored in a bored shed."),
    ],
)
def test_a_part_of_a_word_or_number_states_nothing(given: str, text: str) -> None:
    assert facts_stated(f"Mug. {text}", product(weight=given)).missing == (("weight", given),)


def test_a_size_letter_is_stated_where_it_stands_alone() -> None:
    assert facts_stated("Mug. Size M.", product(weight="M")).missing == ()
    assert facts_stated("Mug, size M", product(weight="Size: M")).missing == ()


def test_a_platform_is_no_fact() -> None:
    brief = brief_of(built_in()["social-post", "en"], {"platform": "x", "subject": "Mug"})
    assert facts_stated("A mug.", brief) == FactsStated(said=1, of=1)


def test_words_of_another_language_are_not_checked_and_numbers_are() -> None:
    english = product(**MUG)
    german = Brief(english.template, english.variables, "de")
    text = "Der Harbour mug kostet €39 und ist blau."
    found = facts_stated(text, german)
    assert (found.said, found.of, found.not_checked) == (2, 6, 3)
    assert found.missing == (("weight", "350 ml"),)
    chinese = Brief(built_in()["product-description", "zh"], english.variables)
    assert facts_stated("Harbour mug，售价 €39，蓝色。", chinese).missing == (("weight", "350 ml"),)


def test_a_german_record_is_looked_for_in_a_german_text() -> None:
    given = {"name": "Becher", "material": "Der Becher ist aus Steingut und nicht aus Glas", "colors": ["blau"]}
    german = Brief(product(**given).template, product(**given).variables, "de")
    assert facts_stated("Ein Becher, ganz ohne Farbe.", german).missing == (
        ("material", given["material"]), ("colors.0", "blau")
    )  # fmt: skip


def test_parts_of_lists_of_maps_and_nothing_of_what_is_empty_count() -> None:
    items = "{type: array, items: {type: object}}"
    source = f"---\nname: n\nlanguage: en\ntitle: N\nvariables: {{items: {items}}}\nneeded: [items]\n---\n"
    brief = brief_of(parse_template(source + "x"), {"items": [{"a": "tin", "b": "", "c": True}, {"a": "zinc"}]})
    assert facts_stated("Tin.", brief) == FactsStated(said=1, of=2, missing=(("items.1.a", "zinc"),))


def test_four_times_the_facts_take_about_four_times_the_work() -> None:
    def work(count: int) -> int:
        of, text, counted = product(features=["1"] * count), f"Mug. {'a1 ' * count}", 0

        def see(*_: object) -> None:
            nonlocal counted
            counted += 1

        before = sys.getprofile()
        sys.setprofile(see)
        try:
            facts_stated(text, of)
        finally:
            sys.setprofile(before)
        return counted

    work(20)
    assert work(600) < 5 * work(150)
