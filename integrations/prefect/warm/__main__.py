"""The warm worker as a process: `python -m integrations.prefect.warm`. It ends with the launcher, its runs with it.

SIGTERM lets active runs finish first; SIGINT ends them immediately, and they can be resumed.
"""

import asyncio
import os
import signal
import socket
import sys

import psutil

from integrations.open import open_ports
from integrations.prefect import work_pool
from integrations.prefect.direct import ask_loopback_directly
from integrations.prefect.warm.processes import WarmProcesses
from integrations.prefect.warm.worker import WarmWorker
from integrations.processes import lifeline
from magicai.runs.queue.dead_runs import Restarts, close_dead_runs
from magicai.settings import Settings, load

# Prefect takes a worker for gone after three beats.
_BEAT_S = 5
# What one run may need, its browser left aside: the largest crawl that was measured, with everything imported.
_RUN_MEMORY = 600_000_000
_MOST_AT_ONCE = 14


def main() -> None:
    """Take runs from the work pool until a signal."""
    ask_loopback_directly()
    asyncio.run(_work(load()))


def at_once(settings: Settings) -> int:
    """How many runs this machine carries out at a time: as set, else what its cores and memory allow."""
    if settings.workers:
        return settings.workers
    memory = psutil.virtual_memory().available // _RUN_MEMORY
    return max(1, min(_MOST_AT_ONCE, os.cpu_count() or 1, memory))


async def _work(settings: Settings) -> None:
    loop = asyncio.get_running_loop()
    stop, drain = asyncio.Event(), asyncio.Event()

    def cut() -> None:
        loop.call_soon_threadsafe(stop.set)

    lifeline.end_with_parent(cut)
    # Again means the same: systemd and the launcher both send one.
    loop.add_signal_handler(signal.SIGTERM, drain.set)
    loop.add_signal_handler(signal.SIGINT, stop.set)
    size = at_once(settings)
    processes = WarmProcesses(size, dict(os.environ), sys.stderr.buffer)
    worker = WarmWorker(
        processes,
        name=f"magicai-{socket.gethostname()}-{os.getpid()}",
        size=size,
        create_pool_if_not_found=False,
        heartbeat_interval_seconds=_BEAT_S,
    )
    processes.fill()
    work_pool.announce_worker(settings.home, size)
    working = asyncio.create_task(worker.start())
    watching = asyncio.create_task(_close_dead(settings, processes.crashed))
    try:
        ended = asyncio.create_task(stop.wait())
        draining = asyncio.create_task(drain.wait())
        await asyncio.wait({working, ended, draining}, return_when=asyncio.FIRST_COMPLETED)
        if drain.is_set() and not stop.is_set():
            drained = asyncio.create_task(worker.drain(limit_s=settings.drain_seconds))
            await asyncio.wait({drained, ended}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        watching.cancel()
        await processes.end()
        # Prefect's own way waits for runs that are over.
        os._exit(0 if not working.done() else 1)


async def _close_dead(settings: Settings, crashed: asyncio.Event) -> None:
    """Let a run whose process has died show it at once."""
    async with open_ports(settings) as ports:
        while True:
            await crashed.wait()
            crashed.clear()
            await close_dead_runs(ports.records, ports.orchestrator, restarts=Restarts.HERE)


if __name__ == "__main__":
    main()
