import asyncio
from dataclasses import replace

import pytest

from magicai.brain.budgets import SharedPurse
from magicai.errors import Invalid
from magicai.ports import Budget, Limits, PaidAnswer, Records, Reservation, Spender
from tests.codes import says
from tests.contract.records.example_rows import Clock

ANN = Spender("ann", "r1", 1)
LIMITS = Limits(run=1.0, workspace=2.0, month=3.0)


async def reserve(
    records: Records, amount: float, spender: Spender = ANN, limits: Limits = LIMITS
) -> Reservation | Budget:
    return await records.budgets.reserve(spender, amount, limits, ttl_s=60)


async def taken(records: Records, amount: float, spender: Spender = ANN, limits: Limits = LIMITS) -> Reservation:
    got = await reserve(records, amount, spender, limits)
    assert isinstance(got, Reservation), got
    return got


async def spend(records: Records, cost: float, spender: Spender = ANN) -> None:
    await records.budgets.settle(await taken(records, cost, spender), cost)


async def spent(records: Records, spender: Spender = ANN) -> dict[str, tuple[float, float]]:
    return {budget.scope: (budget.spent, budget.reserved) for budget in await records.budgets.budgets(spender, LIMITS)}


async def test_what_is_put_aside_counts_until_it_is_settled_and_then_what_it_did_cost(records: Records) -> None:
    first = await taken(records, 0.7)
    assert await reserve(records, 0.4) == Budget("run", 1.0, 0.0, 0.7)
    await records.budgets.settle(first, 0.1)
    assert await spent(records) == {"run": (0.1, 0.0), "workspace": (0.1, 0.0), "month": (0.1, 0.0)}
    assert await reserve(records, 0.91) == Budget("run", 1.0, 0.1, 0.0)
    await taken(records, 0.9)


async def test_each_budget_holds_whoever_spends_it(records: Records) -> None:
    await spend(records, 1.0)
    other_run, bob = replace(ANN, run_id="r2"), Spender("bob", "r3", 1)
    await spend(records, 0.9, other_run)
    assert await reserve(records, 0.2, replace(ANN, run_id="r4")) == Budget("workspace", 2.0, 1.9, 0.0)
    await spend(records, 1.0, bob)
    assert await reserve(records, 0.2, replace(bob, run_id="r5")) == Budget("month", 3.0, 2.9, 0.0)


async def test_a_person_has_a_month_of_their_own_in_each_workspace(records: Records) -> None:
    limits = Limits(person=0.5)
    eve = Spender("shop", "r1", 1, person="eve")
    await spend(records, 0.4, eve)
    assert await reserve(records, 0.2, replace(eve, run_id="r2"), limits) == Budget("person", 0.5, 0.4, 0.0)
    for other in (replace(eve, person="max"), replace(eve, owner_id="lab"), replace(eve, person="")):
        await taken(records, 0.2, other, limits)
    assert await spent(records, eve) == {
        "run": (0.4, 0.6),
        "person": (0.4, 0.0),
        "workspace": (0.4, 0.4),
        "month": (0.4, 0.6),
    }


async def alerts(records: Records) -> list[tuple[str, str, str, int, float]]:
    found = await records.budgets.alerts(since=0, limit=100)
    return sorted((one.scope, one.owner_id, one.person, one.threshold, one.limit) for one in found)


async def test_who_reaches_four_fifths_or_all_of_a_months_budget_makes_an_alert_of_each_once(records: Records) -> None:
    limits = Limits(run=0.9, person=1.0, workspace=2.0, month=2.5)
    eve = Spender("shop", "", 1, person="eve")

    async def pay(cost: float, spender: Spender = eve) -> None:
        await records.budgets.settle(await taken(records, cost, spender, limits), cost)

    await pay(0.79)
    assert await alerts(records) == []
    await pay(0.01)
    assert await alerts(records) == [("person", "shop", "eve", 80, 1.0)]
    for number in range(4):
        await pay(0.2, replace(eve, person="max", run_id=f"r{number}"))
    assert ("workspace", "shop", "", 80, 2.0) in await alerts(records)
    await pay(0.2)
    await pay(0.2, replace(eve, person="max"))
    assert await alerts(records) == [
        ("month", "", "", 80, 2.5),
        ("person", "shop", "eve", 80, 1.0),
        ("person", "shop", "eve", 100, 1.0),
        ("person", "shop", "max", 80, 1.0),
        ("person", "shop", "max", 100, 1.0),
        ("workspace", "shop", "", 80, 2.0),
        ("workspace", "shop", "", 100, 2.0),
    ]


