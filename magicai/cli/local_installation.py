"""The installation on this machine: runs are processes beside this one."""

import sys
from collections.abc import Sequence
from pathlib import Path

from pydantic import BaseModel

from integrations.open import Ports
from magicai.cli.addresses import check_addresses
from magicai.cli.asking import LocalAsker
from magicai.cli.command_name import command
from magicai.cli.display import Display
from magicai.cli.interrupts import Interrupts
from magicai.cli.supervision import Supervision, end_process
from magicai.operations.workflows import start_of
from magicai.runs.events.follow import follow
from magicai.runs.exports import file_in, save_file, with_document_here
from magicai.runs.follow_ups import begin_follow_ups
from magicai.runs.notifications.webhooks import deliver_due
from magicai.runs.queue.dead_runs import close_dead_runs, close_if_dead
from magicai.runs.queue.resume import check_resumable, set_budget
from magicai.runs.queue.stranded import stranded
from magicai.runs.requests.files_in import upload_path
from magicai.runs.results import whole_result
from magicai.runs.run import JSON, Run, RunStatus

_LAST_WORDS_S = 20.0
_TELLING_S = 5.0


class LocalInstallation:
    """An installation over this process's ports; its runs are those of MAGICAI_OWNER."""

    resumable: Sequence[RunStatus] = (RunStatus.FAILED, RunStatus.CANCELLED, RunStatus.QUEUED)

    def __init__(self, ports: Ports) -> None:
        self._ports, self._records = ports, ports.records
        self._owner, self.asker = ports.settings.workspace_id, LocalAsker(ports)

    async def find_interrupted(self) -> Sequence[Run]:
        """Close runs whose process is gone."""
        return await close_dead_runs(self._records, self._ports.orchestrator)

    async def stranded(self) -> Sequence[Run]:
        """Runs that wait, and that nothing will begin by itself."""
        return await stranded(self._records, owner_id=self._owner)

    async def accept(self, workflow: str, request: BaseModel) -> Run:
        """Make a row of a request."""
        await check_addresses(workflow, request, self._ports.settings)
        accepted = await self.asker.ask(start_of(workflow), request)
        return await self.find(accepted.run_id)

    async def hand_in(self, request: BaseModel) -> BaseModel:
        """It reads them where they are."""
        return request

    async def upload(self, path: Path) -> str:
        """Keep a file for runs to read."""
        return (await upload_path(self._records, self._ports.files, path, owner_id=self._owner)).file_id

    async def find(self, run_id: str) -> Run:
        """A run of the owner's."""
        return await self._records.runs.get(run_id, owner_id=self._owner)

    async def check_resumable(self, run: Run) -> None:
        """Check that no process has the run, and that it can be resumed."""
        await close_if_dead(self._records, self._ports.orchestrator, run.run_id)
        await check_resumable(self._records, await self.find(run.run_id))

    async def start(self, run: Run, *, budget: float | None = None) -> None:
        """Start a process for it."""
        if budget is not None:
            run = await set_budget(self._records, run, budget)
        await self._ports.orchestrator.start(run)

    async def supervise(self, run: Run, shown: Display, interrupted: Interrupts, *, after: int) -> RunStatus:
        """Show it to its end; Ctrl-C stops it."""
        return await Supervision(self._ports, run, shown).to_the_end(interrupted, after=after)

    async def wait_finished(self, run: Run) -> None:
        """It still has to report its end to Prefect; once the prompt is back, nothing of it should be running.

        What follows it begins, and is named; webhooks are told, where no gateway has done it.
        """
        await self._ports.orchestrator.wait(run.run_id, limit_s=_LAST_WORDS_S)
        for next_ in await begin_follow_ups(self._records, self._ports.orchestrator, run):
            words = command("show", next_.run_id, "--follow")
            print(f"{next_.workflow} follows: {words}", file=sys.stderr)
        if await self._records.webhooks.listed(self._owner):
            await deliver_due(self._records, self._ports.webhooks, limit_s=_TELLING_S)

    async def follow(self, run: Run, shown: Display, *, after: int) -> None:
        """Show what comes."""
        async for event in follow(self._records.runs, run.run_id, after=after):
            shown.event(event)

    async def end_now(self, run_id: str) -> RunStatus:
        """Raise its flag, and end its process."""
        await self._records.runs.request_cancel(run_id)
        await end_process(self._ports, run_id)
        return (await self._records.runs.get(run_id)).status

    async def result(self, run: Run) -> JSON:
        """Its result, the main document as files of this machine."""
        return await with_document_here(self._ports.files, run, await whole_result(self._records, run))

    async def export(self, run: Run, kind: str, path: Path) -> Path:
        """Write one of its files."""
        await save_file(self._records, self._ports.files, run, file_in(run, kind), path)
        return path
