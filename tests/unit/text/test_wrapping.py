"""The log of calls, the cache of identical ones, and models that take over."""

from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from integrations.cache.sqlite import SqliteCache
from integrations.text.chat import Answer
from integrations.text.wrapping import CachedText, FallbackText, LoggedText
from magicai.errors import BudgetReserved, Cancelled, Invalid, MagicError, OverBudget, Permanent, Refused, Temporary
from magicai.ports import Message, ModelCall, OnText, Spender, Usage
from tests.scripted import Scripted, ScriptedText

ASKED = [Message("user", "Say the marker.")]
ANN = Spender("ann", "run", 1, "write_text")


class Word(BaseModel):
    word: str


class Calls:
    """A log in memory; away where it says so."""

    def __init__(self, *, away: bool = False) -> None:
        self.kept: list[ModelCall] = []
        self.away = away

    async def add(self, call: ModelCall) -> None:
        if self.away:
            raise Temporary("away")
        self.kept.append(call)

    async def of_run(self, run_id: str) -> list[ModelCall]:
        return [call for call in self.kept if call.run_id == run_id]

    async def latest(self, owner_id: str, *, since: int, each: int) -> list[ModelCall]:
        raise NotImplementedError


@pytest.fixture
async def cache(tmp_path: Path) -> AsyncIterator[SqliteCache]:
    made = SqliteCache(tmp_path / "cache.sqlite3")
    yield made
    await made.close()


async def test_every_call_is_kept_with_what_it_took_and_nothing_of_what_was_said() -> None:
    calls = Calls()
    await LoggedText(ScriptedText(["marker it is"], name="local:m"), calls, ANN).text(ASKED)
    (kept,) = calls.kept
    assert (kept.owner_id, kept.run_id, kept.step, kept.model) == ("ann", "run", "write_text", "local:m")
    assert (kept.prompt_tokens, kept.completion_tokens, kept.cost, kept.outcome) == (3, 3, 0.0, "ok")
    assert "marker" not in repr(kept)


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (Temporary("t"), "temporary"), (Refused("r"), "refused"), (Invalid("i"), "invalid"),
        (Permanent("p"), "permanent"),
    ],
)  # fmt: skip
async def test_a_failed_call_is_kept_and_its_cost_is_unknown_where_it_may_cost(error: MagicError, outcome: str) -> None:
    calls, model = Calls(), ScriptedText([error])
    model.may_cost = True
    with pytest.raises(type(error)):
        await LoggedText(model, calls, ANN).text(ASKED)
    assert [(one.outcome, one.cost) for one in calls.kept] == [(outcome, None)]


async def test_a_failed_call_costs_what_budgets_count() -> None:
    calls, error = Calls(), Temporary("broke off")
    error.cost = 0.25
    with pytest.raises(Temporary):
        await LoggedText(ScriptedText([error]), calls, ANN).text(ASKED)
    assert [one.cost for one in calls.kept] == [0.25]


async def test_an_answer_that_was_cut_off_is_kept_as_that_and_one_that_was_not_paid_for_not_at_all() -> None:
    calls = Calls()
    model = LoggedText(ScriptedText(["one two", OverBudget("too dear"), BudgetReserved("busy")]), calls, ANN)
    await model.text(ASKED, max_tokens=1)
    with pytest.raises(OverBudget):
        await model.text(ASKED)
    with pytest.raises(BudgetReserved):
        await model.text(ASKED)
    assert [one.outcome for one in calls.kept] == ["cut"]


async def test_an_answer_is_handed_out_though_its_row_cannot_be_kept() -> None:
    assert (await LoggedText(ScriptedText(["yes"]), Calls(away=True), ANN).text(ASKED))[0] == "yes"


