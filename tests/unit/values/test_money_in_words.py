from decimal import Decimal

import pytest

from magicai.ports import Price, Usage
from magicai.values.money import in_words


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        (0.0, "0.00"),
        (0.0006900000000000001, "0.00069"),
        (0.001, "0.001"),
        (0.0013, "0.0013"),
        (0.00000123456, "0.00000123"),
        (0.05, "0.05"),
        (1, "1.00"),
        (Decimal("12.5"), "12.50"),
        (12.345678, "12.35"),
        (1e6, "1000000.00"),
    ],
)
def test_an_amount_is_told_with_as_many_decimals_as_it_takes(amount: float | Decimal, said: str) -> None:
    assert in_words(amount) == said


def test_costs_add_up_as_they_are_written() -> None:
    price = Price(0.15, 0.60)
    usage = sum((Usage(cost=price.of(100, 10)) for _ in range(30)), Usage())
    assert usage.cost == 0.00063
    assert Usage(cost=0.1) + Usage(cost=0.2) == Usage(cost=0.3)
