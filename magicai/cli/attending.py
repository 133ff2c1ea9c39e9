"""Attend a run from its request to its end."""

import asyncio
import contextlib
import json
import sys
from dataclasses import dataclass
from typing import Any

from integrations.open import Ports, open_ports
from integrations.text.open import model_name
from magicai.app.accept import accept, check_request
from magicai.app.dead_runs import close_dead_runs
from magicai.app.follow import follow
from magicai.app.report_here import report_here
from magicai.app.results import whole_result
from magicai.app.resuming import check_resumable, never_began
from magicai.cli.display import Display, display
from magicai.cli.files import check_files
from magicai.cli.interrupts import Interrupts, interrupts
from magicai.cli.sample import RunningSample, sample_again
from magicai.cli.stores import ask_for_stores
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
_POLL_S = 0.2
_LAST_WORDS_S = 20.0
# A process needs this long to start Prefect's server and to open its attempt on a slow machine.
_START_LIMIT_S = 240.0


@dataclass(frozen=True, slots=True)
class Wishes:
    """How a run is to be shown."""

    as_json: bool = False
    follow: bool = True


async def attend(workflow: str, model: Any, values: dict[str, Any], wishes: Wishes, shop: RunningSample | None) -> int:
    """Start a run and follow it; answers the exit status."""
    request = check_files(check_request(model, values))
    settings = _settings(shop)
    async with open_ports(settings) as ports:
        await _offer_unfinished(ports)
        with interrupts() as interrupted:
            run = await accept(ports.records, workflow, request, owner_id=settings.owner, origin=Origin.CLI)
            if not wishes.follow:
                await ports.runs.start(run)
                print(run.run_id)
                return 0
            status = await _carry_out(ports, run, wishes, interrupted)
    if shop is not None and status in (RunStatus.COMPLETED, RunStatus.PARTIAL):
        shop.next_day()
    return EXIT[status]


async def go_on(run_id: str | None, wishes: Wishes) -> int:
    """Start the next attempt at a run and follow it; answers the exit status."""
    settings = load()
    async with open_ports(settings) as ports:
        await close_dead_runs(ports.records, ports.runs)
        run = await _to_resume(ports, settings, run_id)
    with contextlib.ExitStack() as stack:
        shop = stack.enter_context(sample_again(settings, run.request)) if run.request else None
        async with open_ports(_settings(shop)) as ports:
            with interrupts() as interrupted:
                status = await _carry_out(ports, run, wishes, interrupted)
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
        return await latest_unfinished(ports, settings)
    run = await ports.records.runs.get(run_id, owner_id=settings.owner)
    await check_resumable(ports.records, run)
    return run


async def latest_unfinished(ports: Ports, settings: Settings) -> Run:
    """The latest run that did not end well, and that can be gone on with.

    Raises:
        Invalid: there is none.
    """
    ended_badly = (RunStatus.FAILED, RunStatus.CANCELLED, RunStatus.QUEUED)
    before = None
    while found := await ports.records.runs.listed(owner_id=settings.owner, statuses=ended_badly, before=before):
        for run in found:
            if not never_began(run):
                return run
        before = found[-1].run_id
    raise Invalid("There is no run to go on with.", way_out="`magicai runs` lists all of them.")


async def _carry_out(ports: Ports, run: Run, wishes: Wishes, interrupted: Interrupts) -> RunStatus:
    """Start an attempt, show it to its end, and print what came out."""
    after = await _last_sequence(ports, run.run_id)
    with display(quiet=wishes.as_json) as shown:
        shown.begin(run)
        await ports.runs.start(run)
        attendance = _Attendance(ports, run, shown)
        status = await attendance.to_the_end(interrupted, after=after)
    ended = await ports.records.runs.get(run.run_id)
    result = await whole_result(ports.records, ended)
    if wishes.as_json:
        print(json.dumps(result, ensure_ascii=False, indent=1))
    else:
        shown.end(ended, await report_here(ports.files, result))
    # It still has to tell Prefect how it ended; who has the prompt back expects nothing to go on.
    await ports.runs.wait(run.run_id, limit_s=_LAST_WORDS_S)
    return status


class _Attendance:
    """Beside a run that another process carries out: shows it, closes it if that process dies, stops it if asked."""

    def __init__(self, ports: Ports, run: Run, shown: Display) -> None:
        self._ports, self._run, self._shown = ports, run, shown
        self._given_up = asyncio.Event()
        # Held while a run is closed: its row has ended before Prefect has been told.
        self._closing = asyncio.Lock()

    async def to_the_end(self, interrupted: Interrupts, *, after: int) -> RunStatus:
        """Attend it; answers how it ended.

        Raises:
            MagicError: the attempt did not begin, or another one has the run; the message says which.
        """
        watching = asyncio.create_task(self._watch(after))
        guarding = asyncio.create_task(self._guard())
        stopping = asyncio.create_task(self._stop_when_asked(interrupted))
        tasks = (watching, guarding, stopping)
        try:
            await asyncio.wait((watching, guarding), return_when=asyncio.FIRST_COMPLETED)
            if guarding.done():
                guarding.result()
            await watching
        finally:
            async with self._closing:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
        return RunStatus.CANCELLED if self._given_up.is_set() else (await self._now()).status

    async def _now(self) -> Run:
        return await self._ports.records.runs.get(self._run.run_id)

    async def _begun(self) -> bool:
        now = await self._now()
        return now.attempts > self._run.attempts or now.status is not self._run.status

    async def _watch(self, after: int) -> None:
        while not await self._begun():
            if self._given_up.is_set():
                return
            await asyncio.sleep(_POLL_S)
        async for event in follow(self._ports.records.runs, self._run.run_id, after=after):
            self._shown.event(event)

    async def _guard(self) -> None:
        """Close the run if its process dies; give up on one that never begins.

        Raises:
            MagicError: why it can't go on.
        """
        runs, run_id = self._ports.runs, self._run.run_id
        waited = 0.0
        while True:
            await asyncio.sleep(_LOOK_AFTER_S)
            waited += _LOOK_AFTER_S
            failure, begun = runs.failure(run_id), await self._begun()
            if failure is not None and not self._given_up.is_set() and (not begun or isinstance(failure, Conflict)):
                raise failure
            if begun:
                async with self._closing:
                    await close_dead_runs(self._ports.records, runs)
            elif waited > _START_LIMIT_S:
                await runs.give_up(run_id)
                raise Temporary(f"Run {run_id} did not start.", way_out=f"Try again: magicai resume {run_id}")

    async def _stop_when_asked(self, interrupted: Interrupts) -> None:
        records, run_id = self._ports.records, self._run.run_id
        await interrupted.get()
        await records.runs.request_cancel(run_id)
        if (await self._now()).attempts == self._run.attempts:
            self._shown.say("Stopping.")
            self._given_up.set()
            await self._ports.runs.give_up(run_id)
            if (await self._now()).status is RunStatus.PROCESSING:  # it had begun just then
                async with self._closing:
                    await records.runs.request_cancel(run_id)
                    await close_dead_runs(records, self._ports.runs)
            return
        self._shown.say("Stopping at the next page, so that nothing is lost; Ctrl-C again ends it at once.")
        await interrupted.get()
        self._shown.say("Ending it.")
        async with self._closing:
            await _end(self._ports, run_id)


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


def _settings(shop: RunningSample | None) -> Settings:
    if shop is not None:
        shop.enter_environment()
    settings = load()
    ask_for_stores(settings)
    # Before there is a row: a run that cannot begin would stay queued.
    model_name(settings)
    return settings
