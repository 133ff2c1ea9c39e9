import pytest

from magicai.values.units import so_many


@pytest.mark.parametrize(
    ("number", "unit", "said"),
    [
        (1, "pages", "1 page"),
        (0, "pages", "0 pages"),
        (1200, "pages", "1,200 pages"),
        (1, "entries", "1 entry"),
        (1, "addresses", "1 address"),
        (1, "seconds waited", "1 second waited"),
        (1, "MB, checking", "1 MB, checking"),
    ],
)
def test_a_unit_agrees_with_its_number(number: int, unit: str, said: str) -> None:
    assert so_many(number, unit) == said
