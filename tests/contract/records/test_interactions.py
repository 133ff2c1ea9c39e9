import asyncio

from integrations.records.store import SqlRecords
from magicai.catalogue.ports import Interaction


def event(key: str, person: str = "p1", item: str = "tea") -> Interaction:
    return Interaction(key, person, item, "view", 7)


async def test_events_count_once_and_are_numbered_in_their_order(records: SqlRecords) -> None:
    events = records.interactions
    assert await events.add("ann", [event("e1"), event("e2", "p2"), event("e1", "p9")]) == 2
    assert await events.add("ann", [event("e2"), event("e3", "p1", "pot")]) == 1
    assert await events.add("bob", [event("e1")]) == 1
    assert await events.add("ann", []) == 0
    found = await events.after("ann", 0)
    assert [(one.number, one.key, one.person) for one in found] == [(1, "e1", "p1"), (2, "e2", "p2"), (3, "e3", "p1")]
    assert [one.number for one in await events.after("ann", 1, limit=1)] == [2]
    assert [one.item for one in await events.of_person("ann", "p1")] == ["pot", "tea"]
    assert await events.forget_person("ann", "p1") == 2
    assert await events.of_person("ann", "p1") == []


async def test_events_that_come_at_once_have_numbers_of_their_own(records: SqlRecords) -> None:
    await asyncio.gather(*(records.interactions.add("ann", [event(f"e{n}"), event("same")]) for n in range(10)))
    found = await records.interactions.after("ann", 0)
    assert [one.number for one in found] == list(range(1, 12))
