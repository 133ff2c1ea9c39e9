"""Feeds the stores that a run left behind, after the run: `python -m integrations.catching_up`, one per installation.

So that no run waits for a store that is slow or down, and the store catches up all the same where no `magicai up` runs.
It ends once nothing is behind, or a store has taken nothing for ten minutes; then the next run continues.
"""

import asyncio
import os
import subprocess
import sys

from filelock import FileLock, Timeout

from integrations.open import open_ports
from integrations.prefect import environment
from integrations.processes import lifeline
from integrations.processes.detached import outlives
from integrations.store_roles import in_environment
from magicai.settings import Settings, load
from magicai.stores.relay_loop import catch_up

_GIVE_UP_S = 600.0


def start(settings: Settings) -> None:
    """Let a process of its own catch up; beside `magicai up`, which feeds the stores, none is needed."""
    if lifeline.VARIABLE in os.environ:
        return
    with environment.open_log(settings.home / "logs" / "catching-up.log") as log:
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "integrations.catching_up"],
            env={**os.environ, **in_environment(settings), "MAGICAI_HOME": str(settings.home.absolute())},
            cwd=settings.home,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    outlives(process)


async def _catch_up() -> None:
    async with open_ports() as ports:
        await catch_up(ports.records, ports.projections(), give_up_s=_GIVE_UP_S)


def main() -> None:
    """Catch up, unless another process does it."""
    try:
        with FileLock(load().home / "catching-up.lock", timeout=0):
            asyncio.run(_catch_up())
    except Timeout:
        return


if __name__ == "__main__":
    main()
