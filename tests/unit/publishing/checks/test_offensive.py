"""Offensive passages are found in both languages, and what shops and their customers say is not."""

import pytest

from magicai.publishing.checks import offensive
from tests.unit.publishing.checks.looking import look

OFFENSIVE = (
    "I hate all immigrants, they are vermin.",
    "Women are so stupid.",
    "黑人都是垃圾，滚出中国",
    "这些外地人素质真低，全是骗子",
)
HARMLESS = (
    "I hate this charger, it broke after two days.",
    "We welcome refugees in our shop.",
    "A jacket for women and men, with two pockets.",
    "质量很差，客服态度也不好，再也不来了",
    "这款外套适合男女老少，颜色很正",
    "广东和东北的顾客都可以包邮",
)


@pytest.mark.parametrize("text", OFFENSIVE)
def test_an_offensive_text_blocks(text: str) -> None:
    (found,) = look(offensive.find, text)
    assert found.severity == "blocks"


@pytest.mark.parametrize("text", HARMLESS)
def test_what_shops_and_customers_say_is_left(text: str) -> None:
    assert look(offensive.find, text) == []


def test_the_passage_is_named_and_not_the_whole_text() -> None:
    before = "The lamp has a steel foot and a linen shade. " * 8
    (found,) = look(offensive.find, f"{before}\n\nI hate all immigrants, they are vermin.\n\n{before}")
    assert found.text.strip() == "I hate all immigrants, they are vermin."
