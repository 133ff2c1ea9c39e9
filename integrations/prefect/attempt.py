"""One attempt at one run, in its own process.

python -m integrations.prefect.attempt RUN_ID      started by `magicai run` and `magicai resume`
python -m integrations.prefect.attempt             runs the flow run that Prefect's worker names in the environment
"""

import asyncio
import contextlib
import os
import runpy
import sys
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from typing import Any

import httpx

from integrations.prefect import environment, server_on_demand, termination
from integrations.prefect.direct import ask_loopback_directly
from integrations.prefect.failure import FailureChannel
from integrations.prefect.work_pool import MADE_FOR, parameters_of, tags_of
from integrations.processes import lifeline
from integrations.processes.process import end_children, lead_session
from magicai.errors import MagicError, Temporary
from magicai.settings import Settings, load

# What every run imports, and is not Prefect.
_NEEDED = ("integrations.open", "magicai.brain.planner", "magicai.runs.registry")
# For processes that a step started and left behind.
_GRACE_S = 2.0
_AGAIN = "Run the same command again to start another one."


def main() -> int:
    """Execute the run, and return 0 if its row says how it ended, else 1."""
    lead_session()
    try:
        if len(sys.argv) == 1:
            lifeline.end_with_parent()
            ask_loopback_directly()
            runpy.run_module("prefect.engine", run_name="__main__")
            return 0
        lifeline.end_with_parent(termination.end_now)
        channel = FailureChannel()
        failure = _failure_of(sys.argv[1])
        if failure is not None:
            channel.report(failure)
        return 0 if failure is None else 1
    finally:
        end_children(grace_s=_GRACE_S)


def _failure_of(run_id: str) -> MagicError | None:
    """Execute a run, and return why it could not be executed, else None."""
    try:
        _enter(load())
        return asyncio.run(_attempt(run_id))
    except MagicError as exc:
        return exc
    except httpx.HTTPError as exc:
        # The server has just ended, perhaps with its `magicai up`.
        failure = Temporary("prefect_ended_during_run", run_id=run_id)
        failure.__cause__ = exc
        return failure


def _enter(settings: Settings) -> None:
    """Point this process at our Prefect server, starting it if needed."""
    with ThreadPoolExecutor(1) as starting:
        found = starting.submit(
            server_on_demand.ensure, settings.home, port=settings.prefect_port, idle_s=settings.idle_seconds
        )
        # Both take seconds. What imports Prefect waits: it reads its environment, which names the server, once.
        for module in _NEEDED:
            import_module(module)
        assert "prefect" not in sys.modules
        server = found.result()
    made = environment.client(settings.home, server.url, os.environ)
    os.environ.clear()
    os.environ.update(made)
    # Prefect reads its environment once, and any .env or prefect.toml in the current folder, which may be a user's.
    with contextlib.chdir(environment.prefect_home(settings.home)):
        ask_loopback_directly()


async def _attempt(run_id: str) -> MagicError | None:
    from prefect import get_client
    from prefect.flow_engine import run_flow_async
    from prefect.states import Pending

    termination.heed()
    from integrations.open import open_ports
    from integrations.prefect.orchestrator import labels
    from magicai.runs import registry
    from magicai.runs.views.names import name_of

    async with open_ports() as ports:
        run = await ports.records.runs.get(run_id)
        flow = registry.flow(run.workflow)
        parameters = parameters_of(run)
        async with get_client() as client:
            flow_run = await client.create_flow_run(
                flow, name=name_of(run), parameters=parameters, tags=tags_of(run), state=Pending()
            )
            mine = {**labels(run.run_id), MADE_FOR: run.run_id}
            await client.update_flow_run_labels(flow_run.id, mine)
            flow_run.labels.update(mine)
            with termination.carrying_out():
                state: Any = await run_flow_async(flow, flow_run=flow_run, parameters=parameters, return_type="state")
    failure: Any = await state.aresult(raise_on_failure=False) if state.is_failed() else None
    return failure if isinstance(failure, MagicError) else None


if __name__ == "__main__":
    sys.exit(main())
