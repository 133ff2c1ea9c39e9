"""How a step's progress becomes events, and how a wish to stop reaches the step."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from types import TracebackType
from typing import Any, Self

from magicai.errors import Cancelled, Conflict, MagicError, OverBudget
from magicai.messages import Message
from magicai.ports import RunRecords, Usage
from magicai.runs.execution.remaining import Remaining
from magicai.runs.run import JSON, Attempt, Cost, Problem, RunEvent, RunStatus
from magicai.values.money import added, in_words
from magicai.values.times import now_us
from magicai.values.units import so_many

BEAT_S = 2.0
_LEAST_BETWEEN_EVENTS_S = 0.5
# Records that are out of reach for longer than this cannot tell whether another attempt has taken over.
_LONGEST_SILENCE_S = 60.0

Show = Callable[[str, str | Sequence[Mapping[str, object]]], Awaitable[None]]


class Heartbeat:
    """Shows life while an attempt runs, and hears when somebody asks it to stop.

    Attributes:
        stop: set once it is to stop.
        gives_way: whether its run resumes later by itself.
        lost: why it may write no more.
    """

    def __init__(self, runs: RunRecords, attempt: Attempt) -> None:
        self._runs, self._attempt = runs, attempt
        self.stop = asyncio.Event()
        self.gives_way = False
        self.lost: Conflict | None = None
        self._task: asyncio.Task[None] | None = None
        self._stop_cleared = False
        self._last_beat = 0.0

    async def __aenter__(self) -> Self:
        self._last_beat = time.monotonic()
        self._task = asyncio.create_task(self._keep_beating())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._task is not None
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task

    def clear_stop(self) -> None:
        """The wish to stop has been met by leaving something out."""
        self._stop_cleared = True
        self.stop.clear()

    async def beat(self) -> None:
        """Show life now, and hear what was said since the last time."""
        try:
            if await self._runs.beat(self._attempt):
                self.gives_way = not (await self._runs.get(self._attempt.run_id)).cancel_requested
                if self.gives_way or not self._stop_cleared:
                    self.stop.set()
            self._last_beat = time.monotonic()
        except Conflict as exc:
            self._lose(exc)
        except MagicError as exc:  # a full disk, too, may have room again
            if time.monotonic() - self._last_beat > _LONGEST_SILENCE_S:
                self._lose(Conflict("records_unreachable", reason=exc))

    def _lose(self, why: Conflict) -> None:
        self.lost = why
        self.stop.set()

    async def _keep_beating(self) -> None:
        while self.lost is None:
            await self.beat()
            await asyncio.sleep(BEAT_S)


@dataclass(slots=True)
class Journal:
    """Everything that an attempt tells: events in order, problems and costs summed up.

    All its times are of the records' clock, which may be another machine's.

    Attributes:
        problems: those for which something is missing first.
        estimated: whether a call's price is unknown, so that the run has cost more than is known.
        worked_us: how long attempts worked, by number, from their first sign of life to their last.
        most: the progress that was told last; a plan that grows takes nothing of it back.
    """

    runs: RunRecords
    attempt: Attempt
    budget: float
    problems: list[Problem] = field(default_factory=list[Problem])
    missing: bool = False
    usage: Usage = field(default_factory=Usage)
    estimated: bool = False
    cost_by_step: dict[str, float] = field(default_factory=dict[str, float])
    worked_us: dict[int, int] = field(default_factory=dict[int, int])
    remaining: Remaining = field(default_factory=Remaining)
    most: float = 0.0
    _ahead_us: int = 0
    _lacking: int = 0
    _earlier: dict[str, list[tuple[Problem, bool]]] = field(default_factory=dict[str, list[tuple[Problem, bool]]])

    async def append(self, kind: str, task: str | None = None, **data: Any) -> None:
        """Append an event."""
        await self.runs.append_event(
            RunEvent(
                run_id=self.attempt.run_id,
                sequence=0,
                at=self.now(),
                kind=kind,
                status=RunStatus.PROCESSING,
                progress=self.progress(),
                current_task=task,
                estimated_remaining=self.remaining.seconds(),
                data=data,
            ),
            attempt=self.attempt,
        )

    def now(self) -> int:
        """The time by the records' clock, as far ahead of this machine's as when the attempt began."""
        return now_us() + self._ahead_us

    def progress(self) -> float:
        """Per cent of the planned work, by the time that steps take; it never steps back."""
        self.most = max(self.most, round(min(100.0, 100 * self.remaining.share()), 1))
        return self.most

    async def take_over(self) -> None:
        """Sum up what earlier attempts at this run took and cost, and remember which problems their steps told."""
        self._ahead_us = await self.runs.now() - now_us()
        after = 0
        number = begun = 0
        while events := await self.runs.events(self.attempt.run_id, after=after):
            for event in events:
                if event.kind == "status":
                    # Not its end: of an attempt that died it may have been told a day later.
                    if "attempt" in event.data and not event.status.ended:
                        number, begun = event.data["attempt"], event.at
                else:
                    self.worked_us[number] = event.at - begun
                if event.kind == "step" and event.data.get("state") == "done":
                    self.remaining.before[event.current_task or ""] = event.data["duration_s"]
                elif event.kind == "problem":
                    known = (Problem.model_validate(event.data["problem"]), bool(event.data["missing"]))
                    self._earlier.setdefault(event.current_task or "", []).append(known)
                elif event.kind == "cost":
                    kept = Cost.model_validate(event.data["usage"])
                    cost = None if kept.estimated else float(kept.amount)
                    usage = Usage(kept.prompt_tokens, kept.completion_tokens, cost, kept.currency)
                    self.count_cost(event.current_task or "", usage)
            after = events[-1].sequence

    def count_cost(self, step: str, usage: Usage) -> None:
        """Add what a step has used; a call of unknown price adds nothing to the cost, which is estimated from then."""
        if usage.cost is None:
            self.estimated, usage = True, replace(usage, cost=0.0)
        self.usage += usage
        self.cost_by_step[step] = added(self.cost_by_step.get(step, 0.0), usage.cost or 0.0)

    def keep(self, step: str) -> None:
        """A step's earlier result stands, and so do the problems that it told."""
        for problem, missing in self._earlier.get(step, ()):
            self._add(problem, missing=missing)

    async def problem(self, step: str, problem: Problem, *, missing: bool) -> None:
        """Keep a problem that a step told, once."""
        if self._add(problem, missing=missing):
            await self.append("problem", step, problem=problem.model_dump(mode="json"), missing=missing)

    async def failure(self, problem: Problem) -> None:
        """Say why this attempt fails; the next one may not."""
        # A step may have told of it, and where it was met, before it gave up.
        if problem.what not in [one.what for one in self.problems]:
            self.problems.insert(0, problem)
        await self.append("failure", problem=problem.model_dump(mode="json"))

    def _add(self, problem: Problem, *, missing: bool) -> bool:
        self.missing = self.missing or missing
        if problem in self.problems:
            return False
        # First those for which something is missing: lists show one.
        self.problems.insert(self._lacking if missing else len(self.problems), problem)
        self._lacking += missing
        return True


