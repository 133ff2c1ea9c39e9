"""A batch whose process is killed with -9 again and again: each text is there once, and was paid for once.

    python3 -m benchmarks.content.kills [--rows 1000] [--kills 10] [--keys]

The provider is a server of its own that counts what it has answered. A call that is under way when the process is
killed has no answer, and is made again; the provider counts it as asked, and not as answered. With `--keys` it knows
the header Idempotency-Key, and an answer that is asked for again is not paid again.
"""

import argparse
import asyncio
import csv
import io
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psutil

from benchmarks.content.provider import Provider, serving
from flows.generate_content import GOAL
from integrations.open import Ports, open_ports
from magicai.content.content import KIND, content_in
from magicai.content.generate_content import GenerateContent
from magicai.runs.execution.executor import Executor
from magicai.runs.execution.step_calls import StepCall
from magicai.runs.requests.accept import accept
from magicai.runs.requests.files_in import upload_path
from magicai.runs.run import Origin, Run, RunStatus
from magicai.settings import Settings

_PRICE = (1.0, 2.0)
_OWNER = "local"
_LATENCY_S = 0.2
_LONGEST_S = 1200


@dataclass(frozen=True)
class Killed:
    """What came of a batch.

    Attributes:
        status: of the run.
        texts: how many rows have one text, of one version.
        answered: how many answers the provider gave, and to how many rows it gave more than one.
        asked: how many calls it had, those without an answer included.
        charged, spent: US dollars: by the provider's count, and by the records'.
    """

    status: str
    rows: int
    kills: int
    texts: int
    answered: int
    twice: int
    asked: int
    charged: float
    spent: float
    seconds: float


def row_of(number: int) -> dict[str, str]:
    """A product."""
    return {"name": f"Mug {number:05}", "price": f"{5 + number % 90}.00 EUR", "material": "stoneware"}


def say(data: Mapping[str, Any]) -> str:
    """A text that says what the data say."""
    return (
        f"The {data['name']} is a mug of {data['material']}, and it costs {data['price']}."
        " It holds coffee, tea and whatever else you pour in."
    )


def measure(rows: int, kills: int, *, latency_s: float = _LATENCY_S, keys: bool = False) -> Killed:
    """Write a batch, and kill its process at random moments that are spread over it."""
    provider = Provider(say, latency_s=latency_s, knows_keys=keys)
    with TemporaryDirectory(prefix="magicai-") as folder, serving(provider):
        home = Path(folder) / "home"
        names = {"home": home, "compatible_base_url": provider.url, "models": ("compatible:m",)}
        settings = Settings(model="none", model_prices=(f"m={_PRICE[0]}/{_PRICE[1]}",), budget=100.0, **names)  # type: ignore[arg-type]
        variables = {**os.environ, "MAGICAI_HOME": str(home), "MAGICAI_MODEL": "none", "MAGICAI_BUDGET": "100"}
        variables |= {"MAGICAI_COMPATIBLE_BASE_URL": provider.url, "MAGICAI_MODELS": "compatible:m"}
        variables |= {"MAGICAI_MODEL_PRICES": f"m={_PRICE[0]}/{_PRICE[1]}", "NO_PROXY": "127.0.0.1"}
        run_id = _asked(settings, lambda ports: _begin(ports, Path(folder), rows))
        began, done = time.monotonic(), 0
        for number in range(kills):
            wanted = round(rows * (number + random.uniform(0.2, 0.8)) / kills)  # noqa: S311 - moments, not secrets
            _until_answered(_attempt(run_id, variables), provider, wanted)
            done += 1
            _asked(settings, _find_dead)
        _attempt(run_id, variables).wait(_LONGEST_S)
        seconds = time.monotonic() - began
        status, texts, spent = _asked(settings, lambda ports: _found(ports, run_id))
    charged = (provider.tokens[0] * _PRICE[0] + provider.tokens[1] * _PRICE[1]) / 1e6
    twice = sum(count > 1 for count in provider.answered.values())
    return Killed(
        status, rows, done, texts, provider.answered.total(), twice, provider.asked.total(), charged, spent, seconds
    )


