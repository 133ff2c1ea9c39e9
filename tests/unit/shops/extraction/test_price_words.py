"""What the words before and behind an amount make of it, and what buttons say."""

import pytest

from magicai.shops.extraction.buy_buttons import is_buying
from magicai.shops.extraction.price_words import Part, part_by_words


@pytest.mark.parametrize(
    "before", ["4 x ", "2 for ", "10 or more ", "100 ml = ", "-", "Save -", "x ", "X", "a +", "３ x "]
)
def test_counted_amounts_are_not_overlooked(before: str) -> None:
    assert part_by_words(before, "") is Part.OTHER


@pytest.mark.parametrize("before", ["Travels with Charley", "Old price (", "A list of 3 ", "The market • "])
def test_the_name_before_an_amount_is_no_label_of_it(before: str) -> None:
    assert part_by_words(before, "") is Part.PRICE


@pytest.mark.parametrize(
    "before", ["(was ", "* was", "• Old price: ", "Travels with Charley - RRP ", "Shoes | au lieu de"]
)
def test_labels_behind_marks_and_names_are_read(before: str) -> None:
    assert part_by_words(before, "") is Part.BEFORE


@pytest.mark.parametrize("text", ["in den Einkauf\u017fwagen", "Qu\u0131ck shop", "QU\u0130CK SHOP"])
def test_letters_in_other_shapes_pass_the_quick_look(text: str) -> None:
    assert is_buying(text)


@pytest.mark.parametrize("words", ["Free shipping", "FREE DELIVERY", "Versandkostenfrei", "Livraison gratuite", "包邮"])
def test_what_one_must_spend_for_free_delivery_is_no_price(words: str) -> None:
    assert part_by_words(f"{words} over ", "") is Part.OTHER


@pytest.mark.parametrize(
    ("after", "part"),
    [
        (" / kg", Part.MEASURE), (" per 100 ml", Part.MEASURE), ("/month", Part.OTHER), (" x 4", Part.OTHER),
        (" mensuel", Part.OTHER), (" with Klarna", Part.OTHER), (" off", Part.OTHER), (" gespart", Part.OTHER),
        (" Versand", Part.OTHER), (" Portable lamp", Part.PRICE), (" (excl. VAT)", Part.WITHOUT_TAX),
        (" zzgl. 19 % MwSt", Part.WITHOUT_TAX), (" ex moms", Part.WITHOUT_TAX), (" RRP", Part.BEFORE),
        (" each", Part.PRICE), (" 税抜", Part.WITHOUT_TAX), ("送料込", Part.PRICE),
    ],
)  # fmt: skip
def test_knows_the_words_behind_an_amount(after: str, part: Part) -> None:
    assert part_by_words("", after) is part