class StepReporter:
    """The Reporter of one step."""

    def __init__(self, journal: Journal, heartbeat: Heartbeat, step: str, show: Show) -> None:
        self._journal, self._heartbeat, self._step = journal, heartbeat, step
        self._show = show
        self._reported_at = time.monotonic()
        # Of what is done now, an earlier attempt or step may have done a part: it says nothing of the pace.
        self._first: tuple[float, int] | None = None

    async def progress(
        self, done: int, total: int | None, unit: str, *, most_s: float | None = None, **data: object
    ) -> None:
        """Say how far it is; cheap to call often.

        Args:
            done: what is done; what ended without is `failed` in `data`, as a number.
            most_s: seconds after which it ends in any case: more are not promised, whatever the pace.

        Raises:
            Cancelled: the user asked the run to stop.
        """
        if self._heartbeat.stop.is_set():
            raise Cancelled("step_stopped", step=self._step, amount=so_many(done, unit))
        now, failed = time.monotonic(), data.get("failed", 0)
        ended = done + (failed if isinstance(failed, int) else 0)
        if self._first is None or ended < self._first[1]:
            self._first = (now, ended)
        finished = total is not None and ended >= total
        if total:
            self._journal.remaining.tell_share(self._step, ended / total)
        if now - self._reported_at < _LEAST_BETWEEN_EVENTS_S and not finished:
            return
        self._reported_at = now
        waits = bool(data.get("waiting")) and not data.get("rate")  # at a rate, others go on
        self._journal.remaining.tell_waiting(self._step, waits=waits)
        remaining = self._remaining(now, ended, total)
        if remaining is not None:
            self._journal.remaining.tell(self._step, remaining if most_s is None else min(remaining, max(0.0, most_s)))
        fields: JSON = {"done": done, "total": total, "unit": unit, "extra": data}
        await self._journal.append("progress", self._step, **fields)

    def _remaining(self, now: float, ended: int, total: int | None) -> float | None:
        assert self._first is not None
        began, before = self._first
        return (now - began) / (ended - before) * (total - ended) if total and ended > before else None

    async def problem(
        self, where: str, what: Message, way: Message | None = None, *, temporary: bool = False, missing: bool = True
    ) -> None:
        """Say what did not work, for the result; it is partial where something is `missing` because of it."""
        problem = Problem.saying(where, what, way, temporary=temporary)
        await self._journal.problem(self._step, problem, missing=missing)

    async def finding(self, **data: object) -> None:
        """Show something at once that people are waiting for."""
        fields: JSON = dict(data)
        await self._journal.append("finding", self._step, **fields)

    async def text(self, piece: str, *, item: str, begins: bool) -> None:
        """Show the next piece of a text while it is written."""
        fields: JSON = {"item": item, "begins": begins, "text": piece}
        await self._journal.append("text", self._step, **fields)

    async def spent(self, usage: Usage) -> None:
        """Say what was used of a language model.

        Raises:
            OverBudget: the run's budget is used up.
        """
        self._journal.count_cost(self._step, usage)
        kept: JSON = {
            "prompt_tokens": usage.prompt_tokens,
            "completion_tokens": usage.completion_tokens,
            "amount": f"{Decimal(str(usage.cost or 0.0)):f}",
            "currency": usage.currency,
        }
        if usage.cost is None:
            kept["estimated"] = True
        await self._journal.append("cost", self._step, usage=kept)
        spent, budget = self._journal.usage.cost or 0.0, self._journal.budget
        if spent > budget:
            raise OverBudget("budget_exceeded", spent=in_words(spent), budget=in_words(budget))

    async def show(self, key: str, content: str | Sequence[Mapping[str, object]]) -> None:
        """Show an operator Markdown, or rows of a table, beside the run."""
        await self._show(key, content)
