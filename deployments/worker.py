"""Prefect's process worker: `python -m deployments.worker`. It ends with the launcher, and its runs end with it."""

import asyncio
import os
import signal

import psutil

from integrations.runs import lifeline
from integrations.runs.process import end, started_us

POOL = "magicai"
# One laptop's worth; the rest waits in Prefect's queue.
_MOST_AT_ONCE = 4
_GRACE_S = 5.0


def main() -> None:
    """Take runs from the work pool until a signal."""
    lifeline.hold_on(_end)
    signal.signal(signal.SIGTERM, lambda _number, _frame: _end())
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    asyncio.run(_work())


async def _work() -> None:
    from prefect.workers.process import ProcessWorker

    await ProcessWorker(name="magicai", work_pool_name=POOL, limit=_MOST_AT_ONCE).start()


def _end() -> None:
    """End every run, then this process: Prefect's own way leaves them running, or waits for half a minute."""
    runs = [(child.pid, started_us(child)) for child in psutil.Process().children()]
    end(*runs, grace_s=_GRACE_S)
    os._exit(0)


if __name__ == "__main__":
    main()
