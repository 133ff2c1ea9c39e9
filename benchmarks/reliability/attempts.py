"""Whole runs, one after the other, whose processes are killed: an installation of its own on the same servers."""

import os
import signal
import subprocess
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from benchmarks.reliability.cells import WHOLE, shop_variables, shop_words
from benchmarks.reliability.installation import Ended, Installation, ended
from integrations.open import Ports
from magicai.errors import MagicError
from magicai.runs.results import whole_result
from magicai.shops.sample import SampleShop
from magicai.stores.reconcile import Reconciled, reconcile

_RESUMED_MOST = 20
_NOTHING = "There is no run to resume."


@dataclass(slots=True)
class Judged:
    """What came of the runs.

    Attributes:
        begun, killed, resumed: runs, their processes that were killed, and how often one was gone on with.
        wrong: runs that are not whole, with the reason.
    """

    begun: int
    killed: int
    resumed: int
    wrong: list[str]
    first: Reconciled
    second: Reconciled


class Attempts:
    """Runs of the sample shop: each is gone on with until it is whole, whatever has ended its process."""

    def __init__(self, home: Path, variables: dict[str, str]) -> None:
        self._installation = Installation(home, variables, "reliability_runs")
        self._shop = SampleShop(slow_s=0)
        self._process: subprocess.Popen[str] | None = None
        self._over = threading.Event()
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="runs")
        self._going: Future[None] | None = None
        self._killed = self._resumed = 0
        self._products = 0

    def begin(self) -> None:
        """Carry out one run, undisturbed, and begin the next ones."""
        self._shop.__enter__()
        said = self._installation.run(*shop_words(self._shop), **shop_variables(self._shop))
        if not said.result.get("crawl_data"):
            raise RuntimeError(said.err[-2000:])
        self._products = len(said.result["crawl_data"]["products"])
        self._going = self._pool.submit(self._go_on)

    def kill(self) -> None:
        """Kill -9 the run's process, wherever it is."""
        process = self._process
        if process is not None and process.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
                self._killed += 1

    def end(self) -> None:
        """Let the run that goes on come to its end, and begin no other; raises what went wrong beside the runs."""
        self._over.set()
        if self._going is not None:
            self._going.result()

    def judge(self) -> Judged:
        """Whether every run is whole, and every store shows what the records have."""
        wrong: list[str] = []

        async def look(ports: Ports) -> Judged:
            runs = await ports.records.runs.listed(limit=10_000)
            for run in runs:
                wrong.extend([f"{run.run_id}: {what}" for what in await self._lacks(ports, run.run_id)])
            if not self._killed:
                wrong.append("none of their processes was killed")
            found = [await reconcile(ports.records, ports.projections()) for _ in range(2)]
            return Judged(len(runs), self._killed, self._resumed, wrong, *found)

        return self._installation.ask(look)

    def close(self) -> None:
        """End what was started for it."""
        self._over.set()
        self.kill()
        self._pool.shutdown()
        self._shop.__exit__(None, None, None)
        self._installation.end()

    def _go_on(self) -> None:
        while not self._over.is_set():
            said = self._carry_out(*shop_words(self._shop))
            for _ in range(_RESUMED_MOST):
                if said.result.get("status") in WHOLE or _NOTHING in said.err:
                    break
                said = self._carry_out("resume", "--json")
                self._resumed += _NOTHING not in said.err

    def _carry_out(self, *words: str) -> Ended:
        """A command: what the installation is asked in this process would change the others' environment."""
        self._process = self._installation.start(*words, **shop_variables(self._shop))
        return ended(self._process)

    async def _lacks(self, ports: Ports, run_id: str) -> list[str]:
        run = await ports.records.runs.get(run_id)
        if run.status not in WHOLE:
            return [f"it is {run.status}"]
        result = await whole_result(ports.records, run)
        ids = [product["id"] for product in result["crawl_data"]["products"]]
        crawls = await ports.shops.crawls.of_run(run_id)
        wrong = [] if len(crawls) == 1 else [f"{len(crawls)} crawls"]
        if len(ids) != self._products or len(set(ids)) != len(ids):
            wrong.append(f"{len(set(ids))} products in {len(ids)} rows, not {self._products}")
        try:
            for page in ("report.md", "report.html"):
                await ports.files.result(f"{run_id}/{page}")
        except MagicError as exc:
            wrong.append(str(exc))
        return wrong
