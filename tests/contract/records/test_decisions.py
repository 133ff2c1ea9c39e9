import asyncio
from typing import Any

import pytest

from integrations.records import decisions
from magicai.brain import choice_statistics
from magicai.brain.sampler import POLICY, Statistics
from magicai.brain.situation import FEATURES
from magicai.errors import Conflict, Invalid, NotFound
from magicai.ports import Records, Reward
from magicai.runs.plan import Alternative, Choice
from magicai.values.ids import new_id
from tests.contract.records.example_rows import Clock, Make


def choice(option: str = "small", **changed: Any) -> Choice:
    values: dict[str, Any] = {
        "id": new_id(),
        "step": "write",
        "choice": "model",
        "option": option,
        "alternatives": tuple(Alternative(option=one, propensity=0.5) for one in ("small", "large")),
        "reason": "the usual choice",
        "propensity": 0.5,
        "features": {"log_words": 0.5},
    }
    return Choice(**{**values, **changed})


def reward(value: float, kind: str = "quality", source: str = "run", weight: float = 1.0) -> Reward:
    return Reward(kind=kind, value=value, weight=weight, source=source)


async def decided(records: Records, make: Make, option: str = "small", owner_id: str = "ann", **changed: Any) -> str:
    run = await make.run(owner_id=owner_id)
    made = choice(option, **changed)
    await records.decisions.add(await make.attempt(run), POLICY, [made])
    assert made.id is not None
    return made.id


async def seen(records: Records, owner_id: str = "ann") -> dict[str, float]:
    """Rewards by option that the owner's statistics have counted."""
    learnt = (await records.decisions.learnt("crawl", owner_id=owner_id))["write", "model"]
    return {name: one.reward.n for name, one in Statistics.from_json(learnt.own).options.items()}


async def test_a_decision_comes_back_whole_with_its_rewards(records: Records, make: Make, clock: Clock) -> None:
    run = await make.run()
    made = choice(item="https://shop.example/", explored=True)
    await records.decisions.add(await make.attempt(run), POLICY, [made])
    clock.move(seconds=5)
    assert made.id is not None
    got = await records.decisions.reward(
        made.id, [reward(0.5), reward(1.0, "rating", "ann", 2.0)], owner_id="ann", measures={"quality": 0.5}
    )
    assert got.choice == made
    assert (got.run_id, got.owner_id, got.workflow, got.policy) == (run.run_id, "ann", "crawl", POLICY)
    assert got.reward == pytest.approx((0.5 + 2 * 1.0) / 3)
    assert [(one.kind, one.value, one.at) for one in got.rewards] == [
        ("quality", 0.5, clock.us),
        ("rating", 1.0, clock.us),
    ]
    assert got.measures == {"quality": 0.5}
    assert await records.decisions.of_run(run.run_id) == [got]
    assert await records.decisions.get(made.id, owner_id="ann") == got


async def test_the_same_decision_again_stays_as_it_was(records: Records, make: Make) -> None:
    run = await make.run()
    attempt = await make.attempt(run)
    first = choice()
    await records.decisions.add(attempt, POLICY, [first])
    await records.decisions.add(attempt, POLICY, [choice("large"), choice("large", item="b")])
    made = [one.choice for one in await records.decisions.of_run(run.run_id)]
    assert [(one.item, one.option) for one in made] == [(None, "small"), ("b", "large")]


async def test_a_decision_is_found_by_its_place_and_options_are_counted(records: Records, make: Make) -> None:
    run = await make.run()
    made = [choice(), *(choice("large", item=str(number)) for number in range(3)), choice(item="3")]
    await records.decisions.add(await make.attempt(run), POLICY, made)
    for item, option in ((None, "small"), ("1", "large")):
        found = await records.decisions.made(run.run_id, "write", "model", item)
        assert found is not None
        assert found.choice.option == option
    assert await records.decisions.made(run.run_id, "write", "model", "nothing") is None
    assert await records.decisions.counted(run.run_id) == {("write", "model"): {"large": 3, "small": 2}}


async def test_a_choice_with_one_option_is_no_decision(records: Records, make: Make) -> None:
    run = await make.run()
    await records.decisions.add(await make.attempt(run), POLICY, [choice(id=None)])
    assert await records.decisions.of_run(run.run_id) == []