async def test_a_budget_whose_rest_is_too_little_for_a_call_is_used_up(records: Records) -> None:
    limits, shop = Limits(workspace=1.0), Spender("shop")
    await records.budgets.settle(await taken(records, 0.5, shop, limits), 0.5)
    assert isinstance(await reserve(records, 0.6, shop, limits), Budget)
    assert await alerts(records) == [], "half of it is there for smaller calls"
    open_call = await taken(records, 0.45, shop, limits)
    assert isinstance(await reserve(records, 0.1, shop, limits), Budget)
    assert await alerts(records) == [], "the call may cost less"
    await records.budgets.settle(open_call, 0.45)
    assert isinstance(await reserve(records, 0.1, shop, limits), Budget)
    assert isinstance(await reserve(records, 0.1, shop, limits), Budget)
    assert await alerts(records) == [("workspace", "shop", "", 80, 1.0), ("workspace", "shop", "", 100, 1.0)]


async def test_a_budget_that_is_raised_alerts_anew_and_one_of_0_never(records: Records, clock: Clock) -> None:
    shop = Spender("shop")

    async def pay(cost: float, limit: float | None) -> None:
        limits = Limits(workspace=limit)
        await records.budgets.settle(await taken(records, cost, shop, limits), cost)

    await pay(1.0, 1.0)
    await pay(0.6, 2.0)
    assert [one[3:] for one in await alerts(records)] == [(80, 1.0), (80, 2.0), (100, 1.0)]
    clock.move(seconds=31 * 86_400)
    await pay(1.6, 2.0)
    assert [one[3:] for one in await alerts(records)] == [(80, 1.0), (80, 2.0), (80, 2.0), (100, 1.0)]
    assert isinstance(await reserve(records, 0.1, shop, Limits(workspace=0.0)), Budget)
    assert len(await alerts(records)) == 4


async def test_an_alert_that_was_told_is_told_no_more_and_kept_for_its_month(records: Records, clock: Clock) -> None:
    limits, shop = Limits(workspace=1.0), Spender("shop")
    await records.budgets.settle(await taken(records, 0.9, shop, limits), 0.9)
    (alert,) = await records.budgets.alerts(since=clock(), limit=100)
    assert await records.budgets.alerts(since=clock() + 1, limit=100) == []
    await records.budgets.alert_told(alert)
    await records.prune(before=clock() + 1)
    await records.budgets.settle(await taken(records, 0.01, shop, limits), 0.01)
    assert await alerts(records) == []


async def test_an_erased_person_leaves_what_others_workspaces_have_spent(records: Records) -> None:
    limits, eve = Limits(person=0.5), Spender("shop", person="eve")
    await records.budgets.settle(await taken(records, 0.4, eve, limits), 0.4)
    await taken(records, 0.1, eve, limits)
    await records.erasing.remove("eve")
    assert await spent(records, eve) == {"person": (0.0, 0.0), "workspace": (0.4, 0.1), "month": (0.4, 0.1)}
    assert await alerts(records) == []


async def test_a_budget_without_a_limit_is_counted_all_the_same(records: Records) -> None:
    await taken(records, 500.0, limits=Limits())
    assert await reserve(records, 0.1) == Budget("month", 3.0, 0.0, 500.0)


async def test_a_limit_of_nothing_lets_nothing_through(records: Records) -> None:
    assert isinstance(await reserve(records, 0.000_000_001, limits=Limits(run=0.0)), Budget)


async def test_the_month_begins_anew_and_the_run_does_not(records: Records, clock: Clock) -> None:
    await spend(records, 0.8)
    clock.move(seconds=31 * 86_400)
    assert await spent(records) == {"run": (0.8, 0.0), "workspace": (0.0, 0.0), "month": (0.0, 0.0)}


async def test_what_a_dead_process_put_aside_is_free_again_in_time(records: Records, clock: Clock) -> None:
    await taken(records, 1.0)
    clock.move(seconds=59)
    assert isinstance(await reserve(records, 0.5), Budget)
    clock.move(seconds=1)
    await taken(records, 0.5)


async def test_what_an_earlier_attempt_put_aside_is_free_at_once_and_no_other_run_s(records: Records) -> None:
    await taken(records, 1.0)
    await taken(records, 0.5, replace(ANN, run_id="r2"))
    await taken(records, 1.0, replace(ANN, attempt=2))
    assert await spent(records) == {"run": (0.0, 1.0), "workspace": (0.0, 1.5), "month": (0.0, 1.5)}


async def test_a_call_that_ends_late_has_cost_what_it_cost(records: Records, clock: Clock) -> None:
    late = await taken(records, 1.0)
    clock.move(seconds=600)
    await records.budgets.settle(late, 0.4)
    assert (await spent(records))["run"] == (0.4, 0.0)


