"""Workflows, their runs, and what is said to them."""

from collections.abc import Mapping
from typing import Any, Literal, Self

from pydantic import BaseModel, Field

from magicai.messages import Message
from magicai.paging import Page
from magicai.runs.plan import Interval
from magicai.runs.queue.resumable import why_not_resumable
from magicai.runs.run import INTERRUPTED, JSON, Origin, Run, RunEvent, RunStatus
from magicai.runs.views.summaries import Listed
from magicai.shapes.base import Body, Shown
from magicai.shapes.problems import ProblemDetails
from magicai.surfaces import SurfaceWords
from magicai.values.times import Moment

_FINDINGS = 3


class WorkflowShown(BaseModel):
    """A workflow, its parameters and its result as JSON Schemas."""

    name: str
    title: str
    description: str
    parameters: JSON
    result: JSON
    sample: str | None = Field(description="What comes with MagicAI to try it on: POST to its address and /sample.")
    links: dict[str, str]


class WorkflowList(Page[WorkflowShown]):
    """All workflows."""


class Accepted(BaseModel):
    """A run that was accepted."""

    run_id: str
    task_id: str = Field(description="The same as `run_id`.")
    status: RunStatus
    estimated_time: Interval = Field(description="Seconds; contains eight runs in ten.")
    links: dict[str, str]


class Changed(BaseModel):
    """A run after a request to cancel or resume it."""

    run_id: str
    status: RunStatus
    links: dict[str, str]


class RunShown(Shown):
    """A run without its result."""

    run_id: str
    workflow: str
    name: str = Field(description='What people call it; "" where nobody named it.')
    request: JSON
    file_names: dict[str, str] = Field(description="Names of the files in the request, by file_id.")
    origin: Origin
    status: RunStatus
    created_at: Moment
    started_at: Moment | None
    finished_at: Moment | None
    interrupted: bool = Field(description="Whether it failed because its process ended. It can be resumed.")
    resumable: bool = Field(description="Whether it has ended, and can be resumed.")
    cancel_requested: bool
    attempts: int
    follows: str | None = Field(description="The run that started it.")
    waits: bool = Field(description="Whether it starts once that run has ended.")
    waiting: bool = Field(description="Whether it waits for your decision.")
    links: dict[str, str]

    @property
    def shown_status(self) -> str:
        """Its status as people read it."""
        return INTERRUPTED if self.interrupted else str(self.status)

    @classmethod
    def of(cls, thing: Run, **more: Any) -> Self:
        """The shape of a run."""
        resumable = thing.status.ended and why_not_resumable(thing, None) is None
        return super().of(thing, links=links_of(thing.run_id), resumable=resumable, **more)


class RunNamed(Body):
    """What people call a run."""

    name: str = Field(
        max_length=60,
        pattern=r"^(\S(.*\S)?)?$",
        description="Empty: it is called by what it is about again.",
        examples=["Spring prices"],
    )


class RunListed(RunShown):
    """A run in a list."""

    progress: float = Field(description="0 to 100.")
    findings: list[str] = Field(description="The first of the main findings of its result.")
    finding_messages: list[Message] = Field(description="Their codes, in their order; empty if they have none.")
    problem: str = Field("", description="The first problem of its result.")
    problem_message: Message | None = Field(None, description="Its code.")
    started_by: str | None = Field(
        None,
        description='Who started it, in a workspace with several members: a name, or "" for a former member. Null'
        " where nobody is known.",
    )

    @classmethod
    def of_list(cls, listed: Listed, say: SurfaceWords, *, people: Mapping[str, str] | None = None) -> Self:
        """The shape of a run of a list, its problem in the words of who asks.

        Args:
            people: names of those who may have started it; None where that is not told.
        """
        by = listed.summary.run.started_by
        summary = listed.summary
        problem = summary.problem and say.model(summary.problem)
        return cls.of(
            summary.run,
            waiting=listed.waiting,
            progress=summary.progress,
            findings=list(summary.findings[:_FINDINGS]),
            finding_messages=list(summary.finding_messages[:_FINDINGS]),
            problem=problem.what if problem else "",
            problem_message=problem and problem.message,
            started_by=None if people is None or by is None else people.get(by, ""),
        )


class RunList(Page[RunListed]):
    """Runs, newest first."""


class MessageTaken(BaseModel):
    """The message was delivered."""

    type: Literal["ack"] = "ack"
    id: str | None = Field(description="From the message.")
    data: JSON = Field(description="The answer of the workflow.")


class MessageRefused(BaseModel):
    """The message was not accepted, and why."""

    type: Literal["error"] = "error"
    id: str | None = Field(description="From the message, if it could be read.")
    error: ProblemDetails


class EventList(Page[RunEvent]):
    """Events in order. For later events, send the last sequence as `after`."""


class Health(BaseModel):
    """Whether this process is ready."""

    status: Literal["live", "ready"]
    stores: dict[str, str] = Field(default_factory=dict[str, str])


def links_of(run_id: str) -> dict[str, str]:
    """Addresses of everything about a run."""
    base = f"/api/runs/{run_id}"
    return {
        "self": base,
        "result": f"{base}/result",
        "plans": f"{base}/plans",
        "events": f"{base}/events",
        "stream": f"{base}/events/stream",
        "socket": f"/ws/task/{run_id}",
        "messages": f"{base}/messages",
        "items": f"{base}/items",
        "files": f"{base}/files",
        "view": f"{base}/view",
        "cancel": f"{base}/cancel",
        "resume": f"{base}/resume",
    }