async def test_an_attempt_that_was_overtaken_decides_nothing(records: Records, make: Make) -> None:
    run = await make.run()
    attempt = await make.attempt(run)
    stale = attempt.model_copy(update={"token": attempt.token - 1})
    with pytest.raises(Conflict):
        await records.decisions.add(stale, POLICY, [choice()])
    assert await records.decisions.of_run(run.run_id) == []


async def test_a_source_that_tells_again_corrects_itself(records: Records, make: Make) -> None:
    made = await decided(records, make)
    for value in (1.0, 0.25):
        got = await records.decisions.reward(made, [reward(value, "rating", "ann")], owner_id="ann")
    assert (got.reward, len(got.rewards)) == (0.25, 1)
    learnt = (await records.decisions.learnt("crawl", owner_id="ann"))["write", "model"]
    evidence = Statistics.from_json(learnt.own).options["small"].reward
    assert (evidence.n, evidence.moment[0]) == (1.0, pytest.approx(0.25))


async def test_many_sources_of_one_kind_count_as_one(records: Records, make: Make) -> None:
    made = await decided(records, make)
    await records.decisions.reward(made, [reward(1.0)], owner_id="ann")
    votes = [reward(0.0, "rating", f"user {number}") for number in range(50)]
    got = await records.decisions.reward(made, votes, owner_id="ann")
    assert got.reward == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("kind", "value"), [("rating", 1e9), ("rating", float("nan")), ("rating", -0.1), ("applause", 1.0)]
)
async def test_a_reward_that_is_none_is_refused(records: Records, make: Make, kind: str, value: float) -> None:
    made = await decided(records, make)
    with pytest.raises(Invalid):
        await records.decisions.reward(made, [reward(0.5), reward(value, kind)], owner_id="ann")
    assert (await records.decisions.get(made)).rewards == ()


async def test_somebody_elses_decision_is_refused(records: Records, make: Make) -> None:
    made = await decided(records, make)
    with pytest.raises(NotFound, match=made):
        await records.decisions.reward(made, [reward(1.0)], owner_id="bob")
    with pytest.raises(NotFound):
        await records.decisions.get(made, owner_id="bob")
    assert await records.decisions.listed(owner_id="bob") == []


async def test_decisions_are_listed_page_by_page(records: Records, make: Make, clock: Clock) -> None:
    made: list[str] = []
    for _ in range(5):
        made.append(await decided(records, make))
        clock.move(seconds=1)
    page = await records.decisions.listed(owner_id="ann", limit=3)
    rest = await records.decisions.listed(owner_id="ann", limit=3, before=(page[-1].at, page[-1].decision_id))
    assert [one.choice.id for one in (*page, *rest)] == made[::-1]
    assert await records.decisions.listed(owner_id="ann", step="other") == []


async def test_two_that_learn_at_once_lose_nothing(records: Records, make: Make) -> None:
    made = [await decided(records, make) for _ in range(8)]
    await asyncio.gather(*(records.decisions.reward(one, [reward(0.5)], owner_id="ann") for one in made))
    assert await seen(records) == {"small": 8.0}


async def test_owners_share_but_one_owner_counts_for_thirty(records: Records, make: Make) -> None:
    for _ in range(40):
        await records.decisions.reward(await decided(records, make), [reward(1.0)], owner_id="ann")
    learnt = (await records.decisions.learnt("crawl", owner_id="bob"))["write", "model"]
    pooled = Statistics.from_json(learnt.pooled).options["small"].reward
    assert pooled.n == pytest.approx(30)
    assert Statistics.from_json(learnt.own).options == {}


async def test_who_is_forgotten_takes_along_what_they_taught(records: Records, make: Make) -> None:
    for owner_id in ("ann", "bob"):
        await records.decisions.reward(
            await decided(records, make, owner_id=owner_id), [reward(1.0)], owner_id=owner_id
        )
    assert await records.decisions.forget("ann") == 1
    learnt = (await records.decisions.learnt("crawl", owner_id="ann"))["write", "model"]
    assert Statistics.from_json(learnt.own).options == {}
    assert Statistics.from_json(learnt.pooled).options["small"].reward.n == pytest.approx(1)
    assert await records.decisions.listed(owner_id="ann") == []
    assert len(await records.decisions.listed(owner_id="bob")) == 1


async def test_an_erased_owner_takes_along_what_they_taught(records: Records, make: Make) -> None:
    await records.decisions.reward(await decided(records, make), [reward(1.0)], owner_id="ann")
    removed = await records.erasing.remove("ann")
    assert removed["decisions"] == 1
    learnt = (await records.decisions.learnt("crawl", owner_id="bob"))["write", "model"]
    assert Statistics.from_json(learnt.pooled).options["small"].reward.n == pytest.approx(0)


