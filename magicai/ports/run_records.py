"""Runs, their attempts, plans, results and events, in the records."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from magicai.messages import Message
from magicai.runs.plan import Plan
from magicai.runs.run import JSON, Attempt, Cost, Problem, Run, RunEvent, RunStatus


@dataclass(frozen=True, slots=True)
class Spent:
    """What a run has used; nothing while it has no result."""

    workflow: str
    status: RunStatus
    seconds: float
    cost: Cost


@dataclass(frozen=True, slots=True)
class RunSummary:
    """A run as a list shows it.

    Attributes:
        run: without its result.
        progress: 0 to 100.
        findings: the main findings of its result.
        finding_messages: their codes, in their order; none where they have none.
        problem: the first problem of its result.
    """

    run: Run
    progress: float
    findings: tuple[str, ...] = ()
    finding_messages: tuple[Message, ...] = ()
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class FailedRun:
    """A run that failed, without what it was asked.

    Attributes:
        owner_id: the workspace.
        finished_at: UTC microseconds.
        problem: the first of its result; None where it has none.
    """

    run_id: str
    owner_id: str
    workflow: str
    finished_at: int
    problem: Problem | None


class RunRecords(Protocol):
    """Runs, their attempts, plans, kept step results and events."""

    async def add(self, run: Run, *, key: str) -> Run:
        """Add a run; the same owner and key again give the first one back, unchanged."""
        ...

    async def get(self, run_id: str, *, owner_id: str | None = None) -> Run:
        """One run. A unique beginning or end of its id will do (at least 4 characters).

        Raises:
            NotFound: none such for this owner (any owner where None).
            Invalid: several fit; the message names them.
        """
        ...

    async def listed(
        self,
        *,
        owner_id: str | None = None,
        statuses: Sequence[RunStatus] = (),
        workflow: str | None = None,
        follows: str | None = None,
        limit: int = 50,
        before: str | None = None,
    ) -> list[Run]:
        """Runs, newest first, without their results, which `get` brings.

        Args:
            owner_id: whose; anybody's where None, and so on.
            statuses: how they stand.
            workflow: of which workflow.
            follows: the run that led to them.
            limit: how many at most.
            before: only older ones than this run.
        """
        ...

    async def summaries(
        self,
        *,
        owner_id: str,
        findings: Mapping[str, str],
        statuses: Sequence[RunStatus] = (),
        workflows: Sequence[str] = (),
        words: Sequence[str] = (),
        runs: Collection[str] | None = None,
        follows: str | None = None,
        limit: int = 50,
        before: str | None = None,
    ) -> list[RunSummary]:
        """Runs as lists show them, newest first.

        Args:
            owner_id: whose.
            findings: by workflow, the dotted path of the findings in its result.
            statuses: their statuses.
            workflows: their workflows.
            words: each is in the run's request, name, id or workflow, in upper or lower case.
            runs: only these.
            follows: the run that led to them.
            limit: the maximum number.
            before: only older ones than this run.
        """
        ...

    async def failed(self, *, since: int, limit: int) -> list[FailedRun]:
        """Runs of all workspaces that failed since then (UTC microseconds), newest first."""
        ...

    async def of_keys(self, owner_id: str, keys: Sequence[str]) -> list[Run]:
        """An owner's runs that have one of these keys, without their results, oldest first."""
        ...

    async def remove(self, owner_id: str, run_ids: Sequence[str]) -> None:
        """Remove runs that have ended, with all rows that are theirs alone; what models took for them stays counted."""
        ...

    async def release_keys(self, owner_id: str, run_ids: Sequence[str]) -> None:
        """Let other runs have the keys of these."""
        ...

    async def spent(self, *, owner_id: str, since: int) -> list[Spent]:
        """What each of an owner's runs has used that were accepted since then (UTC microseconds)."""
        ...

    async def waiting(self, *, limit: int = 200) -> list[Run]:
        """Queued runs, without their results: each owner's oldest first, then each one's second, and so on."""
        ...

    async def set_request(self, run_id: str, request: JSON) -> Run:
        """Change a run's request; answers the run.

        Raises:
            NotFound: there is no such run.
            Conflict: it is under way, or has completed.
        """
        ...

    async def requeue(self, run_id: str) -> Run:
        """Queue a run again that has ended without completing, for whoever dispatches; one that is queued stays so.

        Raises:
            NotFound: there is no such run.
            Conflict: it lives, has completed, was cancelled before it began, or what it had gathered was pruned.
        """
        ...

    async def close_unbegun(self, run_id: str, result: JSON) -> bool:
        """End a queued run that no attempt has begun for as failed; answers whether it was one."""
        ...

    async def begin(
        self, run_id: str, *, host: str, pid: int, process_started_at: int, flow_run_id: str | None
    ) -> Attempt:
        """Open an attempt: the run becomes `processing`, older attempts can write no more.

        The same flow run in the same process gets the attempt back that it has open.

        Raises:
            Conflict: the run has completed, was cancelled before it began, or what it had gathered was pruned; or
                another attempt has shown life within `SILENCE_US` and was not ended: the message says where.
        """
        ...

    async def beat(self, attempt: Attempt) -> bool:
        """Show life; answers whether somebody asked it to stop: the run was cancelled, or is to give way.

        Raises:
            Conflict: a later attempt has taken over.
        """
        ...

    async def finish(self, attempt: Attempt, status: RunStatus, result: JSON) -> None:
        """End the attempt and its run, with the final `status` event, in one transaction; again changes nothing.

        Raises:
            Conflict: a later attempt has taken over.
        """
        ...

    async def unfinished(self) -> list[tuple[Run, Attempt]]:
        """Runs that are `processing`, with their latest attempt."""
        ...

    async def now(self) -> int:
        """What time it is, UTC microseconds, by the clock that all of these times are taken from."""
        ...

    async def restart(self, attempt: Attempt, *, most: int) -> bool:
        """Queue a run again whose attempt died; no where it was so often since somebody asked for it, or lives again.

        Args:
            attempt: as it was last seen.
            most: how often in a row.
        """
        ...

    async def close_dead(self, attempt: Attempt, status: RunStatus, result: JSON) -> bool:
        """End a run whose attempt died, unless it lives again by now; answers whether it was closed."""
        ...

    async def request_cancel(self, run_id: str) -> RunStatus:
        """Ask a run to stop; a queued one is cancelled at once. Answers its status then."""
        ...

    async def dismiss(self, run_id: str) -> None:
        """Let a run that has ended need nobody any more, until it is resumed."""
        ...

    async def rename(self, run_id: str, name: str) -> Run:
        """Set what people call a run; "" takes the name away.

        Raises:
            NotFound: there is no such run.
        """
        ...

    async def ask_to_give_way(self, run_id: str) -> None:
        """Ask an active run to stop at its next safe point and return to the queue; others are left alone."""
        ...

    async def put_back(self, attempt: Attempt) -> bool:
        """Queue the run of an attempt that gives way; no where somebody has asked to cancel it.

        Raises:
            Conflict: a later attempt has taken over.
        """
        ...

    async def save_plan(self, attempt: Attempt, plan: Plan) -> None:
        """Keep a revision; the same revision again changes nothing."""
        ...

    async def plans(self, run_id: str) -> list[Plan]:
        """All revisions, oldest first."""
        ...

    async def save_step_result(self, attempt: Attempt, step: str, revision: int, inputs: str, result: JSON) -> None:
        """Keep a step's result under (run, step, revision, digest of its inputs)."""
        ...

    async def step_result(self, run_id: str, step: str, revision: int, inputs: str) -> JSON | None:
        """A step's kept result, or None."""
        ...

    async def append_event(self, event: RunEvent, *, attempt: Attempt | None = None) -> RunEvent:
        """Append an event; its `sequence` is given here (what it holds is ignored).

        Those of kind `text` replace those of the text before, and are gone once the run has ended.

        Raises:
            Conflict: a later attempt than `attempt` has taken over.
        """
        ...

    async def need_review(self, run_id: str, data: JSON) -> None:
        """Append an event of kind `review`: a person is needed; `data` says where, what and the way out.

        The same again is one event.
        """
        ...

    async def events(self, run_id: str, *, after: int = 0, limit: int = 500) -> list[RunEvent]:
        """Events with a greater sequence, in order."""
        ...
