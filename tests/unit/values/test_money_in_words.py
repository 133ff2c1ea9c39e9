from decimal import Decimal

import pytest

from magicai.ports import Price, Usage
from magicai.values.money import in_words, money_in_words


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        (0.0, "0"),
        (0.0006900000000000001, "0.00069"),
        (0.001, "0.001"),
        (0.00213, "0.0021"),
        (0.00000123456, "0.0000012"),
        (0.00996, "0.01"),
        (0.0125, "0.013"),
        (0.05, "0.05"),
        (0.1, "0.10"),
        (0.125, "0.13"),
        (1, "1.00"),
        (Decimal("1234.5"), "1,234.50"),
        (12.345678, "12.35"),
        (1e6, "1,000,000.00"),
    ],
)
def test_an_amount_is_told_to_the_first_two_digits_that_are_not_zero(amount: float | Decimal, said: str) -> None:
    assert in_words(amount) == said


def test_an_amount_of_another_currency_names_it() -> None:
    assert (money_in_words(0.00213), money_in_words(0)) == ("$0.0021", "$0")
    assert money_in_words(Decimal("0.00213"), "EUR") == "0.0021 EUR"


def test_costs_add_up_as_they_are_written() -> None:
    price = Price(0.15, 0.60)
    usage = sum((Usage(cost=price.of(100, 10)) for _ in range(30)), Usage())
    assert usage.cost == 0.00063
    assert Usage(cost=0.1) + Usage(cost=0.2) == Usage(cost=0.3)
