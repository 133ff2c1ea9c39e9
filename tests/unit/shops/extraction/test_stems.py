"""The quick looks that spare most lines the long patterns: no phrase of these may pass them by."""

import re
from collections.abc import Iterator
from importlib import import_module
from itertools import islice
from typing import Any

import pytest

from magicai.shops.extraction import buy_buttons, price_words
from magicai.shops.extraction.buy_buttons import is_buying
from magicai.shops.extraction.price_words import Part, part_by_words
from magicai.shops.extraction.stock_words import any_of, stock_word
from magicai.shops.product import Availability

_MOST = 2_000  # samples of one phrase


def _alternatives(pattern: re.Pattern[str]) -> Iterator[str]:
    """The alternatives of a pattern, split where no bracket is open."""
    depth, begin, text = 0, 0, pattern.pattern
    for place, char in enumerate(text):
        depth += (char in "([") - (char in ")]")
        if char == "|" and not depth:
            yield text[begin:place]
            begin = place + 1
    yield text[begin:]


def _samples(alternative: str) -> Iterator[str]:
    """Every text that an alternative of literals, groups and options matches, repetitions as short as they may be."""
    parser: Any = import_module("re._parser")
    yield from _of(list(parser.parse(alternative)))


def _of(parts: list[Any]) -> Iterator[str]:
    if not parts:
        yield ""
        return
    for head in _of_part(str(parts[0][0]), parts[0][1]):
        for rest in _of(parts[1:]):
            yield head + rest


def _of_part(kind: str, value: Any) -> Iterator[str]:
    if kind == "LITERAL":
        yield chr(value)
    elif kind == "BRANCH":
        for branch in value[1]:
            yield from _of(list(branch))
    elif kind == "SUBPATTERN":
        yield from _of(list(value[3]))
    elif kind == "MAX_REPEAT":
        for count in sorted({value[0], min(value[1], 1)}):
            yield from _of(list(value[2]) * count)
    elif kind == "IN":
        yield next(chr(member) if str(code) == "LITERAL" else "1" for code, member in value)
    elif kind in ("AT", "ASSERT_NOT"):
        yield ""
    else:
        raise AssertionError(kind)


_BUY = buy_buttons._BUY  # pyright: ignore[reportPrivateUsage]


@pytest.mark.parametrize("alternative", list(_alternatives(_BUY)))
def test_every_offer_to_buy_passes_the_quick_look(alternative: str) -> None:
    for sample in islice(_samples(alternative), _MOST):
        for text in (sample, sample.upper(), f"{sample}!"):
            assert is_buying(text) is (_BUY.search(text) is not None)


@pytest.mark.parametrize("alternative", list(_alternatives(price_words._FREE_DELIVERY)))  # pyright: ignore[reportPrivateUsage]
def test_free_delivery_is_not_overlooked(alternative: str) -> None:
    for sample in islice(_samples(alternative), _MOST):
        for text in (sample, sample.upper()):
            assert part_by_words(f"{text} over ", "") is Part.OTHER


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


def test_stems_that_begin_alike_are_one_branch() -> None:
    assert any_of("stock, sold, out") == "s(?:tock|old)|o(?:ut)"
    assert stock_word("Sold out") is Availability.OUT_OF_STOCK
    assert all(re.search(any_of("a.b, c"), text) is None for text in ("axb", "b"))
