"""What Elasticsearch promises beyond the port: at once, one by one, of one installation."""

import httpx
import pytest

from magicai.errors import Invalid, Permanent
from tests.contract.projection.entities import as_held, gone, live
from tests.servers import address

from .indexes import forget, opened


async def test_a_server_that_makes_no_index_by_itself_will_do(space: str) -> None:
    setting = "action.auto_create_index"
    async with httpx.AsyncClient(base_url=address("elasticsearch"), timeout=60) as server:
        try:
            said = await server.put("/_cluster/settings", json={"persistent": {setting: f"-{space}*,+*"}})
            said.raise_for_status()
            async with opened(address("elasticsearch"), space) as search:
                assert await search.check()
                await search.apply([live("a")])
                assert await search.held() == [as_held(live("a"))]
        finally:
            await server.put("/_cluster/settings", json={"persistent": {setting: None}})


async def test_what_was_answered_is_found_at_once(space: str) -> None:
    async with opened(address("elasticsearch"), space) as writes, opened(address("elasticsearch"), space) as reads:
        for number in range(5):
            await writes.apply([live(f"{number}", "Kettle")])
            assert len(await reads.search("kettle", owner_id="o")) == number + 1


async def test_one_bad_document_is_named_and_keeps_no_other_away(space: str) -> None:
    async with opened(address("elasticsearch"), space) as search:
        bad = live("b" * 40_000)
        with pytest.raises(Permanent, match="rejected product 'bbb"):
            await search.apply([live("a"), bad, live("c")])
        assert [one.entity_id for one in await search.held()] == ["a", "c"]
        with pytest.raises(Invalid, match="an incomplete character"):
            await search.apply([live("\ud83d")])


async def test_chinese_is_found_by_its_words_too_where_others_stand_between(space: str) -> None:
    async with opened(address("elasticsearch"), space) as search:
        await search.apply([live("a", "不锈钢细嘴水壶"), live("b", "木头椅子")])
        hits = await search.search("不锈钢水壶", owner_id="o")
        assert [hit.entity_id for hit in hits] == ["a"]


async def test_more_than_can_be_looked_at_is_refused(space: str) -> None:
    async with opened(address("elasticsearch"), space) as search:
        with pytest.raises(Invalid, match="10000"):
            await search.search("kettle", owner_id="o", limit=10, offset=9_995)


async def test_all_that_is_held_comes_in_one_answer_too(space: str) -> None:
    many = [live(f"{place:05}") for place in range(1_300)]
    async with opened(address("elasticsearch"), space) as search:
        assert await search.held(limit=10_000) == []
        await search.apply([*many, gone("00000", version=2)])
        assert await search.held(limit=10_000) == [as_held(one) for one in many[1:]]
        assert await search.held(limit=1_100) == [as_held(one) for one in many[1:1_101]]


async def test_installations_on_one_server_do_not_meet(space: str) -> None:
    other = f"{space}_b"
    async with opened(address("elasticsearch"), space) as one, opened(address("elasticsearch"), other) as two:
        await one.apply([live("a")])
        await two.apply([live("a", version=7), live("b")])
        await two.drop([("product", "b")])
        assert await one.held() == [as_held(live("a"))]
        assert [hit.entity_id for hit in await one.search("kettle", owner_id="o")] == ["a"]
        assert await two.held() == [as_held(live("a", version=7))]
    await forget(other)
