"""Attend a run from its request to its end."""

import asyncio
import contextlib
import json
import signal
import sys
from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

from integrations.open import Ports, open_ports
from magicai.app.accept import accept, check_request
from magicai.app.dead_runs import close_dead_runs
from magicai.app.follow import follow
from magicai.app.results import whole_result
from magicai.cli.display import Display, display
from magicai.cli.sample import RunningSample, sample_again
from magicai.domain.run import Origin, Run, RunStatus
from magicai.errors import Conflict, Invalid, Temporary
from magicai.settings import Settings, load

EXIT = {
    RunStatus.COMPLETED: 0,
    RunStatus.FAILED: 1,
    RunStatus.PARTIAL: 3,
    RunStatus.CANCELLED: 130,
    RunStatus.QUEUED: 0,
    RunStatus.PROCESSING: 0,
}
_LOOK_AFTER_S = 1.0
# A process needs this long to import Prefect and to open its attempt on a slow machine.
_START_LIMIT_S = 180.0


@dataclass(frozen=True, slots=True)
class Wishes:
    """How a run is to be shown."""

    as_json: bool = False
    follow: bool = True


async def attend(workflow: str, model: Any, values: dict[str, Any], wishes: Wishes, shop: RunningSample | None) -> int:
    """Start a run and follow it; answers the exit status."""
    request = check_request(model, values)
    settings = _settings(shop)
    async with open_ports(settings) as ports:
        await _offer_unfinished(ports)
        run = await accept(ports.records, workflow, request, owner_id=settings.owner, origin=Origin.CLI)
        await ports.runs.start(run)
        if not wishes.follow:
            print(run.run_id)
            return 0
        status = await _follow(ports, run, wishes, after=0)
    if shop is not None and status in (RunStatus.COMPLETED, RunStatus.PARTIAL):
        shop.next_day()
    return EXIT[status]


async def go_on(run_id: str | None, wishes: Wishes) -> int:
    """Start the next attempt at a run and follow it."""
    settings = load()
    async with open_ports(settings) as ports:
        await close_dead_runs(ports.records, ports.runs)
        run = await _to_resume(ports, settings, run_id)
    with contextlib.ExitStack() as stack:
        shop = stack.enter_context(sample_again(settings, run.request)) if run.request else None
        async with open_ports(_settings(shop)) as ports:
            events = await _last_sequence(ports, run.run_id)
            await ports.runs.start(run)
            status = await _follow(ports, run, wishes, after=events)
        if shop is not None and status in (RunStatus.COMPLETED, RunStatus.PARTIAL):
            shop.next_day()
    return EXIT[status]


async def stop(run_id: str, *, now: bool) -> int:
    """Ask a run to stop, or end its process."""
    async with open_ports() as ports:
        run = await ports.records.runs.get(run_id, owner_id=ports.settings.owner)
        if run.status.ended:
            print(f"Run {run.run_id} has ended already: {run.status}.", file=sys.stderr)
            return 0
        await ports.records.runs.request_cancel(run.run_id)
        if now:
            await _end(ports, run.run_id)
        status = (await ports.records.runs.get(run.run_id)).status
        print(
            f"Run {run.run_id}: {status}." if status.ended else f"Run {run.run_id} stops at its next page.",
            file=sys.stderr,
        )
    return 0


async def _to_resume(ports: Ports, settings: Settings, run_id: str | None) -> Run:
    if run_id is None:
        ended_badly = (RunStatus.FAILED, RunStatus.CANCELLED, RunStatus.QUEUED)
        found = await ports.records.runs.listed(owner_id=settings.owner, statuses=ended_badly, limit=1)
        if not found:
            raise Invalid("There is no run to go on with.", way_out="`magicai runs` lists all of them.")
        return found[0]
    run = await ports.records.runs.get(run_id, owner_id=settings.owner)
    if run.status is RunStatus.PROCESSING:
        raise Conflict(f"Run {run.run_id} is going on.", way_out=f"Look at it: magicai show {run.run_id} --follow")
    if run.status is RunStatus.COMPLETED:
        raise Invalid(f"Run {run.run_id} has completed.", way_out=f"Its result: magicai show {run.run_id}")
    return run


