import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from magicai.errors import Permanent
from magicai.ports import Projection
from magicai.stores.entity import ProjectedEntity

from .entities import as_held, gone, live
from .implementations import IMPLEMENTATIONS

AWKWARD = ["", " ", "%", "_", "'", '"', "a:b", "a/b", "A", "a", "é", "龙井", "🫖", "\\", "*", "a b", "-", "p" * 500]


async def test_an_implementation_says_which_store_it_is(name: str, projection: Projection) -> None:
    assert projection.store == IMPLEMENTATIONS[name].store


async def test_what_was_taken_over_is_held(projection: Projection) -> None:
    taken = [live("a"), live("b", "Chair", version=7)]
    await projection.apply(taken)
    assert await projection.held() == [as_held(one) for one in taken]


async def test_newer_replaces_and_older_changes_nothing(projection: Projection) -> None:
    newer = live("a", "Teapot", version=5)
    await projection.apply([live("a", version=4)])
    await projection.apply([newer])
    await projection.apply([live("a", "Chair", version=3), gone("a", version=4)])
    assert await projection.held() == [as_held(newer)]


async def test_nothing_of_a_facet_is_left_that_is_gone(projection: Projection) -> None:
    await projection.apply([live("a", facets={"availability": ("in_stock",), "brand": ("Fira",)})])
    newer = live("a", version=2, facets={"availability": ("out_of_stock",)})
    await projection.apply([newer])
    assert await projection.held() == [as_held(newer)]


async def test_the_same_version_again_changes_nothing(projection: Projection) -> None:
    first = live("a", version=2)
    await projection.apply([first])
    await projection.apply([live("a", "Chair", version=2), gone("a", version=2)])
    assert await projection.held() == [as_held(first)]


async def test_what_was_deleted_never_rises_but_by_something_newer(projection: Projection) -> None:
    await projection.apply([live("a", version=1)])
    await projection.apply([gone("a", version=3)])
    assert await projection.held() == []
    await projection.apply([live("a", version=1), live("a", version=2)])
    assert await projection.held() == []
    again = live("a", version=4)
    await projection.apply([again])
    assert await projection.held() == [as_held(again)]


async def test_a_tombstone_of_what_was_never_seen_keeps_it_away(projection: Projection) -> None:
    await projection.apply([gone("a", version=3)])
    await projection.apply([live("a", version=2)])
    assert await projection.held() == []


async def test_a_tombstone_without_its_owner_keeps_the_owner_s_away_all_the_same(projection: Projection) -> None:
    await projection.apply([live("a", version=1)])
    await projection.apply([gone("a", version=3, owner_id="")])
    await projection.apply([live("a", version=2)])
    assert await projection.held() == []
    again = live("a", version=4, owner_id="other")
    await projection.apply([again])
    assert await projection.held() == [as_held(again)]


async def test_of_one_thing_twice_in_a_batch_the_newer_holds(projection: Projection) -> None:
    await projection.apply(
        [live("a", version=2), live("a", "Chair", version=1), live("b", version=1), gone("b", version=2)]
    )
    assert await projection.held() == [as_held(live("a", version=2))]


async def test_held_comes_in_pages_ordered_by_kind_and_id(projection: Projection) -> None:
    keys = [(kind, entity_id) for kind in ("product", "report") for entity_id in AWKWARD]
    await projection.apply([live(entity_id, kind=kind) for kind, entity_id in reversed(keys)])
    pages: list[list[ProjectedEntity]] = []
    after = ("", "")
    while page := await projection.held(after=after, limit=5):
        pages.append(page)
        after = (page[-1].kind, page[-1].entity_id)
    assert [(one.kind, one.entity_id) for page in pages for one in page] == sorted(keys)
    assert {len(page) for page in pages[:-1]} == {5}


async def test_what_is_dropped_is_forgotten_with_its_tombstone(projection: Projection) -> None:
    await projection.apply([live("a", version=9), gone("b", version=9), live("c"), live("A", version=9)])
    await projection.drop([("product", "a"), ("product", "b"), ("product", "never there")])
    await projection.apply([live("b", version=1)])
    assert [one.entity_id for one in await projection.held()] == ["A", "b", "c"]


async def test_nothing_at_all_changes_nothing(projection: Projection) -> None:
    await projection.apply([])
    await projection.drop([])
    assert await projection.held() == []


async def test_a_thousand_at_once_are_taken_over(projection: Projection) -> None:
    many = [live(f"{place:04}") for place in range(1000)]
    await projection.apply(many)
    assert await projection.held(limit=2000) == [as_held(one) for one in many]
    await projection.drop([(one.kind, one.entity_id) for one in many[1:]])
    assert await projection.held() == [as_held(many[0])]


async def test_what_pages_state_is_taken_over_whatever_it_is(projection: Projection) -> None:
    words = [
        "",
        "\0",
        "\n",
        "'); DROP TABLE words;--",
        '"',
        "a" * 10_000,
        "水壶" * 3_000,
        "💥",
        "<script>",
        "\u202e",
        "\ufeff",
    ]
    odd = [live(f"{place}", text, text * 2) for place, text in enumerate(words)]
    await projection.apply(odd)
    assert [one.entity_id for one in await projection.held()] == sorted(f"{place}" for place in range(len(words)))


async def test_a_check_really_tries_it_and_leaves_nothing_behind(projection: Projection) -> None:
    await projection.apply([live("a")])
    said = await asyncio.gather(*(projection.check() for _ in range(3)))
    assert all(said)
    assert await projection.held() == [as_held(live("a"))]


async def test_two_who_have_it_open_see_each_other_s_changes(name: str, opened: Callable[[str], Any]) -> None:
    one, other = opened(name), opened(name)
    await asyncio.gather(one.apply([live("a")]), other.apply([live("b")]))
    await other.apply([gone("a", version=2)])
    await one.apply([live("a", version=1)])
    assert await one.held() == await other.held() == [as_held(live("b"))]


async def test_many_writers_in_one_process_lose_nothing(projection: Projection) -> None:
    await asyncio.gather(*(projection.apply([live(f"{n:02}", version=v)]) for v in (2, 1, 3) for n in range(15)))
    assert await projection.held() == [as_held(live(f"{n:02}", version=3)) for n in range(15)]


@pytest.mark.parametrize("name", [name for name, one in IMPLEMENTATIONS.items() if one.file])
async def test_a_file_that_is_no_database_is_named_with_the_way_out(
    name: str, place: Any, opened: Callable[[str], Any]
) -> None:
    file = place.home / IMPLEMENTATIONS[name].file
    file.write_bytes(b"not a database" * 1000)
    with pytest.raises(Permanent, match="reconcile") as caught:
        await opened(name).apply([live("a")])
    assert str(file) in str(caught.value)


@pytest.mark.parametrize("name", [name for name, one in IMPLEMENTATIONS.items() if one.file])
async def test_one_that_is_closed_says_so(name: str, opened: Callable[[str], Any]) -> None:
    projection = opened(name)
    await projection.close()
    with pytest.raises(Permanent, match="closed"):
        await projection.held()
