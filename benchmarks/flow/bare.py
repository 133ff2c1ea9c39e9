"""The main workflow's functions called without Prefect: `python -m benchmarks.flow.bare ORIGIN`, in MAGICAI_HOME.

The same executor, plan, steps and stores; only what performs a step is a plain call. Prints the run's result.
"""

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from flows.crawl_analyze_generate import GOAL
from integrations.open import open_ports
from integrations.processes.process import this_process
from magicai.runs.execution.executor import Executor
from magicai.runs.execution.step_calls import StepCall
from magicai.runs.requests.accept import accept
from magicai.runs.run import Origin
from magicai.shops.crawl_analyze_generate import WORKFLOW, CrawlAnalyzeGenerate


async def perform(task: StepCall, do: Callable[[], Awaitable[Any]]) -> Any:
    """Do it, once."""
    del task
    return await do()


async def _show(key: str, content: str | Sequence[Mapping[str, object]]) -> None:
    del key, content


async def _run(origin: str) -> dict[str, Any]:
    request = CrawlAnalyzeGenerate.model_validate({"competitor_url": [origin]})
    async with open_ports() as ports:
        run = await accept(ports.records, WORKFLOW.name, request, owner_id=ports.settings.owner, origin=Origin.CLI)
        host, pid, started = this_process()
        attempt = await ports.records.runs.begin(
            run.run_id, host=host, pid=pid, process_started_at=started, flow_run_id=None
        )
        executor = Executor(GOAL, run, request, attempt, ports, perform=perform, show=_show)
        _, result = await executor.carry_out()
    return result


if __name__ == "__main__":
    json.dump(asyncio.run(_run(sys.argv[1])), sys.stdout)