async def _follow(ports: Ports, run: Run, wishes: Wishes, *, after: int) -> RunStatus:
    with display(quiet=wishes.as_json) as shown, _interrupts() as interrupted:
        shown.begin(run)
        watching = asyncio.create_task(_show_events(ports, run.run_id, shown, after))
        guarding = asyncio.create_task(_look_after(ports, run.run_id))
        stopping = asyncio.create_task(_stop_when_asked(ports, run.run_id, shown, interrupted))
        try:
            await asyncio.wait({watching, guarding}, return_when=asyncio.FIRST_COMPLETED)
            if guarding.done():
                guarding.result()
            await watching
        finally:
            for task in (watching, guarding, stopping):
                task.cancel()
            await asyncio.gather(watching, guarding, stopping, return_exceptions=True)
    ended = await ports.records.runs.get(run.run_id)
    result = await whole_result(ports.records, ended)
    if wishes.as_json:
        print(json.dumps(result, ensure_ascii=False, indent=1))
    else:
        shown.end(ended, result)
    return ended.status


async def _show_events(ports: Ports, run_id: str, shown: Display, after: int) -> None:
    async for event in follow(ports.records.runs, run_id, after=after):
        shown.event(event)


async def _look_after(ports: Ports, run_id: str) -> None:
    """Close the run if its process dies; give up on one that never began."""
    waited = 0.0
    while True:
        await asyncio.sleep(_LOOK_AFTER_S)
        await close_dead_runs(ports.records, ports.runs)
        run = await ports.records.runs.get(run_id)
        waited += _LOOK_AFTER_S
        if run.status is RunStatus.QUEUED and (not ports.runs.starting(run_id) or waited > _START_LIMIT_S):
            log = ports.settings.home / "logs" / f"{run_id}.log"
            raise Temporary(f"Run {run_id} did not start.", way_out=f"Its log is {log}; then: magicai resume {run_id}")


async def _stop_when_asked(ports: Ports, run_id: str, shown: Display, interrupted: "asyncio.Queue[None]") -> None:
    await interrupted.get()
    shown.say("Stopping at the next page, so that nothing is lost; Ctrl-C again ends it at once.")
    await ports.records.runs.request_cancel(run_id)
    await interrupted.get()
    await _end(ports, run_id)


async def _end(ports: Ports, run_id: str) -> None:
    for run, attempt in await ports.records.runs.unfinished():
        if run.run_id == run_id:
            await ports.runs.stop(attempt)
    await close_dead_runs(ports.records, ports.runs)


async def _offer_unfinished(ports: Ports) -> None:
    for run in await close_dead_runs(ports.records, ports.runs):
        print(f"An earlier run was cut; go on with it: magicai resume {run.run_id}", file=sys.stderr)


async def _last_sequence(ports: Ports, run_id: str) -> int:
    after = 0
    while events := await ports.records.runs.events(run_id, after=after):
        after = events[-1].sequence
    return after


@contextlib.contextmanager
def _interrupts() -> Generator["asyncio.Queue[None]"]:
    queue: asyncio.Queue[None] = asyncio.Queue()
    loop = asyncio.get_running_loop()
    previous = signal.signal(signal.SIGINT, lambda _number, _frame: _wake(loop, queue))
    try:
        yield queue
    finally:
        signal.signal(signal.SIGINT, previous)


def _wake(loop: asyncio.AbstractEventLoop, queue: "asyncio.Queue[None]") -> None:
    loop.call_soon_threadsafe(queue.put_nowait, None)


def _settings(shop: RunningSample | None) -> Settings:
    if shop is not None:
        shop.enter_environment()
    return load()
