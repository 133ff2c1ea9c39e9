"""Descriptions without what their shop repeats, and the attributes that they state."""

from typing import Any

import pytest

from magicai.catalogue.product import Attribute, Values
from magicai.catalogue.wording.attributes import normalised, stated_in
from magicai.catalogue.wording.boilerplate import Repeated, sentences

RETURNS = "Free returns within 30 days."


def test_what_a_shop_says_of_all_its_products_is_left_out_and_nothing_else() -> None:
    repeated = Repeated()
    texts = [f"Kettle number {number} holds {number}.5 l. {RETURNS}" for number in range(1, 31)]
    for text in texts:
        repeated.add("shop.example", text)
    for number in range(5):
        repeated.add("other.example", f"Pot {number}. {RETURNS if number < 4 else ''}")
    assert repeated.without("shop.example", texts[3]) == ("Kettle number 4 holds 4.5 l.", 1)
    assert repeated.without("other.example", f"Pot 1. {RETURNS}") == (f"Pot 1. {RETURNS}", 0)


def test_sentences_are_all_of_a_text() -> None:
    text = "Version 2.5 is here. 水壶很好。免运费！ Last"
    assert "".join(sentences(text)) == text
    assert sentences("水壶很好。免运费！") == ["水壶很好。", "免运费！"]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("0.5 kg", ("quantity", 500, "g")),
        ("1,5 l", ("quantity", 1500, "ml")),
        ("250 克", ("quantity", 250, "g")),
        ("15.6 inches", ("quantity", 39.624, "cm")),
        ("red", ("text", "red", "")),
        ("500 g or 1 kg", ("text", "500 g or 1 kg", "")),
    ],
)
def test_a_text_that_is_one_quantity_is_kept_in_one_unit(text: str, named: tuple[Any, ...]) -> None:
    one = normalised(Attribute(name="Gewicht", kind="text", value=text))
    assert (one.name, one.kind, one.value, one.unit) == ("weight", *named)


def attributes(name: str, description: str) -> dict[str, Any]:
    found = stated_in(Values(name=name, description=description), at=1)
    return {one.name: (one.value, one.unit, one.origin.confidence if one.origin else None) for one in found}


def test_descriptions_state_attributes_with_how_sure_they_are() -> None:
    said = attributes(
        "Kettle 1.7 l", "Weight: 1.2 kg. Material: stainless steel; Dimensions: 20 x 15.5 x 30 cm. Uses 2200 W."
    )
    assert said == {
        "weight": (1200, "g", 0.9),
        "material": ("stainless steel", "", 0.9),
        "dimensions": ("20 × 15.5 × 30", "cm", 0.9),
        "volume": (1700, "ml", 0.8),
        "power": (2200, "W", 0.6),
    }
    assert attributes("水壶", "材质：不锈钢；容量：1.5升。") == {
        "material": ("不锈钢", "", 0.9),
        "volume": (1500, "ml", 0.9),
    }


def test_two_different_quantities_without_a_label_are_none() -> None:
    assert attributes("Scale", "Weighs between 5 g and 10 kg.") == {}
