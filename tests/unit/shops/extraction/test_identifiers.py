import pytest
from hypothesis import given
from hypothesis import strategies as st

from magicai.shops.extraction.identifiers import gtin, gtin_of, sku


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("4006381333931", "4006381333931"),
        ("036000291452", "036000291452"),
        ("96385074", "96385074"),
        ("10614141000415", "10614141000415"),
        ("978-3-16-148410-0", "9783161484100"),
        ("0-306-40615-2", "9780306406157"),
        ("080442957X", "9780804429573"),
        ("isbn:9783161484100", "9783161484100"),
        ("4006381333932", None),
        ("080442957Y", None),
        ("0000000000000", None),
        ("123", None),
        ("", None),
        ("٤٠٠٦٣٨١٣٣٣٩٣١", None),
        ("9" * 500, None),
    ],
)
def test_only_a_right_check_digit_makes_a_gtin(text: str, code: str | None) -> None:
    assert gtin(text) == code


@given(st.integers(1, 10**12 - 1), st.integers(1, 9))
def test_a_changed_check_digit_is_noticed(number: int, change: int) -> None:
    body = f"{number:012d}"
    valid = next(code for digit in range(10) if (code := gtin(f"{body}{digit}")))
    assert gtin(f"{body}{(int(valid[-1]) + change) % 10}") is None


def test_the_first_valid_property_counts() -> None:
    assert gtin_of({"gtin13": "1", "isbn": "9783161484100"}) == "9783161484100"
    assert gtin_of({"productID": "isbn:9783161484100"}) == "9783161484100"
    assert gtin_of({"productID": "4006381333931"}) is None


@pytest.mark.parametrize("text", ["", "N/A", "none", "-", "0", "null", " "])
def test_words_for_none_are_no_sku(text: str) -> None:
    assert sku(text) is None


def test_an_sku_is_cleaned_and_never_cut() -> None:
    assert sku(" AB\u202e-1\x00 ") == "AB-1"
    assert sku("x" * 300) == "x" * 300
    assert len({sku("x" * size) for size in (299, 300, 301, 50_000)}) == 4
    assert len(sku("x" * 50_000) or "") < 300
