"""Plans, made in a child process: who imports a flow for its steps imports Prefect, for which no request waits."""

import asyncio
import os
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from pathlib import Path

from integrations.prefect import environment
from integrations.processes import lifeline
from magicai.errors import Temporary
from magicai.private import private_folder
from magicai.runs.execution.plan_request import PlanRequest
from magicai.runs.plan import Plan

_LIMIT_S = 60.0
_NO_SERVER = "http://127.0.0.1:9/api"


class PlanningChild:
    """Makes plans in a process that is started for the first one, and stays."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._pool: ProcessPoolExecutor | None = None

    async def plan(self, asked: PlanRequest) -> Plan:
        """What a run would do.

        Raises:
            Temporary: the child did not answer.
        """
        try:
            planning = self._started().submit(_plan, asked)
            return await asyncio.wait_for(asyncio.wrap_future(planning), _LIMIT_S)
        except (BrokenProcessPool, TimeoutError) as exc:
            self.close()
            raise Temporary("planning_timed_out") from exc

    def close(self) -> None:
        """End the child."""
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)
            self._pool = None

    def _started(self) -> ProcessPoolExecutor:
        if self._pool is None:
            made = {**environment.client(self._home, _NO_SERVER, os.environ), **lifeline.variables()}
            folder = private_folder(environment.prefect_home(self._home))
            self._pool = ProcessPoolExecutor(1, get_context("spawn"), initializer=_enter, initargs=(made, folder))
        return self._pool


def _enter(made: dict[str, str], folder: Path) -> None:
    # Prefect reads its environment once, and a .env or prefect.toml where it is imported, which may be a user's.
    os.environ.clear()
    os.environ.update(made)
    # A gateway that a signal ends tells its child nothing.
    lifeline.end_with_parent(lambda: os._exit(0))
    os.chdir(folder)


def _plan(asked: PlanRequest) -> Plan:
    from magicai.runs.execution.planning import plan_of

    return plan_of(asked)