async def test_what_other_features_taught_is_not_mixed_in(records: Records, make: Make) -> None:
    old = await decided(records, make)
    await records.decisions.reward(old, [reward(1.0)], owner_id="ann")
    new = await decided(records, make, features={"log_pages": 0.1})
    await records.decisions.reward(new, [reward(0.0)], owner_id="ann")
    assert await seen(records) == {"small": 1.0}
    # A reward for a decision by the former features is kept, and teaches nothing.
    got = await records.decisions.reward(old, [reward(0.0, "rating", "ann")], owner_id="ann")
    assert got.reward == pytest.approx(0.5)
    assert await seen(records) == {"small": 1.0}


async def taught(records: Records, owner_id: str = "ann") -> dict[str, float]:
    """Rewards by choice that an owner's decisions have taught."""
    found = await records.decisions.taught(owner_id)
    counts = {one.choice: Statistics.from_json(one.learnt).options for one in found}
    return {name: sum(option.reward.n for option in options.values()) for name, options in counts.items()}


async def pooled(records: Records) -> float:
    learnt = (await records.decisions.learnt("crawl", owner_id="nobody else"))["write", "model"]
    return sum(option.reward.n for option in Statistics.from_json(learnt.pooled).options.values())


async def test_a_snapshot_is_what_was_known_when_it_was_taken(records: Records, make: Make, clock: Clock) -> None:
    await records.decisions.reward(await decided(records, make), [reward(1.0)], owner_id="ann")
    taken = await records.decisions.take_snapshot("ann", "before")
    assert (taken.name, taken.at) == ("before", clock.us)
    clock.move(seconds=1)
    later = await decided(records, make, choice="language")
    for one in (await decided(records, make), later):
        await records.decisions.reward(one, [reward(0.0)], owner_id="ann")
    await records.decisions.take_snapshot("ann", "after")
    assert [snapshot.name for snapshot in await records.decisions.snapshots("ann")] == ["before", "after"]
    assert await records.decisions.snapshots("bob") == []
    assert (await records.decisions.snapshots("ann"))[0] == taken

    await records.decisions.teach("ann", taken.choices)
    assert await taught(records) == {"language": 0, "model": 1}
    assert await pooled(records) == pytest.approx(1)


async def test_a_name_of_a_snapshot_is_taken_once(records: Records, make: Make) -> None:
    await decided(records, make)
    await records.decisions.take_snapshot("ann", "s")
    await records.decisions.take_snapshot("bob", "s")
    with pytest.raises(Conflict, match="'s'"):
        await records.decisions.take_snapshot("ann", "s")


async def test_decisions_from_before_a_roll_back_are_not_learnt_from_twice(records: Records, make: Make) -> None:
    empty = await records.decisions.take_snapshot("ann", "empty")
    made = await decided(records, make)
    await records.decisions.reward(made, [reward(1.0)], owner_id="ann")
    await records.decisions.teach("ann", empty.choices)
    got = await records.decisions.reward(made, [reward(0.0, "rating", "ann")], owner_id="ann")
    assert got.reward == pytest.approx(0.5)
    assert await taught(records) == {"model": 0}
    (learnt,) = await records.decisions.taught("ann")
    assert Statistics.from_json(learnt.learnt).options["small"].reward.moment[0] == 0
    new = await decided(records, make)
    await records.decisions.reward(new, [reward(0.5)], owner_id="ann")
    assert await taught(records) == {"model": 1}


async def test_what_others_taught_is_shared_but_for_what_was_replaced(records: Records, make: Make) -> None:
    for owner_id in ("ann", "bob"):
        for _ in range(2):
            made = await decided(records, make, owner_id=owner_id)
            await records.decisions.reward(made, [reward(1.0)], owner_id=owner_id)
    await records.decisions.teach("bob", [])
    assert await pooled(records) == pytest.approx(2)
    await records.decisions.teach("bob", await records.decisions.taught("ann"))
    assert await pooled(records) == pytest.approx(4)


async def test_who_is_forgotten_leaves_no_snapshot(records: Records, make: Make) -> None:
    await records.decisions.reward(await decided(records, make), [reward(1.0)], owner_id="ann")
    await records.decisions.take_snapshot("ann", "s")
    await records.decisions.forget("ann")
    assert (await records.decisions.snapshots("ann"), await records.decisions.taught("ann")) == ([], [])


