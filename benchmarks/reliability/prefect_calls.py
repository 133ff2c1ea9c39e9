"""A fault at each call of a run to Prefect's API, one run each: does every run end, or is it taken up?

    python -m benchmarks.reliability prefect [--by api command] [--only WORDS]

`magicai up` runs on a server of Prefect that fails at one call: it answers 500, or closes the connection, before the
call is done or after; or it answers 500 to everybody for a while, as it does while its database is away. Runs are those
of the API, which a warm worker carries out, and those of a command, which carries out its own.
"""

import argparse
import json
import signal
import sqlite3
import tempfile
import time
from collections import Counter
from collections.abc import Generator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from pydantic import BaseModel

from integrations.open import Ports
from integrations.prefect.work_pool import OVER, has_worker
from magicai.runs.requests.accept import accept
from magicai.runs.run import Origin, Run, RunStatus
from tests.e2e.everything import deploy, up
from tests.faulty_prefect import Call, Faults, How, faulty_server
from tests.house import ROOT, House, Trace, run_of, until

LIMIT_S = 120.0
# Calls of one kind that are disturbed; of those that nobody makes for a command's run, only the first.
_MOST_OF_A_KIND = 4
_POLLS = ("GET /server", "POST /api/work_pools/magicai/get_scheduled_flow_runs", "GET /api/work_queues/*")
# Opened once, and kept: they are cut before, so that they are opened again.
_SOCKETS = ("WS /api/events/in", "WS /api/events/out")
# How long what is told late, such as logs and events, may take after a run's end.
_AFTER_S = 4.0
_LOOK_S = 0.25
_BY = ("api", "command")
STEPS = ("one", "two", "three", "four")


