"""Documents whose run is killed with -9 again and again: each good one is there once, each bad one is named.

python3 -m benchmarks.knowledge.ingestion [--documents 1000] [--kills 10]
"""

import argparse
import asyncio
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psutil

from benchmarks.knowledge.documents import Made, documents
from integrations.open import Ports, open_ports
from magicai.brain.planner import goal
from magicai.knowledge import adding
from magicai.knowledge.add_documents import WORKFLOW, AddDocuments
from magicai.knowledge.document import PASSAGE
from magicai.ports import ItemState
from magicai.runs.execution.executor import Executor
from magicai.runs.execution.step_calls import StepCall
from magicai.runs.requests.accept import accept
from magicai.runs.requests.files_in import upload_path
from magicai.runs.run import Origin, RunStatus
from magicai.settings import Settings
from tasks.add_documents.keep_documents import keep_documents
from tasks.add_documents.read_sites import read_sites

GOAL = goal(replace(WORKFLOW, actions={}), provides=("kept",), steps=(read_sites, keep_documents))
_OWNER = "local"
_LONGEST_S = 3_600
_POLL_S = 0.05


@dataclass(frozen=True)
class Ingested:
    """What came of a run.

    Attributes:
        whole: good documents that are there with all of their passages.
        orphans: passages that are of no document, or of a document that has them not.
        named: bad documents that failed with a reason and a way out, by kind.
    """

    status: str
    good: int
    bad: Counter[str]
    kills: int
    whole: int
    orphans: int
    named: Counter[str]
    seconds: float


def measure(count: int, kills: int) -> Ingested:
    """Add documents, and kill the process at random moments that are spread over the run."""
    with TemporaryDirectory(prefix="magicai-") as folder:
        settings = Settings(home=Path(folder) / "home", model="none")
        made = {one.name: replace(one, body=b"") for one in _written(Path(folder), count)}
        run_id = _asked(settings, lambda ports: _begin(ports, Path(folder), list(made)))
        variables = {**os.environ, "MAGICAI_HOME": str(settings.home), "MAGICAI_MODEL": "none"}
        began, done = time.monotonic(), 0
        for number in range(kills):
            wanted = round(count * (number + random.uniform(0.1, 0.9)) / kills)  # noqa: S311 - moments, not secrets
            done += _kill_at(_attempt(run_id, variables), settings, run_id, wanted)
            _asked(settings, _find_dead)
        _attempt(run_id, variables).wait(_LONGEST_S)
        seconds = time.monotonic() - began
        status, whole, orphans, named = _asked(settings, lambda ports: _found(ports, run_id, made))
    bad = Counter(one.bad for one in made.values() if one.bad)
    return Ingested(status, count - bad.total(), bad, done, whole, orphans, named, seconds)


def _written(folder: Path, count: int) -> list[Made]:
    made: list[Made] = []
    for document in documents(count):
        (folder / document.name).write_bytes(document.body)
        made.append(document)
    return made


def _attempt(run_id: str, variables: Mapping[str, str]) -> "subprocess.Popen[bytes]":
    words = [sys.executable, "-m", "benchmarks.knowledge.ingestion", "--attempt", run_id]
    return subprocess.Popen(words, env=dict(variables))


def _kill_at(process: "subprocess.Popen[bytes]", settings: Settings, run_id: str, wanted: int) -> bool:
    """Kill a process once so many documents have ended; answers whether it had not ended by itself."""

    async def wait(ports: Ports) -> None:
        ends = time.monotonic() + _LONGEST_S
        while process.poll() is None and time.monotonic() < ends:
            counts = (await ports.records.items.counts(run_id)).values()
            if sum(count.done + count.failed for count in counts) >= wanted:
                break
            await asyncio.sleep(_POLL_S)
        await asyncio.sleep(random.uniform(0, 0.2))  # noqa: S311 - as above

    _asked(settings, wait)
    if process.poll() is not None:
        return False
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    return True


def _asked(settings: Settings, question: Callable[[Ports], Awaitable[Any]]) -> Any:
    async def ask() -> Any:
        async with open_ports(settings) as ports:
            return await question(ports)

    return asyncio.run(ask())


async def _begin(ports: Ports, folder: Path, names: list[str]) -> str:
    files = [(await upload_path(ports.records, ports.files, folder / name, owner_id=_OWNER)).file_id for name in names]
    request = AddDocuments(files=tuple(files), sources=tuple(names))
    return (await accept(ports.records, WORKFLOW.name, request, owner_id=_OWNER, origin=Origin.CLI)).run_id


async def _find_dead(ports: Ports) -> None:
    for _, attempt in await ports.records.runs.unfinished():
        await ports.records.runs.restart(attempt, most=99)


async def _found(ports: Ports, run_id: str, made: Mapping[str, Made]) -> tuple[str, int, int, Counter[str]]:
    records = ports.records
    passages, after = set[str](), ""
    while True:
        page = await records.entities.listed(_OWNER, PASSAGE, after=after, limit=1_000)
        passages |= {item.entity_id for item in page.items}
        if page.next is None:
            break
        after = page.next
    there = [document async for document in adding.documents(records.entities, owner_id=_OWNER)]
    whole = sum(bool(one.digest) and not made[one.source].bad and passages.issuperset(one.passages) for one in there)
    orphans = len(passages.difference(*(one.passages for one in there))) if there else len(passages)
    failed = await records.items.listed(run_id, states=(ItemState.FAILED,), limit=10_000)
    named = Counter(made[one.key].bad for one in failed if one.problem and one.problem.what and one.problem.way_out)
    return str((await records.runs.get(run_id)).status), whole, orphans, named


async def _carry_out(run_id: str) -> RunStatus:
    async with open_ports() as ports:
        own = psutil.Process()
        attempt = await ports.records.runs.begin(
            run_id, host="localhost", pid=own.pid, process_started_at=round(own.create_time()), flow_run_id=None
        )
        run = await ports.records.runs.get(run_id)
        request = AddDocuments.model_validate(run.request)
        status, _ = await Executor(GOAL, run, request, attempt, ports, perform=_perform, show=_show).carry_out()
        return status


async def _perform(_call: StepCall, do: Callable[[], Awaitable[Any]]) -> Any:
    return await do()


async def _show(_key: str, _content: object) -> None: ...


def main() -> int:
    """Print what came of it; 0 where every good document is in, and every bad one is named."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=1_000)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--attempt", metavar="RUN", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.attempt:
        return int(asyncio.run(_carry_out(asked.attempt)) is RunStatus.FAILED)
    got = measure(asked.documents, asked.kills)
    print(got)
    return int((got.whole, got.orphans, got.named) != (got.good, 0, got.bad))


if __name__ == "__main__":
    sys.exit(main())
