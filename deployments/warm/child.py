"""One warm process: `python -m deployments.warm.child`. Imports the flows once, then carries out one run after another.

It is told of a flow run by a line of JSON on standard input, and answers by one on standard output; what flows print
goes to standard error. It ends when standard input does.
"""

import asyncio
import contextlib
import importlib
import json
import logging
import os
import pkgutil
import sys
from collections.abc import Generator, Mapping
from typing import IO, Any
from uuid import UUID

import psutil

from integrations.runs import lifeline
from integrations.runs.process import end_children, lead_session

_log = logging.getLogger(__name__)
# For what a run started and left behind, a browser say.
_GRACE_S = 1.0


def main() -> None:
    """Carry out what standard input names, until it ends."""
    lead_session()
    lifeline.hold_on()
    answers = _only_ours()
    _warm_up()
    _say(answers, {"ready": True})
    for line in sys.stdin:
        asked = json.loads(line)
        _say(answers, {"begun": True})
        try:
            with _environment(asked["environment"]):
                status = asyncio.run(_carry_out(UUID(asked["flow_run_id"]), asked["entrypoint"]))
        except Exception:  # noqa: BLE001 - the next run must not pay for it
            _log.exception("flow run %s met a fault", asked["flow_run_id"])
            status = 1
        end_children(grace_s=_GRACE_S)
        _say(answers, {"status": status, "memory": psutil.Process().memory_info().rss})


def _only_ours() -> IO[str]:
    """Standard output for answers alone; what prints there writes to standard error from now on."""
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    return answers


def _warm_up() -> None:
    """Import every flow, and with it all that a run needs."""
    import flows

    for module in pkgutil.iter_modules(flows.__path__):
        if not module.name.startswith("_"):
            importlib.import_module(f"flows.{module.name}")


async def _carry_out(flow_run_id: UUID, entrypoint: str) -> int:
    from prefect import get_client
    from prefect.flow_engine import run_flow_async

    module, _, name = entrypoint.rpartition(".")
    flow: Any = getattr(importlib.import_module(module), name)
    async with get_client() as client:
        flow_run = await client.read_flow_run(flow_run_id)
    await run_flow_async(flow, flow_run=flow_run, parameters=flow_run.parameters, return_type="state")
    return 0


@contextlib.contextmanager
def _environment(values: Mapping[str, str]) -> Generator[None]:
    """What a deployment's job variables put into the environment, for one run."""
    before = dict(os.environ)
    os.environ.update(values)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def _say(answers: IO[str], told: Mapping[str, object]) -> None:
    answers.write(json.dumps(told) + "\n")
    answers.flush()


if __name__ == "__main__":
    main()
