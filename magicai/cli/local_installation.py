"""The installation on this machine: runs are processes beside this one."""

import sys
from collections.abc import AsyncGenerator, Sequence
from dataclasses import asdict
from pathlib import Path

from pydantic import BaseModel

from integrations.open import Ports
from magicai.accounts.account import Me, Usage
from magicai.accounts.identity import Caller
from magicai.accounts.usage import usage_of
from magicai.accounts.users import local_user
from magicai.brain.recall import recall
from magicai.cli.addresses import check_addresses
from magicai.cli.called import command
from magicai.cli.display import Display
from magicai.cli.interrupts import Interrupts
from magicai.cli.supervision import Supervision, end_process
from magicai.ports import ItemState
from magicai.runs.events.follow import follow
from magicai.runs.exports import file_in, files_of, save_file, with_document_here
from magicai.runs.follow_ups import begin_follow_ups
from magicai.runs.notifications.webhooks import deliver_due
from magicai.runs.plan import Plan
from magicai.runs.queue.dead_runs import close_dead_runs, close_if_dead
from magicai.runs.queue.resume import check_resumable, set_budget
from magicai.runs.queue.stranded import stranded
from magicai.runs.requests.accept import accept
from magicai.runs.requests.files_in import upload_path
from magicai.runs.requests.intake import check_paths, prepare_request
from magicai.runs.results import whole_result
from magicai.runs.run import JSON, Origin, Run, RunEvent, RunStatus
from magicai.runs.views.models import ModelShown

_LAST_WORDS_S = 20.0
_TELLING_S = 5.0
_PART = 1000


class LocalInstallation:
    """An installation over this process's ports; its runs are those of MAGICAI_OWNER."""

    resumable: Sequence[RunStatus] = (RunStatus.FAILED, RunStatus.CANCELLED, RunStatus.QUEUED)

    def __init__(self, ports: Ports) -> None:
        self._ports, self._records = ports, ports.records
        self._owner = ports.settings.owner

    async def find_interrupted(self) -> Sequence[Run]:
        """Close runs whose process is gone."""
        return await close_dead_runs(self._records, self._ports.orchestrator)

    async def stranded(self) -> Sequence[Run]:
        """Runs that wait, and that nothing will begin by itself."""
        return await stranded(self._records, owner_id=self._owner)

    async def accept(self, workflow: str, request: BaseModel) -> Run:
        """Make a row of a request."""
        taken = await prepare_request(self._ports, request, owner_id=self._owner, origin=Origin.CLI)
        await check_addresses(workflow, request, self._ports.settings)
        return await accept(self._records, workflow, taken, owner_id=self._owner, origin=Origin.CLI)

    async def upload(self, path: Path) -> str:
        """Keep a file for runs to read."""
        return (await upload_path(self._records, self._ports.files, path, owner_id=self._owner)).file_id

    async def find(self, run_id: str) -> Run:
        """A run of the owner's."""
        return await self._records.runs.get(run_id, owner_id=self._owner)

    async def listed(
        self, *, statuses: Sequence[RunStatus] = (), workflow: str | None = None, limit: int | None = None
    ) -> AsyncGenerator[Run]:
        """The owner's runs."""
        left, before = limit, None
        while found := await self._records.runs.listed(
            owner_id=self._owner,
            statuses=statuses,
            workflow=workflow,
            limit=_PART if left is None else min(_PART, left),
            before=before,
        ):
            for run in found:
                yield run
            left, before = None if left is None else left - len(found), found[-1].run_id
            if left == 0:
                return

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

    async def events(self, run: Run) -> list[RunEvent]:
        """All that there are."""
        found: list[RunEvent] = []
        while part := await self._records.runs.events(
            run.run_id, after=found[-1].sequence if found else 0, limit=_PART
        ):
            found += part
        return found

    async def follow(self, run: Run, shown: Display, *, after: int) -> None:
        """Show what comes."""
        async for event in follow(self._records.runs, run.run_id, after=after):
            shown.event(event)

    async def stop(self, run: Run, *, now: bool) -> RunStatus:
        """Raise its flag, or end its process."""
        await self._records.runs.request_cancel(run.run_id)
        if now:
            await end_process(self._ports, run.run_id)
        return (await self._records.runs.get(run.run_id)).status

    async def result(self, run: Run) -> JSON:
        """Its result, the main document as files of this machine."""
        return await with_document_here(self._ports.files, run, await whole_result(self._records, run))

    async def items(self, run: Run, *, states: Sequence[ItemState], limit: int) -> JSON:
        """What its steps work on."""
        counts = await self._records.items.counts(run.run_id)
        found = await self._records.items.listed(run.run_id, states=states, limit=limit)
        return {
            "steps": [{"step": step, **asdict(one)} for step, one in counts.items()],
            "items": [
                {
                    "step": one.step,
                    "key": one.key,
                    "state": one.state,
                    "attempts": one.attempts,
                    "problem": one.problem.model_dump(mode="json") if one.problem else None,
                }
                for one in found
            ],
        }

    async def formats(self, run: Run) -> Sequence[str]:
        """Those that its workflow declares, and it has."""
        return [file.format for file in files_of(run)]

    async def export(self, run: Run, kind: str, path: Path) -> Path:
        """Write one of its files."""
        await save_file(self._records, self._ports.files, run, file_in(run, kind), path)
        return path

    async def plan(self, workflow: str, request: BaseModel) -> Plan:
        """What a run would do on this machine."""
        from magicai.runs.execution.planning import plan_of

        wanted = await check_paths(request)
        knowledge = await recall(self._records, workflow, self._owner)
        budget, machine = self._ports.settings.budget, await self._ports.machine_now()
        return plan_of(workflow, wanted, owner_id=self._owner, machine=machine, knowledge=knowledge, budget=budget)

    async def me(self) -> Me:
        """The owner, who may do everything here."""
        return Me.of(Caller(user=await local_user(self._records.identities, self._owner)))

    async def models(self) -> Sequence[ModelShown]:
        """The language models that requests may name."""
        return [ModelShown.of(one) for one in self._ports.models()]

    async def usage(self, *, days: int) -> Usage:
        """What the owner's runs have used."""
        limit = self._ports.settings.budget_user_month
        return await usage_of(self._records, self._owner, days=days, limit=limit)
