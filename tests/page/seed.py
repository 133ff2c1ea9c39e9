"""Runs as a user leaves them, made without Prefect: `python -m tests.page.seed`, in MAGICAI_HOME.

Five readings of the sample shop, on each of which some prices have moved, a run that fails and one that is cancelled.
Prints their ids as JSON.
"""

import asyncio
import json
import os
import sys
import zlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any
from unittest.mock import patch

from flows.crawl_analyze_generate import GOAL
from integrations.open import Ports, open_ports
from integrations.processes.process import this_process
from magicai.brain.choosing import choose
from magicai.brain.planner import Goal
from magicai.brain.recall import recall_choices
from magicai.brain.sampler import POLICY
from magicai.brain.situation import Machine, Situation
from magicai.brain.step_decisions import Measured
from magicai.content.assessment import assess_composed
from magicai.content.brief import brief_of, compose
from magicai.content.content import Content, State, content_entity, version_from
from magicai.content.content_types import built_in
from magicai.content.drafting import COMPOSER
from magicai.content.editing import edit
from magicai.runs.execution.executor import Executor
from magicai.runs.execution.step_calls import StepCall
from magicai.runs.requests.accept import accept
from magicai.runs.run import Attempt, Origin, Run
from magicai.settings import load
from magicai.shops.crawl_analyze_generate import WORKFLOW, CrawlAnalyzeGenerate
from magicai.shops.crawling import throttle
from magicai.shops.sample import SampleShop, catalogue
from magicai.values.rewards import WEIGHTS
from tasks.review_and_publish.take_submission import take_submission

READINGS = 5
# The id of a text.
TEXT = "chinese-text"
DECISIONS = 60
# What nothing on the page reads: it would start a server.
_LEFT_OUT = "index_stores"


# How the shop reads a product of a day.
_ORIGINAL: Callable[[dict[str, Any], int], dict[str, Any]] = vars(catalogue)["_on"]


async def _perform(task: StepCall, do: Callable[[], Awaitable[Any]]) -> Any:
    del task
    return await do()


async def _show(key: str, content: str | Sequence[Mapping[str, object]]) -> None:
    del key, content


def _goal() -> Goal:
    steps = tuple(step for step in GOAL.steps if step.name != _LEFT_OUT)
    given = {step.provides for step in steps}
    provides, wants = (tuple(gift for gift in gifts if gift in given) for gifts in (GOAL.provides, GOAL.wants))
    return Goal(GOAL.workflow, provides, steps, wants=wants)


async def _run(ports: Ports, owner_id: str, url: str, *, cancelled: bool = False, **wanted: Any) -> str:
    wanted = {"competitor_url": url, "model": "none", "render": "never", **wanted}
    request = CrawlAnalyzeGenerate.model_validate(wanted)
    run = await accept(ports.records, WORKFLOW.name, request, owner_id=owner_id, origin=Origin.API)
    host, pid, started = this_process()
    runs = ports.records.runs
    attempt = await runs.begin(run.run_id, host=host, pid=pid, process_started_at=started, flow_run_id=None)
    made = Executor(_goal(), run, request, attempt, ports, perform=_perform, show=_show)
    if cancelled:
        await _decide_often(ports, run, attempt)
        await _decide_once_for_readers(ports, run, attempt)
    carrying = asyncio.create_task(made.carry_out())
    if cancelled:
        while not await _goes_on(ports, run.run_id):  # noqa: ASYNC110 - another process may carry it out
            await asyncio.sleep(0.05)
        await runs.request_cancel(run.run_id)
    await carrying
    return run.run_id


async def _decide_often(ports: Ports, run: Run, attempt: Attempt) -> None:
    """As many decisions as a user has who reads many shops: fewer pages at once are better there."""
    step = next(step for step in GOAL.steps if step.name == "crawl_shops")
    (point,) = step.choices
    situation = Situation(WORKFLOW.name, run.owner_id, run.request, Machine(cores=2, memory=4000))
    decisions, chance = ports.records.decisions, Random(1)
    for number in range(DECISIONS):
        knowledge = await recall_choices(decisions, WORKFLOW.name, run.owner_id)
        features = {"log_pages": chance.choice((0.3, 0.4, 0.5))}
        item = f"https://shop-{number}.example/"
        choice = choose(step.name, point, situation, knowledge, features=features, item=item)
        await decisions.add(attempt, POLICY, [choice])
        quality = min(1.0, {"4": 0.95, "8": 0.75, "16": 0.6}[choice.option] + chance.gauss(0, 0.05))
        seconds = {"4": 40.0, "8": 25.0, "16": 20.0}[choice.option] * chance.uniform(0.8, 1.2)
        measured = Measured(quality=quality, seconds=seconds)
        rewards = measured.rewards(point, WEIGHTS)
        assert choice.id is not None
        await decisions.reward(choice.id, rewards, owner_id=run.owner_id, measures=measured.measures())


