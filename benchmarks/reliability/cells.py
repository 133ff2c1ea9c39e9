"""One whole run of crawl-analyze-generate while one server is disturbed in one way, and what must be true after it."""

import os
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial

from benchmarks.reliability.disturbances import TRUTH, Target, room_for
from benchmarks.reliability.installation import Ended, Installation, ended
from integrations.open import Ports
from magicai.errors import MagicError
from magicai.runs.queue.dead_runs import close_dead_runs
from magicai.runs.results import whole_result
from magicai.runs.run import Run, RunStatus
from magicai.shops.sample import SampleShop
from magicai.stores.reconcile import reconcile

# So many pages are read undisturbed.
_PAGES = 10
_LIMIT_S = 400.0
_LOOK_S = 1.0
_PROXY_S = 0.5
# The lab's bucket is in memory: what was read before goes with it.
_BODIES_GONE = {("s3", "killed"), ("s3", "emptied")}
# What is behind in the end may be said in the result; the graph is also read, so what it lacks is missing there.
WHOLE = (RunStatus.COMPLETED, RunStatus.PARTIAL)


@dataclass(slots=True)
class Outcome:
    """What came of one fault.

    Attributes:
        ended: how the run had ended when the fault was over; "not begun" where the command refused.
        told: what it said beside what it always says, with the way out.
        resumed: whether `magicai resume` had to finish it.
        caught_up_s: from the end of the fault, or of the run where that was later, until no store was behind.
        first, second: differences that `magicai reconcile` found.
        load: of the machine, over the last minute, when all was done.
        wrong: what should not be; empty in the end.
    """

    server: str
    fault: str
    ended: str = ""
    told: str = ""
    resumed: bool = False
    caught_up_s: float = 0.0
    first: int = 0
    second: int = 0
    load: float = 0.0
    wrong: list[str] = field(default_factory=list[str])


