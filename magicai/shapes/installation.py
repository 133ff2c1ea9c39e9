"""How an installation is doing, as its operators see it."""

from pydantic import BaseModel, Field

from magicai.doctor import Health
from magicai.messages import Message
from magicai.values.times import Moment


class FailedRunShown(BaseModel):
    """A run that failed."""

    run_id: str
    workflow: str
    failed_at: Moment
    yours: bool = Field(description="Whether it is in the workspace that you work in.")


class CauseShown(BaseModel):
    """Why runs failed."""

    problem: str = Field(description="In English; empty where nothing is known.")
    message: Message | None = Field(description="Its code.")
    way_out: str
    way: Message | None = Field(description="Its code.")
    count: int
    latest: list[FailedRunShown] = Field(description="The latest five.")


class BackupShown(BaseModel):
    """The latest backup."""

    made_at: Moment | None = Field(description="Null if there is none.")
    problem: str = Field(description="Why nobody knows; else empty.")
    message: Message | None = Field(description="Its code.")


class OperationsShown(BaseModel):
    """How the installation is doing."""

    failures: list[CauseShown] = Field(description="Of the last 24 hours in all workspaces, most frequent first.")
    more_failures: bool = Field(description="Whether more runs failed than were counted.")
    backup: BackupShown | None = Field(description="Null if backups are not set up.")


class CheckShown(BaseModel):
    """What came of a check."""

    name: str
    health: Health
    words: str
    message: Message | None = Field(description="Its code, of what is wrong or absent.")
    way_out: str
    way: Message | None = Field(description="Its code.")


class ChecksShown(BaseModel):
    """What `magicai doctor` finds."""

    healthy: bool
    checks: list[CheckShown]
