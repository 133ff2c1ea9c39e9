"""The tutorial's second workflow, cut in the midst of its items, after its effect, and after each of its steps."""

import importlib
import mailbox
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from integrations.open import open_ports
from magicai.brain.planner import Goal
from magicai.brain.steps import StepRun
from magicai.ports import ItemState, Reporter
from magicai.runs import registry
from magicai.runs.requests.intake import prepare_request
from magicai.runs.run import Origin
from tests.flows.cutting import Cut, carry_out, cut_once
from tests.flows.supplier import BUSY, FREE, GONE, ROWS, expected, kept_prices, request_of, supplier

OWNER = "local"
STEPS = {"price_products", "write_price_letter", "send_price_letter", "ask_reviewer", "count_names"}
AMID = ROWS // 2
AT_ONCE = 8


@pytest.fixture
async def price_list(tmp_path: Path, tutorial: None, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Path]:
    """A price list, and an installation that may look at its pages."""
    path = tmp_path / "prices.csv"
    with supplier(path) as host:
        for name, value in (("HOME", str(tmp_path / "home")), ("CRAWL_ALLOW_HOSTS", host), ("MODEL", "none")):
            monkeypatch.setenv(f"MAGICAI_{name}", value)
        yield path


class CutAmid:
    """Tells of progress, and is cut at some thing once."""

    def __init__(self, reporter: Reporter, cuts: list[int]) -> None:
        self._reporter, self._cuts = reporter, cuts

    def __getattr__(self, name: str) -> Any:
        return getattr(self._reporter, name)

    async def progress(self, done: int, *words: Any, **more: Any) -> None:
        """Tell, or be cut."""
        if self._cuts and done >= self._cuts[0]:
            raise Cut(self._cuts.pop())
        await self._reporter.progress(done, *words, **more)


def cut_amid(of: Goal, step: str, *, done: int) -> Goal:
    """A goal of which one step is cut once, when so many of its items have ended."""
    cuts = [done]

    def mortal(function: Any) -> Any:
        async def go(run: StepRun, **inputs: Any) -> Any:
            return await function(replace(run, reporter=CutAmid(run.reporter, cuts)), **inputs)

        return go

    steps = (replace(one, function=mortal(one.function)) if one.name == step else one for one in of.steps)
    return replace(of, steps=tuple(steps))


def counted(module: str, name: str, patch: pytest.MonkeyPatch) -> "Counter[str]":
    """How often a rule is asked for each row, from now on."""
    calls: Counter[str] = Counter()
    inside = importlib.import_module(module)
    original = getattr(inside, name)

    def asked(row: dict[str, str], *more: Any, **named: Any) -> Any:
        calls[row["sku"]] += 1
        return original(row, *more, **named)

    patch.setattr(inside, name, asked)
    return calls


def cut_after_posting(patch: pytest.MonkeyPatch) -> None:
    """Let the first letter be posted, and nobody learn of it."""
    postbox: Any = importlib.import_module("magicai.prices.postbox").Postbox
    original, left = postbox.post, [1]

    async def post(self: Any, key: str, text: str) -> Any:
        answer = await original(self, key, text)
        if left:
            left.pop()
            raise Cut(key)
        return answer

    patch.setattr(postbox, "post", post)


async def test_cut_everywhere_nothing_is_lost_and_nothing_comes_twice(
    price_list: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = counted("tasks.import_prices.price_products", "price_of", monkeypatch)
    cut_after_posting(monkeypatch)
    workflow, goal = registry.workflow("import-prices"), registry.goal("import-prices")
    left = set(STEPS)
    mortal = cut_once(left, cut_amid(goal, "price_products", done=AMID))
    async with open_ports() as ports:
        request = workflow.request.model_validate(request_of(str(price_list)))
        request = await prepare_request(ports, request, owner_id=OWNER, origin=Origin.CLI)
        run_id, result = await carry_out(ports, mortal, request, OWNER)
        prices = await kept_prices(ports, OWNER)
        items = await ports.records.items.listed(run_id, limit=2 * ROWS)
        following = await ports.records.runs.listed(owner_id=OWNER, follows=run_id)
        told = Counter(event.kind for event in await ports.records.runs.events(run_id, limit=10_000))

    assert not left
    wanted = expected()
    assert {one["sku"]: (one["price"], one["state"]) for one in result["prices"]} == wanted
    assert len(result["prices"]) == len(wanted)
    assert prices == {sku: (*one, 1) for sku, one in wanted.items()}
    assert {item.key: item.attempts for item in items if item.attempts > 1} == {BUSY: 2}
    assert [item.key for item in items if item.state is not ItemState.DONE] == [GONE, FREE]
    again = {sku for sku, times in calls.items() if times > 1} - {BUSY, GONE, FREE}
    assert (len(calls), len(again) <= AT_ONCE) == (ROWS, True), f"done, and worked on again: {again}"
    assert (result["status"], [one["where"] for one in result["problems"]]) == ("partial", [GONE, FREE])
    assert [letter["Message-ID"] for letter in mailbox.Maildir(price_list.parent / "home/postbox")] == [run_id]
    assert [(one.workflow, len(one.request["texts"])) for one in following] == [("count-words", len(wanted))]
    assert told["review"] == 1