def _attempt(run_id: str, variables: Mapping[str, str]) -> "subprocess.Popen[bytes]":
    words = [sys.executable, "-m", "benchmarks.content.kills", "--attempt", run_id]
    return subprocess.Popen(words, env=dict(variables))


def _until_answered(process: "subprocess.Popen[bytes]", provider: Provider, wanted: int) -> None:
    """Kill a process once the provider has answered so often."""
    ends = time.monotonic() + _LONGEST_S
    while provider.answered.total() < wanted:
        if process.poll() is not None or time.monotonic() > ends:
            raise RuntimeError(f"the attempt ended by itself: {process.returncode}")
        time.sleep(0.01)
    time.sleep(random.uniform(0, 0.3))  # noqa: S311 - as above
    os.kill(process.pid, signal.SIGKILL)
    process.wait()


def _asked(settings: Settings, question: Callable[[Ports], Awaitable[Any]]) -> Any:
    async def ask() -> Any:
        async with open_ports(settings) as ports:
            return await question(ports)

    return asyncio.run(ask())


async def _begin(ports: Ports, folder: Path, rows: int) -> str:
    file = io.StringIO(newline="")
    writer = csv.DictWriter(file, [*row_of(0)])
    writer.writeheader()
    writer.writerows(map(row_of, range(rows)))
    path = folder / "rows.csv"
    path.write_text(file.getvalue(), encoding="utf-8")
    made = await upload_path(ports.records, ports.files, path, owner_id=_OWNER)
    request = GenerateContent(content_type="product-description", variables=made.file_id, models=("compatible:m",))
    return (await accept(ports.records, GOAL.workflow.name, request, owner_id=_OWNER, origin=Origin.CLI)).run_id


async def _find_dead(ports: Ports) -> None:
    for _, attempt in await ports.records.runs.unfinished():
        await ports.records.runs.restart(attempt, most=99)


async def _found(ports: Ports, run_id: str) -> tuple[str, int, float]:
    run = await ports.records.runs.get(run_id)
    texts, after = 0, ""
    while True:
        page = await ports.records.entities.listed(_OWNER, KIND, after=after, limit=200)
        found = [content_in(item.entity) for item in page.items if item.entity is not None]
        texts += sum(one.run_id == run_id and len(one.versions) == 1 for one in found)
        if page.next is None:
            break
        after = page.next
    from magicai.ports import Limits, Spender

    budgets = await ports.records.budgets.budgets(Spender(_OWNER, run_id), Limits())
    return str(run.status), texts, next(budget.spent for budget in budgets if budget.scope == "run")


async def _carry_out(run_id: str) -> RunStatus:
    async with open_ports() as ports:
        run: Run = await ports.records.runs.get(run_id)
        own = psutil.Process()
        attempt = await ports.records.runs.begin(
            run_id, host="localhost", pid=own.pid, process_started_at=round(own.create_time()), flow_run_id=None
        )
        run = await ports.records.runs.get(run_id)
        request = GenerateContent.model_validate(run.request)
        status, _ = await Executor(GOAL, run, request, attempt, ports, perform=_perform, show=_show).carry_out()
        return status


async def _perform(_call: StepCall, do: Callable[[], Awaitable[Any]]) -> Any:
    return await do()


async def _show(_key: str, _content: object) -> None: ...


def main() -> int:
    """Print what came of it; 0 where each text is there once and was paid for once."""
    parser = argparse.ArgumentParser(prog="python3 -m benchmarks.content.kills", description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--keys", action="store_true", help="the provider knows the header Idempotency-Key")
    parser.add_argument("--attempt", metavar="RUN", help=argparse.SUPPRESS)
    wanted = parser.parse_args()
    if wanted.attempt:
        return int(asyncio.run(_carry_out(wanted.attempt)) is not RunStatus.COMPLETED)
    got = measure(wanted.rows, wanted.kills, keys=wanted.keys)
    print(got)
    return 0 if got.status == "completed" and (got.texts, got.answered) == (got.rows, got.rows) else 1


if __name__ == "__main__":
    sys.exit(main())