async def test_a_late_reward_by_older_features_takes_nothing_from_what_owners_share(
    records: Records, make: Make
) -> None:
    old = await decided(records, make, owner_id="bob")
    await records.decisions.reward(old, [reward(1.0)], owner_id="bob")
    for _ in range(3):
        new = await decided(records, make, features={"log_pages": 0.1})
        await records.decisions.reward(new, [reward(0.5)], owner_id="ann")
    assert await pooled(records) == pytest.approx(3)
    await records.decisions.reward(old, [reward(0.0, "rating", "bob")], owner_id="bob")
    assert await pooled(records) == pytest.approx(3)
    await records.decisions.forget("bob")
    assert await pooled(records) == pytest.approx(3)


async def test_a_decision_by_features_of_another_meaning_teaches_nothing(
    records: Records, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = await decided(records, make)
    assert (await records.decisions.get(made)).features_version == FEATURES
    for module in (decisions, choice_statistics):
        monkeypatch.setattr(module, "FEATURES", "next")
    got = await records.decisions.reward(made, [reward(1.0)], owner_id="ann")
    assert got.reward == 1.0
    assert await seen(records) == {}
    # Nor did what was decided since make it comparable.
    await decided(records, make)
    await records.decisions.reward(made, [reward(0.0)], owner_id="ann")
    assert await seen(records) == {}


async def test_a_measure_replaces_the_one_before(records: Records, make: Make) -> None:
    made = await decided(records, make)
    for seconds in (5.0, 2.0):
        got = await records.decisions.reward(made, [reward(0.5)], owner_id="ann", measures={"seconds": seconds})
    assert got.measures == {"seconds": 2.0}
    learnt = (await records.decisions.learnt("crawl", owner_id="ann"))["write", "model"]
    evidence = Statistics.from_json(learnt.own).options["small"].measures["seconds"]
    assert (evidence.n, evidence.moment[0]) == (1, 2)


async def test_a_decision_counts_once_whatever_its_rewards_weigh(records: Records, make: Make) -> None:
    made = await decided(records, make)
    for weight in (2.0, 0.0, 2.0):
        got = await records.decisions.reward(made, [reward(0.75, "rating", "ann", weight)], owner_id="ann")
        assert got.reward == 0.75
    learnt = (await records.decisions.learnt("crawl", owner_id="ann"))["write", "model"]
    assert Statistics.from_json(learnt.own).decided == 1


async def test_the_first_reward_of_a_decision_from_before_a_roll_back_teaches_nothing(
    records: Records, make: Make
) -> None:
    made = await decided(records, make)
    await records.decisions.teach("ann", await records.decisions.taught("ann"))
    await records.decisions.reward(made, [reward(1.0)], owner_id="ann", measures={"seconds": 1.0})
    learnt = (await records.decisions.learnt("crawl", owner_id="ann"))["write", "model"]
    known = Statistics.from_json(learnt.own)
    assert (known.decided, [option.measures for option in known.options.values()]) in ((0, []), (0, [{}]))


async def test_a_decision_that_cannot_be_kept_to_gives_way(records: Records, make: Make) -> None:
    run = await make.run()
    attempt = await make.attempt(run)
    first, other = choice(), choice("large")
    assert first.id is not None
    await records.decisions.add(attempt, POLICY, [first])
    await records.decisions.reward(first.id, [reward(1.0)], owner_id="ann")
    await records.decisions.add(attempt, POLICY, [other], instead_of=first.id)
    (made,) = await records.decisions.of_run(run.run_id)
    assert (made.choice, made.rewards) == (other, ())
    assert other.id is not None
    await records.decisions.add(attempt, POLICY, [choice(id=None)], instead_of=other.id)
    assert await records.decisions.of_run(run.run_id) == []


async def test_two_that_begin_anew_and_learn_at_once_wait_for_nobody(records: Records, make: Make) -> None:
    old = [await decided(records, make) for _ in range(4)]
    attempts = [await make.attempt(await make.run()) for _ in range(4)]
    await asyncio.gather(
        *(records.decisions.reward(one, [reward(0.5)], owner_id="ann") for one in old),
        *(records.decisions.add(attempt, POLICY, [choice(features={"log_pages": 0.1})]) for attempt in attempts),
    )
    learnt = (await records.decisions.learnt("crawl", owner_id="ann"))["write", "model"]
    assert Statistics.from_json(learnt.own).features == Statistics.from_json(learnt.pooled).features == ("log_pages",)
