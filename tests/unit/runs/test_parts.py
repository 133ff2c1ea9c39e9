"""A result is told in parts that a reader can take in; together they are all of it."""

import json
from typing import Any

import pytest

from magicai.errors import Invalid, NotFound
from magicai.runs.views.parts import PART, part_of, shortened

PRODUCTS = [{"id": f"p{n}", "name": "Lamp " * 20, "provenance": {"name": {"url": "u" * 50}}} for n in range(2000)]
RESULT: dict[str, Any] = {
    "status": "completed",
    "crawl_data": {"products": PRODUCTS, "pages": {"fetched": 2000}},
    "analysis": {"shops": [{"brands": [{"name": f"b{n}" * 30} for n in range(900)]}]},
    "report": {"title": "T", "text": "A sentence. " * 8000},
}


def whole(place: str) -> Any:
    """A place of the result, read part by part."""
    found: Any = None
    cursor: str | None = ""
    while cursor is not None:
        shown, _, cursor = part_of(RESULT, place, cursor)
        assert len(json.dumps(shown)) <= PART + 100
        found = shown if found is None else found + shown
    return found


def test_what_is_short_stays_whole() -> None:
    short = {"a": [1] * 500, "text": "x" * 5000}
    assert shortened(short) == (short, [])


def test_a_large_result_is_told_in_short_and_says_what_was_cut() -> None:
    shown, cuts = shortened(RESULT)
    assert len(json.dumps(shown)) <= PART
    assert (shown["status"], shown["crawl_data"]["pages"]) == ("completed", {"fetched": 2000})
    sizes = {cut.place: cut.size for cut in cuts}
    assert sizes["crawl_data.products"] == 2000
    assert sizes["analysis.shops.0.brands"] == 900
    assert sizes["report.text"] == 96_000


@pytest.mark.parametrize("place", ["crawl_data.products", "analysis.shops.0.brands", "report.text"])
def test_its_parts_are_all_of_it(place: str) -> None:
    expected: Any = RESULT
    for name in place.split("."):
        expected = expected[int(name) if isinstance(expected, list) else name]
    assert whole(place) == expected


def test_one_item_that_is_too_large_is_cut_in_turn() -> None:
    result = {"products": [{"name": "x", "variants": ["v" * 100] * 1000}, {"name": "y"}]}
    shown, cuts, cursor = part_of(result, "products", "")
    assert ([one["name"] for one in shown], cursor) == (["x", "y"], None)
    assert [(cut.place, cut.size) for cut in cuts] == [("products.0.variants", 1000)]
    inner, _, following = part_of(result, "products.0.variants", "")
    assert 100 < len(inner) < 1000
    assert following is not None


def test_a_map_of_thousands_is_told_in_parts() -> None:
    result = {"by_id": {f"id{n}": "x" * 50 for n in range(2000)}, "shops": {"shop.example": ["y" * 100] * 1000}}
    found, cursor = {}, ""
    while cursor is not None:
        shown, _, cursor = part_of(result, "by_id", cursor)
        found |= shown
    assert found == result["by_id"]
    (dotted,) = [one.place for one in shortened(result)[1] if one.place.startswith("shops.")]
    assert part_of(result, dotted, "")[0][0] == "y" * 100


def test_what_is_not_there_is_refused() -> None:
    for place in ("nothing", "crawl_data.products.2000", "crawl_data.products.-1", "status.x", "", "analysis.shops.x"):
        with pytest.raises(NotFound, match="has nothing at"):
            part_of(RESULT, place, "")
    with pytest.raises(Invalid, match="is not a cursor"):
        part_of(RESULT, "crawl_data.products", "x")
