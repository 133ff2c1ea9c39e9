"""Pages of lists: nothing is left out, nothing comes twice, and a cursor that was made up is refused."""

import pytest

from magicai.errors import Invalid
from magicai.paging import cursor_at, cut, place_of, sliced


@pytest.mark.parametrize("limit", [1, 3, 7, 8])
def test_the_pages_of_a_list_are_all_of_it(limit: int) -> None:
    whole, found, cursor = list("abcdefg"), list[str](), ""
    while cursor is not None:
        items, cursor = sliced(whole, limit, cursor)
        found += items
        assert len(items) <= limit
    assert found == whole


def test_a_page_goes_on_behind_its_last_item() -> None:
    items, cursor = cut([("ä b", 1), ("c", 2), ("d", 3)], 2, lambda one: one)
    assert items == [("ä b", 1), ("c", 2)]
    assert cursor is not None
    assert place_of(cursor, str, int) == ("c", 2)
    assert place_of("", str, int) is None


@pytest.mark.parametrize(
    "cursor",
    [
        "x", "ä", "x" * 2000, "WyJ4Il0=====",
        cursor_at("c"), cursor_at(1, 2), cursor_at("c", 2, 3), cursor_at("c", -1), cursor_at("c", 2**60),
        cursor_at("\0", 1), cursor_at("\ud800", 1), cursor_at("c", 1) + "!",
    ],
)  # fmt: skip
def test_what_no_list_has_given_is_refused(cursor: str) -> None:
    with pytest.raises(Invalid, match="is not a cursor of this list"):
        place_of(cursor, str, int)