async def test_the_same_question_is_not_asked_twice_and_costs_nothing_the_second_time(cache: SqliteCache) -> None:
    inner = ScriptedText(["one", "two"])
    heard: list[str] = []
    assert (await CachedText(inner, cache, "ann").text(ASKED))[0] == "one"
    again, used = await CachedText(inner, cache, "ann").text(ASKED, on_text=heard.append)
    assert (again, used, heard) == ("one", Usage(), ["one"])
    assert len(inner.asked) == 1


@pytest.mark.parametrize(
    "changed", [{"owner": "bob"}, {"max_tokens": 7}, {"more": "Please."}, {"temperature": 0.5}, {"name": "other"}]
)
async def test_another_question_gets_an_answer_of_its_own(cache: SqliteCache, changed: dict[str, Any]) -> None:
    async def ask(answer: str, *, owner: str = "ann", more: str = "", name: str = "m", **how: Any) -> str:
        model = CachedText(ScriptedText([answer], name=name), cache, owner)
        return (await model.text([*ASKED, *([Message("user", more)] if more else [])], **how))[0]

    assert [await ask("one"), await ask("two", **changed), await ask("three")] == ["one", "two", "one"]


async def test_answers_that_may_vary_are_kept_where_that_is_asked_for(cache: SqliteCache) -> None:
    model = CachedText(ScriptedText(["one", "two"]), cache, "ann", always=True)
    assert [(await model.text(ASKED, temperature=0.5))[0] for _ in range(2)] == ["one", "one"]


async def test_what_does_not_fit_its_shape_is_not_kept(cache: SqliteCache) -> None:
    inner = ScriptedText(["no", "none", '{"word": "yes"}'])
    model = CachedText(inner, cache, "ann")
    with pytest.raises(Temporary):
        await model.typed(ASKED, Word)
    assert (await model.typed(ASKED, Word))[0] == Word(word="yes")
    assert (await model.typed(ASKED, Word))[1] == Usage()


def fallback(*scripts: list[Scripted]) -> FallbackText:
    return FallbackText([ScriptedText(script, name=f"m{place}") for place, script in enumerate(scripts)])


@pytest.mark.parametrize(
    "error", [Temporary("busy"), Refused("no credit"), OverBudget("too dear"), Invalid("wrong key")]
)
async def test_the_next_model_answers_where_one_does_not(error: MagicError) -> None:
    model = fallback([error, "first again"], ["second"])
    assert (await model.text(ASKED))[0] == "second"
    assert model.name == "m1"
    assert (await model.text(ASKED))[0] == "first again"
    assert model.name == "m0"


@pytest.mark.parametrize("error", [Permanent("it refuses"), Cancelled("stopped")])
async def test_no_other_model_is_asked_to_say_what_one_refuses(error: MagicError) -> None:
    with pytest.raises(type(error)):
        await fallback([error], ["second"]).text(ASKED)


async def test_no_other_model_begins_anew_once_text_was_heard() -> None:
    class Breaking(ScriptedText):
        async def ask(
            self,
            messages: Sequence[Message],  # noqa: ARG002
            *,
            max_tokens: int,  # noqa: ARG002
            temperature: float,  # noqa: ARG002
            shape: type[BaseModel] | None,  # noqa: ARG002
            on_text: OnText | None,
        ) -> Answer:
            if on_text is not None:
                on_text("half")
            raise Temporary("cut")

    heard: list[str] = []
    model = FallbackText([Breaking([]), ScriptedText(["second"])])
    with pytest.raises(Temporary, match="cut"):
        await model.text(ASKED, on_text=heard.append)
    assert heard == ["half"]
    assert (await model.text(ASKED))[0] == "second"


async def test_where_none_answers_all_reasons_are_told_and_whether_trying_again_helps() -> None:
    with pytest.raises(Temporary, match="wrong key busy full") as caught:
        await fallback([Invalid("wrong key")], [Temporary("busy", retry_after_s=9)], [Temporary("full")]).text(ASKED)
    assert caught.value.retry_after_s == 9
    with pytest.raises(Invalid, match="wrong key gone"):
        await fallback([Invalid("wrong key")], [Refused("gone")]).text(ASKED)