class Disturbed:
    """Servers and their faults, one run after the other, in one installation.

    Args:
        installation: its commands reach every server through a proxy.
    """

    def __init__(self, installation: Installation) -> None:
        self._installation = installation
        self._usual: set[str] = set()
        self._products = 0

    def undisturbed(self) -> None:
        """The run that the others are compared with; every store has something to lose after it."""
        with SampleShop(slow_s=0) as shop:
            said = self._installation.run(*shop_words(shop), **shop_variables(shop))
        result = said.result
        if not result.get("crawl_data"):
            raise RuntimeError(said.err[-2000:])
        self._caught_up()
        # On a busy machine a store is left behind without any fault, and told.
        self._usual = {problem["what"] for problem in result["problems"] if " behind" not in problem["what"]}
        self._products = len(result["crawl_data"]["products"])

    def by(self, target: Target, fault: str) -> Outcome:
        """A run with a fault of one server."""
        outcome = Outcome(target.name, fault)
        before = self._runs()
        with SampleShop(slow_s=0) as shop:
            with room_for(fault, target) as disturb:
                said = self._run(shop, target, disturb, early=fault == "wrong version")
                run = self._settled(before)
                self._judge_end(outcome, said, run)
                if run is None:
                    self._installation.run(*shop_words(shop), **shop_variables(shop))
                elif run.status not in WHOLE:
                    outcome.resumed = True
                    self._resume(outcome, run, shop)
                outcome.caught_up_s = self._caught_up()
            made = [run for run in self._runs() if run.run_id not in {one.run_id for one in before}]
            if len(made) != 1:
                outcome.wrong.append(f"{len(made)} runs")
            for one in made:
                outcome.wrong += self._lacks(one, bodies=(target.name, fault) not in _BODIES_GONE)
        self._reconcile(outcome)
        return outcome

    def without_the_truth(self, target: Target) -> Outcome:
        """The records' server is started empty in the midst of a run: nothing is begun anew without a word."""
        outcome = Outcome(target.name, "emptied", ended="refused")
        with SampleShop(slow_s=0) as shop:
            with room_for("emptied", target) as disturb:
                said = self._run(shop, target, disturb, early=False)
            outcome.told = _last_line(said)
            for words in (shop_words(shop), ("runs",), ("reconcile",), ("up",)):
                refused = self._installation.run(*words, **shop_variables(shop))
                if not refused.status or "is empty" not in refused.err:
                    outcome.wrong.append(f"{words[0]} went on: {_last_line(refused)}")
                outcome.told = f"{_last_line(said)} / after it: {_last_line(refused)}"
            if not said.status:
                outcome.wrong.append("the run said that it had ended well")
            self._installation.run("stores", "accept", "records", "--anew")
            said = self._installation.run(*shop_words(shop), **shop_variables(shop))
            if not said.result.get("crawl_data"):
                outcome.wrong.append(f"it can't be begun anew: {_last_line(said)}")
        outcome.caught_up_s = self._caught_up()
        self._reconcile(outcome)
        return outcome

    def _run(
        self, shop: SampleShop, target: Target, disturb: Callable[[Callable[[], bool]], None], *, early: bool
    ) -> Ended:
        over = threading.Event()
        with ThreadPoolExecutor(2) as pool:
            try:
                if early:
                    disturbing = pool.submit(disturb, over.is_set)
                    time.sleep(_PROXY_S)
                    process = self._installation.start(*shop_words(shop), **shop_variables(shop))
                    said = pool.submit(ended, process).result()
                else:
                    process = self._installation.start(*shop_words(shop), **shop_variables(shop))
                    saying = pool.submit(ended, process)
                    while not saying.done() and not self._comes_to_it(shop, target):
                        time.sleep(_PROXY_S)
                    if saying.done():
                        raise RuntimeError(f"It ended before it was disturbed: {_last_line(saying.result())}")
                    disturbing = pool.submit(disturb, lambda: over.is_set() or saying.done())
                    said = saying.result()
            finally:
                over.set()
            disturbing.result()
        return said

    def _comes_to_it(self, shop: SampleShop, target: Target) -> bool:
        """Whether the run needs the server now: records and files from its first page on, others after the crawl."""
        if target.name in TRUTH or len(shop.requests) < _PAGES:
            return len(shop.requests) >= _PAGES

        async def saving(ports: Ports) -> bool:
            run = (await ports.records.runs.listed(limit=1))[0]
            events = await ports.records.runs.events(run.run_id, limit=5000)
            return any(event.current_task == "save_products" for event in events)

        return self._installation.ask(saving)

    def _runs(self) -> list[Run]:
        """All runs; without their results."""
        return self._installation.ask(lambda ports: ports.records.runs.listed(limit=1000))

    def _settled(self, before: list[Run]) -> Run | None:
        """The run, once no process carries it out any more; as the next command would find it."""
        known = {run.run_id for run in before}
        until = time.monotonic() + _LIMIT_S
        while True:
            self._installation.ask(lambda ports: close_dead_runs(ports.records, ports.orchestrator))
            new = [run for run in self._runs() if run.run_id not in known]
            if not new:
                return None
            run = new[0]
            if run.status is not RunStatus.PROCESSING or time.monotonic() > until:
                return self._installation.ask(partial(_whole, run_id=run.run_id))
            time.sleep(_LOOK_S)

    def _judge_end(self, outcome: Outcome, said: Ended, run: Run | None) -> None:
        """Whether it was said how it ended, and what to do."""
        if run is None:
            outcome.ended = "not begun"
            outcome.told = _last_line(said)
        else:
            result = self._installation.ask(lambda ports: whole_result(ports.records, run))
            outcome.ended = str(run.status)
            new = [one for one in result["problems"] if one["what"] not in self._usual]
            outcome.told = " / ".join(f"{one['what']} {one['way_out']}".strip() for one in new)
            outcome.wrong += [f"no way out: {one['what']}" for one in new if not one["way_out"]]
            if said.result and said.result["status"] != run.status:
                outcome.wrong.append(f"the command said {said.result['status']}, the records {run.status}")
            if not said.result:
                outcome.told += f" / the command: {_last_line(said)}"
        if "Traceback" in said.err:
            outcome.wrong.append(f"a traceback: {said.err.strip().splitlines()[-1]}")
        if outcome.ended not in WHOLE and not outcome.told:
            outcome.wrong.append("nothing was said")

    def _resume(self, outcome: Outcome, run: Run, shop: SampleShop) -> None:
        said = self._installation.run("resume", run.run_id, "--json", **shop_variables(shop))
        if said.result.get("status") not in WHOLE:
            outcome.wrong.append(f"resume: {_last_line(said)}")

    def _caught_up(self) -> float:
        began = time.monotonic()
        while self._installation.behind():
            if time.monotonic() - began > _LIMIT_S:
                raise RuntimeError("It does not catch up.")
            time.sleep(_LOOK_S)
        return time.monotonic() - began

    def _lacks(self, run: Run, *, bodies: bool) -> list[str]:
        """What of a run is lost, or there twice."""

        async def look(ports: Ports) -> list[str]:
            return [*await self._lost_products(ports, run), *await _lost_files(ports, run, bodies=bodies)]

        try:
            return self._installation.ask(look)
        except MagicError as exc:
            return [str(exc)]

    async def _lost_products(self, ports: Ports, run: Run) -> list[str]:
        result = await whole_result(ports.records, await ports.records.runs.get(run.run_id))
        ids = Counter(product["id"] for product in result.get("crawl_data", {}).get("products", []))
        wrong = [f"product {product_id} is there {times} times" for product_id, times in ids.items() if times > 1]
        if len(ids) != self._products:
            wrong.append(f"{len(ids)} products, not {self._products}")
        for product_id in ids:
            found = await ports.records.entities.get("product", product_id, owner_id=run.owner_id)
            if found.entity is None:
                wrong.append(f"product {product_id} is gone")
        return wrong

    def _reconcile(self, outcome: Outcome) -> None:
        first, second = (
            self._installation.ask(lambda ports: reconcile(ports.records, ports.projections())) for _ in range(2)
        )
        outcome.first, outcome.second = first.differences, second.differences
        outcome.load = os.getloadavg()[0]
        if second.down or second.differences:
            outcome.wrong.append(f"reconcile, the second time: {second}")
        if first.down or (first.differences and outcome.fault != "emptied"):
            outcome.wrong.append(f"reconcile: {first}")