async def _decide_once_for_readers(ports: Ports, run: Run, attempt: Attempt) -> None:
    """A decision that ratings reward: none of a crawl's learns from them, those of a post do."""
    point = next(point for point in take_submission.choices if point.name == "time")
    situation = Situation(WORKFLOW.name, run.owner_id, run.request, Machine(cores=2, memory=4000))
    knowledge = await recall_choices(ports.records.decisions, WORKFLOW.name, run.owner_id)
    choice = choose(take_submission.name, point, situation, knowledge, features={}, item="post")
    await ports.records.decisions.add(attempt, POLICY, [choice])


async def _goes_on(ports: Ports, run_id: str) -> bool:
    return any(event.kind == "progress" for event in await ports.records.runs.events(run_id, limit=1000))


def _move_prices(visit: int) -> None:
    """Let every third product cost some per cent more, or less, on each visit."""

    def moved(raw: dict[str, Any], day: int) -> dict[str, Any]:
        made = dict(_ORIGINAL(raw, day))
        lot = zlib.crc32(str(made.get("slug") or made.get("sku") or made["name"]).encode())
        if "price" in made and lot % 3 == 0:
            share = Decimal(100 + visit * (4 if lot % 2 else -3) + lot % 5 * (visit % 2)) / 100
            price = Decimal(made["price"])
            made["price"] = str((price * share).quantize(price))
            made.pop("list_price", None)
        return made

    setattr(catalogue, "_on", moved)  # noqa: B010 - it is nobody else's to assign
    catalogue.sections.cache_clear()


async def _text(ports: Ports, owner_id: str, run_id: str) -> None:
    """A text that was composed, and edited: what it weighs, nobody has said."""
    brief = brief_of(
        built_in()["product-description", "zh"], {"name": "亚麻围裙", "material": "水洗亚麻", "care": "机洗"}
    )
    blocks = compose(brief)
    found = assess_composed(blocks, brief)
    version = version_from(blocks, COMPOSER, found, bar=0.0)
    content = Content(
        content_id=TEXT, owner_id=owner_id, run_id=run_id, item="000001", content_type="product-description",
        language="zh", variables=brief.variables, state=State.DRAFT, versions=(version,),
    )  # fmt: skip
    await ports.records.entities.save([content_entity(content)])
    await edit(ports.records, TEXT, "亚麻围裙采用水洗亚麻制成，重 480 克。", owner_id=owner_id)


async def _made(owner_id: str) -> dict[str, Any]:
    with SampleShop(day=1, port=int(os.environ.get("PAGE_SHOP_PORT", "0")), slow_s=0) as shop:
        os.environ["MAGICAI_CRAWL_ALLOW_HOSTS"] = f"{shop.host},127.0.0.1:9"
        runs: list[str] = []
        async with open_ports(load()) as ports:
            # The shop plays one in trouble, which each reading would spare for a quarter of a minute.
            with patch.object(throttle, "_FIRST_SLOWDOWN_S", 0):
                for visit in range(READINGS):
                    _move_prices(visit)
                    shop.day = 1 if visit == 0 else 2
                    last = visit == READINGS - 1
                    runs.append(await _run(ports, owner_id, shop.url, render="auto" if last else "never"))
                await _text(ports, owner_id, runs[0])
                chinese = await _run(ports, owner_id, shop.url, language="zh", max_pages=20)
            failed = await _run(ports, owner_id, "http://127.0.0.1:9/")
            shop.day = 2  # its pages fail anew: it is still read when the wish to stop is heard
            cancelled = await _run(ports, owner_id, shop.url, cancelled=True)
        return {"shop": shop.host, "runs": runs, "chinese": chinese, "failed": failed, "cancelled": cancelled}


if __name__ == "__main__":
    Path(load().home).mkdir(parents=True, exist_ok=True)
    json.dump(asyncio.run(_made(sys.argv[1])), sys.stdout)
