from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from magicai.shops.extraction.amounts import NUMBER, machine_amount, parse_amount

ARABIC_INDIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
# How the world writes 1234567.89: before groups of three, before decimals.
STYLES = [
    (",", "."),
    (".", ","),
    (" ", ","),
    ("\u00a0", ","),
    ("\u202f", ","),
    ("'", "."),
    ("’", "."),
    ("", "."),
    ("", ","),
]


def written(cents: int, group: str, point: str) -> str:
    whole, fraction = divmod(cents, 100)
    return f"{whole:,}".replace(",", group) + point + f"{fraction:02d}"


@given(cents=st.integers(0, 10**11), style=st.sampled_from(STYLES))
def test_reads_back_what_any_country_writes(cents: int, style: tuple[str, str]) -> None:
    assert parse_amount(written(cents, *style), exponent=2) == Decimal(cents) / 100


@given(cents=st.integers(0, 10**9), style=st.sampled_from(STYLES), script=st.sampled_from([ARABIC_INDIC, FULL_WIDTH]))
def test_reads_digits_of_other_scripts(cents: int, style: tuple[str, str], script: dict[int, int]) -> None:
    assert parse_amount(written(cents, *style).translate(script), exponent=2) == Decimal(cents) / 100


@given(st.text("0123456789.,'’ ٫٬·", max_size=40))
def test_never_raises_and_never_makes_up_a_sign(token: str) -> None:
    amount = parse_amount(token)
    assert amount is None or amount >= 0


@given(cents=st.integers(0, 10**11), style=st.sampled_from(STYLES))
def test_finds_the_whole_token(cents: int, style: tuple[str, str]) -> None:
    token = written(cents, *style)
    assert NUMBER.findall(f"x {token} y") == [token]


@pytest.mark.parametrize(
    ("token", "exponent", "point", "amount"),
    [
        ("1.299", 2, "", "1299"),
        ("1,299", 2, "", "1299"),
        ("1.299", 2, ".", None),  # three decimals where the page writes two: neither reading is sure
        ("1.299", 2, ",", "1299"),
        ("1.299", 3, "", "1.299"),  # a dinar has a thousand fils
        ("1,299", 3, "", None),
        ("1,299", 3, ".", "1299"),
        ("1.299", 0, "", "1299"),
        ("1.299", None, "", "1299"),
        ("0.299", 2, "", "0.299"),
        ("1234.567", 2, "", "1234.567"),
        ("19.9900", 2, "", "19.9900"),
        ("1,29,999.50", 2, "", "129999.50"),
        ("12.05.2026", 2, "", None),
        ("1.2.3", 2, "", None),
        ("1,2.3,4", 2, "", None),
        ("", 2, "", None),
    ],
)
def test_settles_what_three_digits_behind_a_mark_are(token: str, exponent: int, point: str, amount: str | None) -> None:
    assert parse_amount(token, exponent=exponent, point=point) == (None if amount is None else Decimal(amount))


@pytest.mark.parametrize(
    ("value", "amount"),
    [
        (1999, "1999"),
        (19.99, "19.99"),
        (0.1 + 0.2, "0.3"),
        (1e3, "1000"),
        ("19.99", "19.99"),
        ("19.990", "19.990"),
        ("1e9", "1000000000"),
        ("1.2E3", "1200"),
        ("1.299e+3", "1299"),
        ("125e-1", "12.5"),
        ("1e12", None),
        ("1e999", None),
        ("1e", None),
        ("1,299.00", None),
        ("19,99", None),
        (True, None),
        (-5, None),
        (float("nan"), None),
        (float("inf"), None),
        (1e30, None),
        ("9" * 40, None),
        (None, None),
    ],
)
def test_reads_numbers_for_machines_by_their_own_rule(value: object, amount: str | None) -> None:
    assert machine_amount(value) == (None if amount is None else Decimal(amount))


def test_a_machine_string_with_three_decimals_is_grouped_only_where_the_page_shows_it() -> None:
    assert machine_amount("1.299") == Decimal("1.299")
    assert machine_amount("1.299", grouped=True) == Decimal(1299)
    assert machine_amount("1.299", exponent=0) == Decimal(1299)
