"""What goes in and out of operations on targets, posts and the audit log."""

from pydantic import AliasChoices, BaseModel, Field, SecretStr

from magicai.messages import Message
from magicai.paging import Page
from magicai.publishing.posts import PostState
from magicai.publishing.target import NewTarget, Platform
from magicai.runs.run import JSON
from magicai.shapes.base import Body, Shown, UserName
from magicai.values.times import Moment


class PostShown(Shown):
    """A post, or one that is still to be made."""

    content_id: str
    target: str
    platform: str
    title: str
    state: PostState
    url: str
    posted_digest: str
    posted_at: Moment | None
    seen_at: Moment | None
    counts: dict[str, int] = Field(description="Views, likes, replies and others, where the platform counts them.")
    problem: str = Field(description="Why the last attempt failed; empty if it did not.")
    problem_message: Message | None = Field(default=None, description="What `problem` says.")


class PostList(Page[PostShown]):
    """Posts, by submission."""


class LookedAt(BaseModel):
    """Posts, as their platforms say that they do."""

    posts: list[PostShown]


class AuditEntry(Shown):
    """An entry of the audit log."""

    sequence: int
    at: Moment
    action: str
    by: UserName = Field(
        description="Name of the user; empty of MagicAI itself.", validation_alias=AliasChoices("by", "actor")
    )
    more: JSON
    erased: bool = Field(description="Whether `by` and `more` were erased with a person.")
    hash: str


class AuditList(Page[AuditEntry]):
    """Entries of the audit log, in order."""


class AuditVerified(BaseModel):
    """Whether the audit log is in order."""

    in_order: bool
    count: int
    erased: int = Field(description="Entries whose details were erased with a person.")
    head: str = Field(description="The last hash. Note it elsewhere, to see later whether entries are missing.")
    fault: str = Field(description="What is wrong, and from which entry on; empty if nothing is.")
    fault_message: Message | None = Field(description="What `fault` says.")


class AddedTarget(Body):
    """A target to add."""

    name: str = Field(min_length=1, max_length=40)
    platform: Platform
    address: str = Field("", max_length=2_000)
    user: str = Field("", max_length=200)
    secret: SecretStr | None = Field(None, description="App password, API key or token. It is never shown again.")
    options: dict[str, str] = Field(default={}, max_length=20)

    @property
    def new(self) -> NewTarget:
        """The target."""
        return NewTarget(**{name: getattr(self, name) for name in AddedTarget.model_fields})


class TargetShown(Shown):
    """A target, without its secret."""

    name: str
    platform: Platform
    address: str
    user: str
    options: dict[str, str]
    has_secret: bool


class TargetList(Page[TargetShown]):
    """Targets, by name."""


class TargetChecked(BaseModel):
    """The account that a target signs in to."""

    account: str
