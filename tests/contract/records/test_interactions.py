import asyncio

from integrations.records.store import SqlRecords
from magicai.catalogue.ports import Interaction, InteractionCounters
from magicai.catalogue.recommendations.recommender import Recommender


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


async def test_no_number_is_given_twice_and_each_owner_is_counted_alone(records: SqlRecords) -> None:
    events = records.interactions
    assert await events.counters("ann") == InteractionCounters()
    await events.add("ann", [event("e1"), event("e2", "p2")])
    await events.add("bob", [event("e1", "p2")])
    assert await events.forget_person("ann", "p2") == 1
    assert await events.forget_person("ann", "p2") == 0
    assert await events.counters("ann") == InteractionCounters(last=2, forgotten=1)
    assert await events.counters("bob") == InteractionCounters(last=1)
    await events.add("ann", [event("e3", "p3")])
    assert [one.number for one in await events.after("ann", 0)] == [1, 3]


async def test_a_person_is_forgotten_by_all_processes_and_later_events_count(records: SqlRecords) -> None:
    """As with two gateways: the one that is asked next is not the one that forgot."""
    events = records.interactions
    gateways = [Recommender(events, "ann") for _ in range(2)]
    await events.add("ann", [event(f"{item}{n}", f"p{n}", item) for n in range(2) for item in ("tea", "pot")])
    for gateway in gateways:
        assert [one.item for one in await gateway.together(["tea"], "view")] == ["pot"]
    for person in ("p0", "p1"):
        await events.forget_person("ann", person)
    assert [await gateway.together(["tea"], "view") for gateway in gateways] == [[], []]
    await events.add("ann", [event("n1", "p9", "tea"), event("n2", "p9", "cup")])
    for gateway in gateways:
        assert [one.item for one in await gateway.together(["tea"], "view")] == ["cup"]
