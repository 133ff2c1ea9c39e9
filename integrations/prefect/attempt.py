"""One attempt at one run, in a process of its own.

python -m integrations.prefect.attempt RUN_ID      what `magicai run` and `magicai resume` start
python -m integrations.prefect.attempt             the flow run that Prefect's worker names in the environment
"""

import asyncio
import contextlib
import os
import runpy
import sys
from typing import Any

import httpx

from integrations.prefect import environment, server_on_demand
from integrations.prefect.failure import FailureChannel
from integrations.processes import lifeline
from integrations.processes.process import end_children, lead_session
from magicai.errors import MagicError, Temporary
from magicai.settings import load

# For what a step started and left behind.
_GRACE_S = 2.0
_AGAIN = "The same command starts another one."


def main() -> int:
    """Carry the run out; 0 where its row says how it ended."""
    lead_session()
    lifeline.hold_on()
    try:
        return _carry_out()
    finally:
        end_children(grace_s=_GRACE_S)


def _carry_out() -> int:
    if len(sys.argv) == 1:
        runpy.run_module("prefect.engine", run_name="__main__")
        return 0
    channel = FailureChannel()
    try:
        failure = _alone(sys.argv[1])
    except MagicError as exc:
        failure = exc
    except httpx.HTTPError as exc:
        # It was ended just then, perhaps by the `magicai up` that it belongs to.
        failure = Temporary(f"Prefect's server ended under run {sys.argv[1]}.", way_out=_AGAIN)
        failure.__cause__ = exc
    if failure is not None:
        channel.tell(failure)
    return 0 if failure is None else 1


def _alone(run_id: str) -> MagicError | None:
    settings = load()
    server = server_on_demand.ensure(settings.home, port=settings.prefect_port, idle_s=settings.idle_seconds)
    made = environment.client(settings.home, server.url, os.environ)
    os.environ.clear()
    os.environ.update(made)
    # Prefect reads its environment once, and a .env or prefect.toml where it is imported, which may be a user's.
    with contextlib.chdir(environment.prefect_home(settings.home)):
        import prefect  # noqa: F401 # pyright: ignore[reportUnusedImport]
    return asyncio.run(_attempt(run_id))


async def _attempt(run_id: str) -> MagicError | None:
    from prefect import get_client
    from prefect.flow_engine import run_flow_async
    from prefect.states import Pending

    from integrations.open import open_ports
    from magicai.runs import catalogue
    from magicai.runs.names import name_of

    async with open_ports() as ports:
        run = await ports.records.runs.get(run_id)
        flow = catalogue.flow(run.workflow)
        request = catalogue.workflow(run.workflow).request.model_validate(run.request)
        parameters = flow.serialize_parameters({"request": request, "run_id": run.run_id})
        async with get_client() as client:
            flow_run = await client.create_flow_run(flow, name=name_of(run), parameters=parameters, state=Pending())
            state: Any = await run_flow_async(flow, flow_run=flow_run, parameters=parameters, return_type="state")
    failure: Any = await state.aresult(raise_on_failure=False) if state.is_failed() else None
    return failure if isinstance(failure, MagicError) else None


if __name__ == "__main__":
    sys.exit(main())
