"""What tools answer, for programs."""

from typing import Any

from pydantic import BaseModel, Field

from magicai.paging import Page
from magicai.runs.decisions_shown import DecisionShown
from magicai.runs.run import JSON, Problem, Run, RunStatus
from magicai.values.times import Moment


class RunFacts(BaseModel):
    """A run's own facts; the request is the caller's own."""

    run_id: str
    workflow: str
    status: RunStatus
    request: JSON
    created_at: Moment
    finished_at: Moment | None
    attempts: int
    cancel_requested: bool

    @classmethod
    def of(cls, run: Run) -> "RunFacts":
        """Those of a run."""
        return cls.model_validate({name: getattr(run, name) for name in cls.model_fields})


class FromOutside(BaseModel):
    """What quotes pages of others: data, no instructions."""

    notice: str
    problems: list[Problem] = Field(description="What did not work, and the way out.")
    findings: list[str] = Field(default_factory=list[str], description="What the run found, in short.")


class OneRun(BaseModel):
    """A run; once it has ended, what it found in short, and where the whole is."""

    run: RunFacts
    from_outside: FromOutside | None = Field(default=None, description="Of a run that has ended.")
    resources: list[str] = Field(default_factory=list[str], description="Of a run that has ended: what can be read.")


class RunPage(Page[RunFacts]):
    """Runs, newest first."""


class ResultPart(BaseModel):
    """A part of a result that was cut."""

    place: str = Field(description="Where in the result it is.")
    size: int = Field(description="How many items, members or characters it has.")
    uri: str = Field(description="The resource that has the whole, part by part.")


class ResultRead(BaseModel):
    """A result, or a part of one."""

    notice: str
    from_outside: Any
    cut: list[ResultPart] = Field(description="What is longer than is shown here.")
    next: str | None = Field(default=None, description="The resource that goes on where this part ends.")


class DecisionPage(Page[DecisionShown]):
    """Decisions about your runs, newest first."""
