"""Links to a run's result for whoever has no account."""

from typing import Annotated

from pydantic import BaseModel, Field

from magicai.messages import Message
from magicai.paging import Page
from magicai.runs.run import JSON, RunStatus
from magicai.runs.views.share_links import MOST_DAYS, USUAL_DAYS
from magicai.shapes.base import Body, Shown
from magicai.shapes.results import FileShown, PanelShown
from magicai.values.times import Moment


class NewShare(Body):
    """How long a link works."""

    days: Annotated[int, Field(ge=1, le=MOST_DAYS)] = USUAL_DAYS


class ShareShown(Shown):
    """A link without its secret."""

    share_id: str
    run_id: str
    created_at: Moment
    expires_at: Moment
    revoked_at: Moment | None


class ShareMade(ShareShown):
    """A new link."""

    path: str | None = Field(
        description="Of the page that it opens, with its secret: shown once; null where the same Idempotency-Key had"
        " made it before."
    )


class ShareList(Page[ShareShown]):
    """A run's links, newest first."""


class SharedRun(BaseModel):
    """The result and files of a run, without its request and owner."""

    workflow: str
    status: RunStatus
    finished_at: Moment | None
    expires_at: Moment
    result: JSON
    findings: list[str]
    finding_messages: list[Message] = Field(description="Their codes, in their order; empty if they have none.")
    panels: list[PanelShown]
    files: list[FileShown]