async def _whole(ports: Ports, run_id: str) -> Run:
    """A run, with its result."""
    return await ports.records.runs.get(run_id)


async def _lost_files(ports: Ports, run: Run, *, bodies: bool) -> list[str]:
    """What of the crawl and the report is not to be read.

    Raises:
        MagicError: a body or a page of the report is gone.
    """
    for page in ("report.md", "report.html"):
        await ports.files.result(f"{run.run_id}/{page}")
    crawls = await ports.shops.crawls.of_run(run.run_id)
    for crawl in crawls if bodies else ():
        async for row in ports.shops.crawls.rows(crawl.crawl_id):
            if row.digest:
                await ports.files.get(row.digest)
    return [] if len(crawls) == 1 else [f"{len(crawls)} crawls"]


def shop_words(shop: SampleShop) -> tuple[str, ...]:
    """A run of the sample shop."""
    return ("run", "crawl-analyze-generate", shop.url, "--json", "--render", "never")


def shop_variables(shop: SampleShop) -> dict[str, str]:
    """What lets it be read."""
    return {"MAGICAI_CRAWL_ALLOW_HOSTS": shop.host}


def _last_line(said: Ended) -> str:
    lines = said.err.strip().splitlines()
    return lines[-1] if lines else f"exit status {said.status}"
