"""A run: a row of ours that a request becomes, its attempts, its events, its result."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Self

from pydantic import ConfigDict, Field

from magicai.errors import MagicError, Temporary
from magicai.messages import Message, plain
from magicai.runs.plan import Decision
from magicai.values.frozen import Frozen
from magicai.values.money import Money
from magicai.values.times import IsoTime, Moment

JSON = dict[str, Any]

# An attempt whose process cannot be looked at is taken for dead after so much silence.
SILENCE_US = 75_000_000
# What a run's failure is called that is no fault of the run.
INTERRUPTED = "interrupted"


class RunStatus(StrEnum):
    """Status of a run. `partial` means that its result names what is missing."""

    QUEUED = "queued"
    PROCESSING = "processing"
    COMPLETED = "completed"
    PARTIAL = "partial"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen to it by itself."""
        return self not in (RunStatus.QUEUED, RunStatus.PROCESSING)


class Origin(StrEnum):
    """Where a run was started. `run`: by another run, a decision about it, or an effect of it."""

    CLI = "cli"
    API = "api"
    PREFECT = "prefect"
    SCHEDULE = "schedule"
    RUN = "run"


class Problem(Frozen):
    """Something that went wrong, for the reader of the result.

    Attributes:
        what: the message in English; `way_out` likewise, in the words of the command line.
        message: none in rows of earlier versions; `way` is what it says to do.
    """

    where: str
    what: str
    way_out: str = ""
    temporary: bool = False
    message: Message | None = None
    way: Message | None = None

    @property
    def said(self) -> Message:
        """What went wrong; in rows of earlier versions without a code."""
        return self.message or plain(self.what)

    @property
    def way_said(self) -> Message | None:
        """What to do."""
        return self.way or (plain(self.way_out) if self.way_out else None)

    @classmethod
    def of(cls, where: str, error: MagicError) -> Self:
        """The problem that an error is."""
        return cls.saying(where, error.message, error.way, temporary=isinstance(error, Temporary))

    @classmethod
    def saying(cls, where: str, what: Message, way: Message | None = None, *, temporary: bool = False) -> Self:
        """The problem that a message tells.

        Args:
            way: another way out than the message's own.
        """
        way = way or what.way_out
        return cls(where=where, what=str(what), way_out=str(way or ""), temporary=temporary, message=what, way=way)


class Cost(Money):
    """What a run cost; tokens count whether or not they were paid for."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    estimated: bool = False


class Run(Frozen):
    """A request that was accepted. Times are UTC microseconds.

    Attributes:
        follows: the run that led to it.
        waits: whether it begins only once that run has ended.
        pruned_at: when what it had gathered was deleted.
        interrupted: whether it failed because its process ended or never began; it can be resumed.
        file_names: of the files that the request names, by their ids.
        dismissed: whether somebody said that its failure needs nobody any more.
        name: what people call it; "" where nobody gave it a name.
        started_by: the user who wanted it; None where nobody is known, "" where they were deleted since.
    """

    run_id: str
    owner_id: str
    workflow: str
    request: JSON
    origin: Origin
    status: RunStatus
    created_at: Moment
    started_at: Moment | None = None
    finished_at: Moment | None = None
    cancel_requested: bool = False
    attempts: int = 0
    follows: str | None = None
    waits: bool = False
    flow_run_id: str | None = None
    pruned_at: Moment | None = None
    interrupted: bool = False
    result: JSON | None = None
    file_names: dict[str, str] = Field(default_factory=dict)
    started_by: str | None = None
    name: str = ""
    dismissed: bool = False

    @property
    def shown_status(self) -> str:
        """Its status as people read it."""
        return INTERRUPTED if self.interrupted else str(self.status)


def budget_within(parameters: Mapping[str, Any], budget: float) -> float:
    """The most that a run may cost, in US dollars: its own budget, or that of every run where that is less.

    Args:
        parameters: of its request (`Workflow.parameters`).
        budget: what every run may cost.
    """
    own = parameters.get("budget")
    return budget if own is None else min(budget, float(own))


class Attempt(Frozen):
    """One process that carries out a run.

    Attributes:
        host, pid, process_started_at: together they name a process, though pids are used again.
        beat_at: its last sign of life, UTC microseconds.
        token: fencing token; writes of an older attempt are refused.
    """

    run_id: str
    number: int
    host: str
    pid: int
    process_started_at: int
    flow_run_id: str | None
    started_at: int
    beat_at: int
    ended_at: int | None = None
    token: int


class RunEvent(Frozen):
    """Something that happened to a run; shown by terminal, page and socket.

    Attributes:
        sequence: 1, 2, 3 ... within the run, without a gap.
        kind: `status`, `plan`, `step`, `progress`, `problem`, `finding`, `review` (a person is needed), `log`.
        progress: 0 to 100.
        estimated_remaining: seconds, or None while nobody knows.
    """

    run_id: str
    sequence: int
    at: Moment
    kind: str
    status: RunStatus
    progress: float = 0
    current_task: str | None = None
    estimated_remaining: float | None = Field(default=None, description="Seconds.")
    data: JSON = Field(default_factory=dict)


class RunResult(Frozen):
    """What every workflow's result has; each adds its own fields beside these."""

    model_config = ConfigDict(frozen=True, extra="allow")

    run_id: str
    workflow: str
    status: RunStatus
    started_at: IsoTime
    finished_at: IsoTime
    execution_time: float = Field(description="Seconds.")
    cost: Cost = Cost()
    decision: Decision | None = None
    problems: tuple[Problem, ...] = ()
    interrupted: bool = Field(
        default=False, description="Whether it failed because its process ended or never began. It can be resumed."
    )
