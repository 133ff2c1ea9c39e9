"""Beside a run that a process of this machine carries out, from its start to its end."""

import asyncio
import time
from contextlib import suppress

from integrations.open import Ports
from magicai.cli.display import Display
from magicai.cli.interrupts import Interrupts
from magicai.errors import Conflict, MagicError, Temporary
from magicai.messages import say
from magicai.runs.events.follow import follow
from magicai.runs.queue.dead_runs import DISPATCHER, Silences, close_dead_runs
from magicai.runs.queue.unbegun import close_unbegun
from magicai.runs.run import Run, RunStatus

_LOOK_AFTER_S = 1.0
_POLL_S = 0.2
# A process needs this long to start Prefect's server and to open its attempt on a slow machine.
_START_LIMIT_S = 240.0
# How long its records may be away: the run itself waits a minute for them.
_AWAY_S = 75.0


class Supervision:
    """Beside a run that another process carries out: shows it, closes it if that process dies, stops it if asked."""

    def __init__(self, ports: Ports, run: Run, shown: Display) -> None:
        self._ports, self._run, self._shown = ports, run, shown
        self._given_up = asyncio.Event()
        # Held while a run is closed: its row has ended before Prefect has been told.
        self._closing = asyncio.Lock()
        self._after = 0

    async def to_the_end(self, interrupted: Interrupts, *, after: int) -> RunStatus:
        """Stay with it; answers how it ended.

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
        """Show it to its end, though its records be away for a while: the run waits for them, too."""
        self._after = after
        while True:
            try:
                await self._show()
            except Temporary as exc:
                await self._come_back(exc)
            else:
                return

    async def _come_back(self, away: Temporary) -> None:
        """Wait until the records answer again.

        Raises:
            Temporary: they do not.
        """
        self._shown.say(f"Waiting for the records. {away.what}")
        until = time.monotonic() + _AWAY_S
        while time.monotonic() < until:
            await asyncio.sleep(_LOOK_AFTER_S)
            try:
                await self._now()
            except Temporary as exc:
                away = exc
            else:
                return
        raise Temporary(
            away.message, way_out=say("and_show_run", way=away.way or "", run_id=self._run.run_id)
        ) from away

    async def _show(self) -> None:
        while not await self._begun():
            if self._given_up.is_set():
                return
            await asyncio.sleep(_POLL_S)
        async for event in follow(self._ports.records.runs, self._run.run_id, after=self._after):
            self._shown.event(event)
            self._after = event.sequence

    async def _guard(self) -> None:
        """Close the run if its process dies; give up on one that never begins.

        Raises:
            MagicError: why it can't continue.
        """
        orchestrator, run_id = self._ports.orchestrator, self._run.run_id
        waited, silences = 0.0, Silences()
        while True:
            await asyncio.sleep(_LOOK_AFTER_S)
            waited += _LOOK_AFTER_S
            failure = orchestrator.failure(run_id)
            try:
                begun = await self._begun()
            except Temporary:  # whoever watches says when that lasts for too long
                continue
            if failure is not None and not self._given_up.is_set() and (not begun or isinstance(failure, Conflict)):
                raise failure if begun else await self._not_begun(failure)
            if begun:
                async with self._closing:
                    with suppress(Temporary):
                        await close_dead_runs(self._ports.records, orchestrator, silences=silences)
                        await self._check_paused()
            elif waited > _START_LIMIT_S:
                await orchestrator.abort(run_id)
                raise await self._not_begun(Temporary("run_start_timed_out", run_id=run_id))

    async def _not_begun(self, why: MagicError) -> MagicError:
        """End a run whose process could not begin it, so that it does not wait for ever; answers the error to raise."""
        run_id = self._run.run_id
        with suppress(MagicError):  # they are away: a later command sees to it
            await close_unbegun(self._ports.records, self._run, why)
        if run_id in why.way_out:
            return why
        return type(why)(why.message, way_out=say("and_resume_run", way=why.way or "", run_id=run_id))

    async def _check_paused(self) -> None:
        """See that whoever dispatches resumes the run, where its process was asked to end.

        Raises:
            Conflict: nobody does.
        """
        records, run_id = self._ports.records, self._run.run_id
        now = await self._now()
        paused = now.status is RunStatus.QUEUED and now.attempts > self._run.attempts
        if paused and await records.leases.current(DISPATCHER) is None:
            raise Conflict("run_paused", run_id=run_id)

    async def _stop_when_asked(self, interrupted: Interrupts) -> None:
        records, run_id = self._ports.records, self._run.run_id
        await interrupted.get()
        await records.runs.request_cancel(run_id)
        if (await self._now()).attempts == self._run.attempts:
            self._shown.say("Cancelling.")
            self._given_up.set()
            await self._ports.orchestrator.abort(run_id)
            if (await self._now()).status is RunStatus.PROCESSING:  # it had begun just then
                async with self._closing:
                    await records.runs.request_cancel(run_id)
                    await close_dead_runs(records, self._ports.orchestrator)
            return
        self._shown.say(
            "Cancelling after what is in progress, so that nothing is lost. Press Ctrl-C again to stop now."
        )
        await interrupted.get()
        self._shown.say("Ending it.")
        async with self._closing:
            await end_process(self._ports, run_id)


async def end_process(ports: Ports, run_id: str) -> None:
    """End the process that has a run, and close the run."""
    for run, attempt in await ports.records.runs.unfinished():
        if run.run_id == run_id:
            await ports.orchestrator.stop(attempt)
    await close_dead_runs(ports.records, ports.orchestrator, on_purpose=True)
