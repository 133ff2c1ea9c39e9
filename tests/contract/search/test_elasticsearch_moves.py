"""The indexes of Elasticsearch, renewed while others read and write."""

import asyncio
from contextlib import suppress

import httpx
import pytest

from integrations.search import elasticsearch_indexes
from magicai.errors import Temporary
from magicai.stores.entity import Versioned
from tests.contract.projection.entities import gone, live
from tests.servers import address

from .indexes import LIMIT_S, forget, indexes, opened


async def test_an_index_that_somebody_removed_comes_again_as_it_should_be(space: str) -> None:
    async with opened(address("elasticsearch"), space) as search:
        await search.apply([live("a")])
        await forget(space)
        assert await search.held() == []
        assert await search.search("kettle", owner_id="o") == []
        await search.apply([live("a", "Kettles")])
        assert [hit.entity_id for hit in await search.search("kettle", owner_id="o")] == ["a"]


async def test_a_new_mapping_is_moved_to_while_others_write_and_nothing_is_lost(space: str) -> None:
    url = address("elasticsearch")
    async with opened(url, space) as old, opened(url, space, mapping=2) as new, opened(url, space, mapping=2) as second:
        await old.apply([live(f"{place:05}", version=2) for place in range(2_000)])
        await old.apply([gone("00001", version=3)])
        stop = asyncio.Event()
        written: list[Versioned] = []

        async def write(writer: int) -> None:
            number = 0
            while not stop.is_set():
                batch = [live(f"{writer}-{number}"), live(f"{number % 2_000:05}", "Teapot", version=number + 5)]
                with suppress(Temporary):
                    await old.apply(batch)
                    written.extend(batch)
                    number += 1

        async def read() -> None:
            while not stop.is_set():
                assert await old.search("kettle teapot", owner_id="o", limit=1)

        busy = [asyncio.create_task(work) for work in (write(1), write(2), read())]
        await asyncio.gather(new.apply([live("new")]), second.apply([live("second")]))
        stop.set()
        await asyncio.gather(*busy)
        held = {one.entity_id: one.version for one in await new.held(limit=100_000)}
        lost = [one.entity_id for one in written if held.get(one.entity_id, 0) < one.version]
        assert lost == []
        assert written
        assert "00001" not in held or held["00001"] > 3
        assert {"new", "second", "00000", "01999"} <= set(held)
        await old.apply([live("late"), live("00001", version=2)])
        assert "late" in {one.entity_id for one in await new.held(after=("product", "l"))}
    async with httpx.AsyncClient(base_url=url, trust_env=False, timeout=60) as client:
        names = await indexes(client, space)
    assert [name.split(".")[2] for name in names] == ["2"]


async def test_what_a_move_that_was_cut_left_behind_is_removed_by_the_next(
    space: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = address("elasticsearch")
    async with opened(url, space) as old, opened(url, space, mapping=2) as cut, opened(url, space, mapping=2) as new:
        await old.apply([live("a")])
        with monkeypatch.context() as patched:
            patched.setattr(elasticsearch_indexes, "_LINGER_S", 600.0)
            moving = asyncio.create_task(cut.apply([live("b")]))
            async with asyncio.timeout(LIMIT_S):
                while await _aliased(url, space) != ["2"]:  # noqa: ASYNC110 - a server rings no bell
                    await asyncio.sleep(0.1)
            moving.cancel()
            await asyncio.gather(moving, return_exceptions=True)
        await new.apply([live("c")])
        assert [one.entity_id for one in await new.held()] == ["a", "c"]
    async with httpx.AsyncClient(base_url=url, trust_env=False, timeout=60) as client:
        assert [name.split(".")[2] for name in await indexes(client, space)] == ["2"]


async def _aliased(url: str, space: str) -> list[str]:
    """The mappings of the indexes that are behind an alias."""
    async with httpx.AsyncClient(base_url=url, trust_env=False, timeout=60) as client:
        found = (await client.get(f"/_alias/{space}-*")).json()
    return [name.split(".")[2] for name in found if name.startswith(space)]


async def test_an_older_installation_does_not_move_back(space: str) -> None:
    url = address("elasticsearch")
    async with opened(url, space, mapping=2) as new, opened(url, space) as old:
        await new.apply([live("a")])
        await old.apply([live("b")])
        assert [one.entity_id for one in await old.held()] == ["a", "b"]
    async with httpx.AsyncClient(base_url=url, trust_env=False, timeout=60) as client:
        assert [name.split(".")[2] for name in await indexes(client, space)] == ["2"]