class _Steps(BaseModel):
    trace: str
    pages: int = 1


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a run with a fault.

    Attributes:
        by: `api` or `command`.
        struck: whether the call came at all.
        after_s: from its acceptance to its end; a command's includes the command itself.
        twice: steps that were completed more than once.
        left: states of flow runs that Prefect shows as not ended in the end.
        words: what a command said last.
    """

    by: str
    call: Call
    how: How
    struck: bool
    status: RunStatus
    attempts: int
    after_s: float
    twice: int
    left: Sequence[str]
    words: str = ""

    @property
    def fault(self) -> str:
        """What is wrong with it; nothing where it ended in time, in a true state."""
        wrong = [
            "did not end" if not self.status.ended else "",
            "too late" if self.after_s > LIMIT_S else "",
            f"{self.twice} steps twice" if self.twice else "",
            f"Prefect shows {', '.join(self.left)}" if self.left else "",
            "failed" if self.by == "api" and self.status is not RunStatus.COMPLETED else "",
            "no way out" if self.status is RunStatus.FAILED and "resume" not in self.words else "",
        ]
        return "; ".join(filter(None, wrong))


class Drill:
    """An installation whose server of Prefect fails as it is told."""

    def __init__(self, house: House, faults: Faults, folder: Path) -> None:
        self._house, self._faults, self._folder = house, faults, folder
        self._number = 0

    def calls(self, by: str) -> list[Call]:
        """Every call of an undisturbed run, those of a kind together."""
        self._faults.order(None)
        self._carry_out(by)
        time.sleep(_AFTER_S)
        most = Counter(call.what for call in self._faults.calls())
        most.update(_SOCKETS if by == "api" else ())
        limits = {what: 1 if by == "command" and what in _POLLS else _MOST_OF_A_KIND for what in most}
        return [Call(what, n) for what, many in most.items() for n in range(1, min(many, limits[what]) + 1)]

    def disturb(self, by: str, call: Call, how: How) -> Outcome:
        """A run with one fault."""
        self._faults.order(call, how)
        run, after_s, trace, words = self._carry_out(by)
        ended = time.monotonic()
        while (left := self._left(run.run_id)) and time.monotonic() < ended + LIMIT_S:
            time.sleep(_LOOK_S)
        while not self._faults.struck and time.monotonic() < ended + _AFTER_S:
            time.sleep(_LOOK_S)
        struck = self._faults.struck
        self._faults.order(None)
        twice = sum(trace.count(f"ended step_{step}") > 1 for step in STEPS)
        return Outcome(by, call, how, struck, run.status, run.attempts, after_s, twice, left, words)

    def _carry_out(self, by: str) -> tuple[Run, float, Trace, str]:
        self._number += 1
        folder = self._folder / f"run-{self._number}"
        folder.mkdir()
        trace, began = Trace(folder), time.monotonic()
        if by == "command":
            done = self._house.run("run", "take-steps", str(trace))
            run_id, words = (
                run_of(next(line for line in done.stderr.splitlines() if line.startswith("Run "))),
                done.stderr,
            )
        else:
            run_id, words = self._house.ask(lambda ports: _accepted(ports, str(trace))), ""
        run = self._house.row(run_id)
        while not run.status.ended and time.monotonic() - began < LIMIT_S + _AFTER_S:
            time.sleep(_LOOK_S)
            run = self._house.row(run_id)
        return run, time.monotonic() - began, trace, words or json.dumps(run.result)

    def _left(self, run_id: str) -> list[str]:
        """States of its flow runs that have not ended; read from the database, since the server may be told to fail."""
        with closing(sqlite3.connect(self._house.home / "prefect/prefect.db")) as database:
            found = database.execute("SELECT state_type, labels FROM flow_run WHERE labels LIKE ?", (f"%{run_id}%",))
            return [state for state, _ in found if state not in OVER]


async def _accepted(ports: Ports, trace: str) -> str:
    owner = ports.settings.owner
    return (await accept(ports.records, "take-steps", _Steps(trace=trace), owner_id=owner, origin=Origin.API)).run_id


@contextmanager
def drill(house: House, folder: Path) -> Generator[Drill]:
    """Everything of an installation, on a server of Prefect that fails as it is told."""
    with faulty_server(house, folder / "faults") as faults, up(house, workers=1, restarts=2) as everything:
        until(lambda: has_worker(house.home))  # else the first run has a process of its own
        yield Drill(house, faults, folder)
        everything.send_signal(signal.SIGINT)
        everything.communicate(timeout=60)


def main(words: list[str]) -> int:
    """Disturb each call in each way; 0 where every run ended as it should."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reliability prefect", description=__doc__)
    parser.add_argument("--by", nargs="+", choices=_BY, default=list(_BY), help="whose runs")
    parser.add_argument("--only", default="", help="words of the calls and faults, as they are printed")
    wanted = parser.parse_args(words)
    with tempfile.TemporaryDirectory(prefix="magicai-prefect-calls-") as name:
        folder = Path(name)
        house = House(folder / "house", folder / "home")
        house.build(ROOT / "tests/flows/take-steps.md")
        try:
            assert deploy(house) == 0
            house.end()
            with drill(house, folder) as installation:
                return _measured(installation, wanted.by, wanted.only)
        finally:
            house.end()


def _measured(installation: Drill, by: Sequence[str], only: str) -> int:
    outcomes: list[Outcome] = []
    for who in by:
        calls = installation.calls(who)
        _say(f"{who}: {len(calls)} calls, {len({call.what for call in calls})} kinds")
        for call, how in product(calls, How):
            if only not in f"{call} | {how}":
                continue
            outcome = installation.disturb(who, call, how)
            outcomes.append(outcome)
            note = outcome.fault or ("" if outcome.struck else "not struck")
            _say(f"{who} | {call} | {how} | {outcome.status}, {outcome.attempts}, {outcome.after_s:.0f} s | {note}")
    struck = [one for one in outcomes if one.struck]
    wrong = [one for one in outcomes if one.fault]
    longest = max((one.after_s for one in struck), default=0.0)
    _say(f"{len(outcomes)} runs, {len(struck)} with a fault; longest {longest:.0f} s; wrong: {len(wrong)}")
    return int(bool(wrong))


def _say(words: str) -> None:
    print(words, flush=True)
