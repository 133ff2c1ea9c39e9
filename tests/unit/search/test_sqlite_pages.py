"""Pages and counts of a list that is longer than what the embedded index looks at."""

import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from integrations.search import sqlite_pages
from integrations.search.sqlite import SqliteSearch
from magicai.stores.entity import Entity, Versioned

_KIND, _COUNT = ("product",), 30


def product(number: int, version: int = 1, *, is_gone: bool = False) -> Versioned:
    stock, brand = "in" if number % 2 else "out", "rare" if number == 3 else "usual"
    facets = {"brand": (brand,), "availability": (stock,)}
    name = f"{number:03}"
    entity = Entity("product", name, "ann", title="red kettle", text="", data={"schema_version": 1}, facets=facets)
    return Versioned("product", name, "ann", version, f"d{version}", None if is_gone else entity)


@pytest.fixture
async def search(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[SqliteSearch]:
    monkeypatch.setattr(sqlite_pages, "MOST_LOOKED_AT", 10)
    made = SqliteSearch(tmp_path / "search.sqlite3")
    await made.apply([product(number) for number in range(_COUNT)])
    yield made
    await made.close()


async def test_what_is_not_ranked_follows_once(search: SqliteSearch) -> None:
    pages = [
        [hit.entity_id for hit in await search.search("red kettle", owner_id="ann", limit=4, offset=offset)]
        for offset in range(0, _COUNT + 4, 4)
    ]
    assert pages[-1] == []
    assert sorted(one for page in pages for one in page) == [f"{number:03}" for number in range(_COUNT)]
    assert set(pages[0]) < {f"{number:03}" for number in range(20, 30)}


async def test_counts_of_all_are_exact_and_those_of_very_many_are_called_at_least(search: SqliteSearch) -> None:
    counts = await search.facets("", owner_id="ann", kinds=_KIND, by=["availability", "brand"])
    assert counts == {"availability": {"in": 15, "out": 15}, "brand": {"usual": 29, "rare": 1}}
    assert not counts["brand"].at_least
    narrowed = {"availability": ["in"]}
    counts = await search.facets("", owner_id="ann", kinds=_KIND, by=["brand"], where=narrowed)
    assert (counts["brand"], counts["brand"].at_least) == ({"usual": 10}, True)
    counts = await search.facets("", owner_id="ann", kinds=_KIND, by=["availability"], where={"brand": ["rare"]})
    assert (counts["availability"], counts["availability"].at_least) == ({"in": 1}, False)


async def test_counts_follow_changes_and_what_is_removed(search: SqliteSearch) -> None:
    await search.apply([product(3, 2, is_gone=True), product(5, 2)])
    counts = await search.facets("", owner_id="ann", kinds=_KIND, by=["availability", "brand"])
    assert counts == {"availability": {"out": 15, "in": 14}, "brand": {"usual": 29}}


async def test_a_file_of_an_earlier_release_is_counted_once(search: SqliteSearch, tmp_path: Path) -> None:
    path = tmp_path / "search.sqlite3"
    with sqlite3.connect(path) as connection:
        for name in ("TRIGGER facet_added", "TRIGGER facet_removed", "TABLE facet_counts", "INDEX documents_place"):
            connection.execute(f"DROP {name}")
    for _ in range(2):
        again = SqliteSearch(path)
        assert (await again.facets("", owner_id="ann", by=["brand"]))["brand"] == {"usual": 29, "rare": 1}
        await again.close()


@pytest.mark.parametrize("where", [{}, {"availability": ["in"]}, {"brand": ["rare"]}])
async def test_no_page_reads_the_whole_list(search: SqliteSearch, tmp_path: Path, where: dict[str, list[str]]) -> None:
    """Neither a filter that many fit nor one that few do makes SQLite read or sort all."""
    connection = sqlite3.connect(tmp_path / "search.sqlite3")
    steps = list[int]()
    connection.set_progress_handler(lambda: steps.append(1), 10)
    among = sqlite_pages.Among("ann", _KIND, where)
    first = sqlite_pages.newest(connection, among, "d.entity_id", limit=1)
    few = len(steps)
    await search.apply([product(number) for number in range(0, -400, -1)])
    steps.clear()
    assert sqlite_pages.newest(connection, among, "d.entity_id", limit=1) == first
    assert len(steps) <= few + 5
    connection.close()
