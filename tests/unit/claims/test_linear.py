"""The work of a check rises with the length of the text and of its record: counted in calls, not in seconds."""

import sys
from collections.abc import Callable
from typing import Any

import pytest

from magicai.claims.checking import Checker
from magicai.claims.sources import sources_of

Made = Callable[[int], tuple[str, Any]]
MADE: dict[str, Made] = {
    "one number again and again": lambda n: ("5 kg " * n, {"notes": "5 kg " * n}),
    "different numbers": lambda n: (" ".join(f"{i} kg" for i in range(n)), {"notes": _weights(n)}),
    "a number that differs from its key's": lambda n: ("price €5. " * n, {"price": "6 EUR", "notes": "price €5. " * n}),
    "rows": lambda n: ("Part 7 costs €12. " * n, [{"name": f"Part {i}", "price": f"{i}.50"} for i in range(n)]),
    "about": lambda n: ("about 50 kg, " * n, {"notes": _weights(n)}),
    "discounts": lambda n: ("20% off, save €10. " * n, {"price": "40 EUR", "list": "50 EUR", "notes": _weights(n)}),
    "dates": lambda n: ("3 May 2026 " * n, {"notes": "4 May 2026 " * n}),
    "times": lambda n: ("9:30 am to 5 pm " * n, {"notes": "9:31 am " * n}),
    "names": lambda n: ("the Aa Bb. " * n, {"notes": "the Aa Bc. " * n}),
    "phone numbers": lambda n: ("call 028-86671234 " * n, {"notes": "028-86671233 " * n}),
    "superlatives": lambda n: ("the best, the most lovely " * n, {"notes": "the better " * n}),
    "lists": lambda n: ("3 colours, " * n, {"colours": ["a"] * n}),
}


def _weights(count: int) -> str:
    return " ".join(f"{40 + place / 100} kg" for place in range(count))


def _calls(text: str, record: Any) -> int:
    counted = 0

    def count(*_: object) -> None:
        nonlocal counted
        counted += 1

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        Checker(sources_of(record), "en").check(text)
    finally:
        sys.setprofile(before)
    return counted


@pytest.mark.parametrize("name", MADE)
def test_four_times_the_length_takes_about_four_times_the_work(name: str) -> None:
    made = MADE[name]
    _calls(*made(20))  # what is compiled first
    assert _calls(*made(600)) < 5 * _calls(*made(150))


def test_ten_thousand_equal_numbers_are_checked_against_ten_thousand() -> None:
    found = Checker(sources_of({"notes": "5 kg " * 10_000}), "en").check("5 kg " * 10_000)
    assert len(found) == 10_000
    assert {one.verdict for one in found} == {"proved"}


def test_a_record_of_a_hundred_thousand_characters_proves_its_last_number() -> None:
    record = {"notes": "It is 7 kg, or so. " * 5_200 + "The last is 31 mm."}
    assert [one.verdict for one in Checker(sources_of(record), "en").check("31 mm, 32 mm")] == [
        "proved",
        "not_in_record",
    ]
