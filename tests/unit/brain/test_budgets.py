from unittest.mock import AsyncMock

import pytest

from magicai.brain import budgets
from magicai.brain.budgets import SharedPurse, limits_of
from magicai.errors import Invalid, OverBudget, Temporary
from magicai.messages import Surface
from magicai.ports import Budget, BudgetRecords, Limits, Reservation, Spender
from magicai.settings import Settings, load


def records_that_answer(answer: Reservation | Budget) -> AsyncMock:
    records = AsyncMock(BudgetRecords)
    records.reserve.return_value = answer
    return records


def purse(answer: Reservation | Budget) -> SharedPurse:
    return SharedPurse(records_that_answer(answer), Spender("ann", "r"), Limits())


@pytest.mark.parametrize(
    ("budget", "says"),
    [
        (Budget("run", 1.0, 0.75, 0.0), r"\$0.25 of the run's budget of \$1.00 is left.*settings set budget "),
        (Budget("person", 5.0, 4.9, 0.0), r"\$0.10 of your budget of \$5.00 for this month.*set budget_person_month "),
        (Budget("workspace", 5.0, 4.9, 0.0), r"\$0.10 of this month's budget of \$5.00.*set budget_workspace_month "),
        (Budget("month", 9.0, 9.5, 0.0), r"\$0 of all users' budget of \$9.00.*settings set budget_month "),
    ],
)
async def test_whose_budget_is_too_small_what_is_left_and_what_to_do_is_said(budget: Budget, says: str) -> None:
    with pytest.raises(OverBudget, match=f"A call of openai:m may cost up to \\$0.50; {says}") as refused:
        await purse(budget).reserve(0.5, "openai:m")
    for surface in (Surface.PAGE, Surface.ASSISTANT):
        way = refused.value.way
        assert way is not None
        assert "Settings > Budgets" in way.text(surface)
        assert "MAGICAI_" not in way.text(surface) + way.in_language("zh")


async def test_what_calls_under_way_keep_may_be_free_in_a_moment() -> None:
    with pytest.raises(Temporary, match=r"\$0.30 is reserved for calls in progress"):
        await purse(Budget("run", 1.0, 0.4, 0.3)).reserve(0.5, "openai:m")


async def test_a_call_waits_for_those_that_hold_what_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(budgets, "_LOOK_S", 0.0)
    records = AsyncMock(BudgetRecords)
    held, free = Budget("run", 1.0, 0.4, 0.3), Reservation("r", 0.5)
    records.reserve.side_effect = [held, held, free]
    patient = SharedPurse(records, Spender("ann", "r"), Limits(), patience_s=60)
    assert await patient.reserve(0.5, "openai:m") is free
    records.reserve.side_effect = [held, Budget("run", 1.0, 0.7, 0.0)]
    with pytest.raises(OverBudget):
        await patient.reserve(0.5, "openai:m")


def test_a_run_may_have_a_smaller_budget_than_the_installation_but_no_larger_one() -> None:
    limits = [limits_of(Settings(budget=1.0), Spender("ann", "r", budget=own)).run for own in (0.2, 5.0, None)]
    assert limits == [0.2, 1.0, 1.0]


async def test_what_costs_nothing_asks_nobody() -> None:
    records = records_that_answer(Budget("run", 0.0, 0.0, 0.0))
    free = SharedPurse(records, Spender("ann"), Limits())
    await free.settle(await free.reserve(0.0, "openai:m"), 0.0)
    assert records.mock_calls == []


def test_limits_are_those_of_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAGICAI_BUDGET_WORKSPACE_MONTH", "5")
    monkeypatch.setenv("MAGICAI_BUDGET_PERSON_MONTH", "0")
    monkeypatch.setenv("MAGICAI_BUDGET_MONTH", "")
    assert limits_of(Settings()) == Limits(run=1.0, person=0.0, workspace=5.0, month=None)
    assert limits_of(Settings(budget_month=0)).month == 0, "nothing, not everything"


def test_a_limit_by_its_earlier_name_goes_on_to_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAGICAI_BUDGET_USER_MONTH", "7")
    settings = Settings()
    assert (settings.budget_workspace_month, "budget_workspace_month" in settings.model_fields_set) == (7.0, True)
    monkeypatch.setenv("MAGICAI_BUDGET_WORKSPACE_MONTH", "5")
    assert Settings().budget_workspace_month == 5.0


@pytest.mark.parametrize("value", ["-1", "1e12", "1,50", "nan", "inf"])
def test_what_is_no_budget_is_refused_by_the_name_of_its_variable(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("MAGICAI_BUDGET_WORKSPACE_MONTH", value)
    with pytest.raises(Invalid, match="MAGICAI_BUDGET_WORKSPACE_MONTH"):
        load()


async def test_what_has_an_unknown_price_is_refused_within_a_budget_with_the_way_out() -> None:
    limited = SharedPurse(records_that_answer(Budget("run", 1.0, 0.0, 0.0)), Spender("ann"), Limits(run=1.0))
    with pytest.raises(Invalid, match=r"MAGICAI_MODEL_PRICES=gpt-99=PROMPT/COMPLETION"):
        await limited.reserve(None, "openai:gpt-99")
    free = SharedPurse(records_that_answer(Budget("run", None, 0.0, 0.0)), Spender("ann"), Limits())
    assert await free.reserve(None, "openai:gpt-99") is None