async def test_a_call_is_settled_once(records: Records) -> None:
    once = await taken(records, 0.5)
    await asyncio.gather(*(records.budgets.settle(once, 0.2) for _ in range(3)))
    assert (await spent(records))["run"] == (0.2, 0.0)


async def test_a_clock_that_was_ahead_keeps_nothing_put_aside(records: Records, clock: Clock) -> None:
    await taken(records, 1.0)
    clock.move(seconds=-86_400)
    await taken(records, 1.0)


@pytest.mark.parametrize("amount", [float("nan"), float("inf"), -0.1, 1e9])
async def test_what_is_no_sum_of_money_is_not_put_aside(records: Records, amount: float) -> None:
    with pytest.raises(Invalid, check=says("budget_reservation_invalid")):
        await reserve(records, amount, limits=Limits())


@pytest.mark.parametrize("cost", [float("nan"), float("inf"), -0.1])
async def test_a_cost_that_is_no_sum_of_money_is_all_that_was_put_aside(records: Records, cost: float) -> None:
    await records.budgets.settle(await taken(records, 0.5), cost)
    assert (await spent(records))["run"] == (0.5, 0.0)


async def test_many_at_once_get_no_more_than_there_is(records: Records) -> None:
    got = await asyncio.gather(*(reserve(records, 0.3, replace(ANN, run_id=f"r{number}")) for number in range(20)))
    assert sum(isinstance(one, Reservation) for one in got) == 6


async def test_an_erased_user_leaves_the_months_total(records: Records) -> None:
    await spend(records, 0.5)
    await taken(records, 0.1)
    await records.erasing.remove("ann")
    assert await spent(records) == {"run": (0.0, 0.0), "workspace": (0.0, 0.0), "month": (0.5, 0.0)}


async def test_reservations_that_ran_out_are_pruned(records: Records, clock: Clock) -> None:
    await taken(records, 0.5)
    clock.move(seconds=3600)
    assert (await records.prune(before=clock()))["reservations"] == 1


async def test_an_answer_that_was_paid_for_is_handed_to_the_next_attempt_once_for_each_time(records: Records) -> None:
    first, next_one = (SharedPurse(records.budgets, replace(ANN, attempt=number), LIMITS) for number in (1, 2))
    for text in ("one", "two"):
        number, earlier = await first.asks("what")
        assert earlier is None, "an attempt that asks again wants another answer"
        await first.settle(await first.reserve(0.1, "m"), 0.1, PaidAnswer("what", number, text))
    assert [await next_one.asks("what") for _ in range(3)] == [(0, "one"), (1, "two"), (2, None)]
    assert await next_one.asks("something else") == (0, None)
    assert await SharedPurse(records.budgets, Spender("ann", "r2", 2), LIMITS).asks("what") == (0, None)


async def test_a_text_that_was_paid_for_is_handed_to_the_next_run_of_the_same_owner(records: Records) -> None:
    first = SharedPurse(records.budgets, Spender("ann", "r1", 1, role="writer"), LIMITS)
    await first.settle(await first.reserve(0.1, "m"), 0.1, PaidAnswer("what", 0, "one"))

    async def asked(owner_id: str, run_id: str, role: str, attempt: int = 1) -> str | None:
        purse = SharedPurse(records.budgets, Spender(owner_id, run_id, attempt, role=role), LIMITS)
        return (await purse.asks("what"))[1]

    assert await asked("ann", "r2", "writer") == "one"
    assert await asked("ann", "r1", "verifier") == "one"
    assert await asked("bob", "r2", "writer") is None, "of nobody else"
    assert await asked("ann", "r2", "answerer") is None, "a question that is asked again may have another answer"
    assert await asked("ann", "r2", "writer", attempt=0) is None, "whoever rewrites a text wants another one"


async def test_an_answer_is_kept_only_with_what_it_cost_and_of_a_run_the_latest_ones(
    records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("integrations.records.budgets._MOST_ANSWERS", 2)
    settled = await taken(records, 0.1)
    await records.budgets.settle(settled, 0.1)
    await records.budgets.settle(settled, 0.1, PaidAnswer("what", 0, "late"))
    assert await records.budgets.answered(Spender("ann", "r1"), "what", 0) is None
    for number in range(4):
        await records.budgets.settle(await taken(records, 0.01), 0.01, PaidAnswer("what", number, str(number)))
    assert [await records.budgets.answered(Spender("ann", "r1"), "what", number) for number in range(4)] == [
        None,
        None,
        "2",
        "3",
    ]
