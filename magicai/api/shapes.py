"""What goes in and out of the routes, beside the workflows' own models."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from magicai.accounts.identity import LEAST_PASSWORD, LONGEST_PASSWORD, NAME_PATTERN, ApiKey, Role, Scope, User
from magicai.api.problems import ProblemDetails
from magicai.ports import Delivery, ItemState, Webhook
from magicai.runs.plan import Decision, Interval, PlannedStep
from magicai.runs.run import JSON, Origin, Problem, Run, RunEvent, RunStatus
from magicai.stores.entity import Entity
from magicai.values.times import to_iso

Name = Annotated[str, Field(pattern=NAME_PATTERN, description="Lower case.", examples=["ann"])]
Password = Annotated[str, Field(min_length=LEAST_PASSWORD, max_length=LONGEST_PASSWORD)]
Given = Annotated[str, Field(max_length=1000)]
KeepKeys = Annotated[
    list[Annotated[str, Field(max_length=64)]],
    Field(max_length=1000, description="Ids of API keys that a new password does not revoke; it revokes the others."),
]


class _In(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Login(_In):
    """A name and its password."""

    name: Given
    password: Given
    device: Annotated[str, Field(max_length=100, description="What an earlier login answered here.")] | None = None


class Link(_In):
    """What stands behind /login/ in a link of `magicai up`; works once."""

    link: Given


class RefreshToken(_In):
    """A refresh token, which works once."""

    refresh_token: Given


class NewPassword(_In):
    """The present password, "" where there is none yet, and the next one."""

    password: Given
    new_password: Password
    keep_keys: KeepKeys = []


class NewApiKey(_In):
    """What an API key is to be for."""

    name: Annotated[str, Field(min_length=1, max_length=100)]
    scopes: Annotated[frozenset[Scope], Field(min_length=1)]
    days: Annotated[int, Field(ge=1, le=3650)] | None = None


class NewUser(_In):
    """Somebody who may log in."""

    name: Name
    role: Role = Role.USER
    password: Password


class ChangedUser(_In):
    """What is to change."""

    role: Role | None = None
    enabled: bool | None = None
    password: Password | None = None
    keep_keys: KeepKeys = []


class NewWebhook(_In):
    """Where to tell of what."""

    url: Annotated[str, Field(min_length=1, max_length=2000, description="https; not a private address.")]
    events: Annotated[list[str], Field(max_length=20, description="Everything where none is named.")] = []


class IssuedTokens(BaseModel):
    """Both are shown once."""

    access_token: str
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105 - the scheme's name
    expires_in: int = Field(description="Seconds.")
    refresh_token: str
    refresh_expires_in: int = Field(description="Seconds.")
    device: str | None = Field(
        None, description="For the next login by password from here; tries of strangers do not count against it."
    )


class UserShown(BaseModel):
    """A user."""

    user_id: str
    name: str
    role: Role
    created_at: str
    disabled_at: str | None

    @classmethod
    def of(cls, user: User) -> "UserShown":
        """The shape of a user."""
        return cls(
            user_id=user.user_id,
            name=user.name,
            role=user.role,
            created_at=to_iso(user.created_at),
            disabled_at=_iso(user.disabled_at),
        )


class UserList(BaseModel):
    """All users by name."""

    users: list[UserShown]


class PageSession(BaseModel):
    """The page's login."""

    user: UserShown
    expires_at: str
    has_password: bool = Field(description="Whether one may log in by name and password, too.")


class PageOpened(PageSession):
    """The page's login, as it begins."""

    page_secret: str = Field(description="Each request brings it as X-Page-Secret; it is shown once.")
    device: str = Field(description="For the next login by password from here.")


class Ticket(BaseModel):
    """Opens one address, once."""

    ticket: str
    expires_in: int = Field(description="Seconds.")


class ApiKeyShown(BaseModel):
    """An API key without its secret."""

    key_id: str
    name: str
    scopes: list[Scope]
    hint: str
    created_at: str
    expires_at: str | None
    revoked_at: str | None
    parent_id: str | None = Field(description="The key that has made it, with which it ends.")

    @classmethod
    def of(cls, key: ApiKey) -> "ApiKeyShown":
        """The shape of a key."""
        return cls(
            key_id=key.key_id,
            name=key.name,
            scopes=list(key.scopes),
            hint=key.hint,
            created_at=to_iso(key.created_at),
            expires_at=_iso(key.expires_at),
            revoked_at=_iso(key.revoked_at),
            parent_id=key.parent_id,
        )


class ApiKeyMade(ApiKeyShown):
    """A new API key."""

    key: str | None = Field(description="Shown once; null where the same Idempotency-Key had made it before.")


class ApiKeyList(BaseModel):
    """Your API keys, newest first."""

    api_keys: list[ApiKeyShown]


class SigningKeyShown(BaseModel):
    """What access tokens are signed with from now on."""

    key_id: str
    created_at: str


class WorkflowShown(BaseModel):
    """A workflow, its parameters and its result as JSON Schemas."""

    name: str
    title: str
    description: str
    parameters: JSON
    result: JSON
    links: dict[str, str]


class WorkflowList(BaseModel):
    """The workflows that there are."""

    workflows: list[WorkflowShown]


class Accepted(BaseModel):
    """A run that was accepted; it goes on by itself."""

    task_id: str
    status: RunStatus
    estimated_time: Interval = Field(description="Seconds, nine runs in ten.")
    links: dict[str, str]


class Changed(BaseModel):
    """A run that was asked to do something else."""

    task_id: str
    status: RunStatus
    links: dict[str, str]


class RunShown(BaseModel):
    """A run without its result."""

    run_id: str
    workflow: str
    request: JSON
    origin: Origin
    status: RunStatus
    created_at: str
    started_at: str | None
    finished_at: str | None
    cancel_requested: bool
    attempts: int
    follows: str | None = Field(description="The run that led to it.")
    links: dict[str, str]

    @classmethod
    def of(cls, run: Run) -> "RunShown":
        """The shape of a run."""
        return cls(
            run_id=run.run_id,
            workflow=run.workflow,
            request=run.request,
            origin=run.origin,
            status=run.status,
            created_at=to_iso(run.created_at),
            started_at=_iso(run.started_at),
            finished_at=_iso(run.finished_at),
            cancel_requested=run.cancel_requested,
            attempts=run.attempts,
            follows=run.follows,
            links=links_of(run.run_id),
        )


class RunList(BaseModel):
    """Runs, newest first; `next` is the `before` of the next page."""

    runs: list[RunShown]
    next: str | None


class MessageTaken(BaseModel):
    """What was said has reached the use case that waits for it."""

    type: Literal["ack"] = "ack"
    id: str | None = Field(description="The message's own.")
    data: JSON = Field(description="What the use case answers.")


class MessageRefused(BaseModel):
    """What was said over a socket counts for nothing, and why."""

    type: Literal["error"] = "error"
    id: str | None = Field(description="The message's own, where it could be read.")
    error: ProblemDetails


class WebhookShown(BaseModel):
    """A webhook without its secret."""

    webhook_id: str
    url: str
    events: list[str]
    created_at: str
    disabled_at: str | None = Field(description="Since when its target is gone (410), and it is told of nothing.")

    @classmethod
    def of(cls, hook: Webhook) -> "WebhookShown":
        """The shape of a webhook."""
        return cls(
            webhook_id=hook.webhook_id,
            url=hook.url,
            events=list(hook.events),
            created_at=to_iso(hook.created_at),
            disabled_at=_iso(hook.disabled_at),
        )


class WebhookMade(WebhookShown):
    """A new webhook."""

    secret: str | None = Field(description="Shown once; null where the same Idempotency-Key had made it before.")


class WebhookList(BaseModel):
    """Your webhooks, the oldest first."""

    webhooks: list[WebhookShown]


class DeliveryShown(BaseModel):
    """One event on its way to a webhook."""

    event_id: str = Field(description="`webhook-id` of every try.")
    type: str
    run_id: str | None
    created_at: str
    state: Literal["pending", "delivered", "failed"]
    attempts: int
    status: int | None = Field(description="What the target answered last.")
    error: str
    next_at: str | None = Field(description="When it is tried next.")

    @classmethod
    def of(cls, one: Delivery) -> "DeliveryShown":
        """The shape of a delivery."""
        return cls.model_validate(
            {
                "event_id": one.event_id,
                "type": one.type,
                "run_id": one.run_id or None,
                "created_at": to_iso(one.created_at),
                "state": one.state,
                "attempts": one.attempts,
                "status": one.status,
                "error": one.error,
                "next_at": to_iso(one.next_at) if one.state == "pending" else None,
            }
        )


class DeliveryList(BaseModel):
    """What a webhook was told, the latest first."""

    deliveries: list[DeliveryShown]


class PlanShown(BaseModel):
    """What a run does, or would do, with a reason for every choice."""

    revision: int
    reason: str
    decision: Decision
    steps: list[PlannedStep]


class PlanList(BaseModel):
    """All revisions of a run's plan, oldest first."""

    plans: list[PlanShown]


class WouldDo(PlanShown):
    """A plan of a run that there is not."""

    workflow: str


class EventList(BaseModel):
    """Events in order; `next` is the `after` of the next call."""

    events: list[RunEvent]
    next: int


class StepItemsShown(BaseModel):
    """Where the items of a step stand."""

    step: str
    pending: int
    running: int
    done: int
    failed: int


class ItemShown(BaseModel):
    """One of many things that a step works on; `problem` is why it failed, or has to be tried again."""

    step: str
    key: str
    state: ItemState
    attempts: int
    problem: Problem | None


class ItemList(BaseModel):
    """Items by step and in their order; `next` is the `after` of the next page."""

    steps: list[StepItemsShown]
    items: list[ItemShown]
    next: str | None


class FileShown(BaseModel):
    """A file that a run hands out."""

    name: str
    format: str
    title: str
    media_type: str
    href: str


class FileTaken(BaseModel):
    """A file that was handed in."""

    file_id: str = Field(description="What a request names it by.")
    name: str
    size: int = Field(description="Bytes.")
    sha256: str
    created_at: str


class FileList(BaseModel):
    """What a run hands out."""

    files: list[FileShown]


class EntityShown(BaseModel):
    """Something that a run, or its owner, has made."""

    kind: str
    entity_id: str
    state: str = Field(description="Empty where its kind has no states.")
    title: str
    language: str
    url: str
    data: JSON

    @classmethod
    def of(cls, entity: Entity) -> "EntityShown":
        """The shape of an entity."""
        return cls(
            kind=entity.kind,
            entity_id=entity.entity_id,
            state=entity.state,
            title=entity.title,
            language=entity.language,
            url=entity.url,
            data=entity.data,
        )


class EntityList(BaseModel):
    """Entities by id; `next` is the `after` of the next page."""

    entities: list[EntityShown]
    next: str | None


class PanelShown(BaseModel):
    """A part of a run's page."""

    kind: Literal["document", "table", "files"]
    title: str
    source: str = Field(description="Of a table: where in the result its rows are, such as `report.rows`.")
    columns: list[str] = Field(description="Of a table: its columns in order; all where there is none.")


class ViewShown(BaseModel):
    """How a run is shown, and what it hands out."""

    findings: list[str]
    panels: list[PanelShown]
    files: list[FileShown]


class DecisionShown(BaseModel):
    """What the brain decided about a run, and what came of it."""

    run_id: str
    workflow: str
    at: str
    status: RunStatus
    quality: float
    reward: float
    cost: float
    seconds: float
    decision: Decision | None


class DecisionList(BaseModel):
    """Decisions about your runs, newest first."""

    decisions: list[DecisionShown]


class Health(BaseModel):
    """Whether this process may be asked."""

    status: Literal["live", "ready"]
    stores: dict[str, str] = Field(default_factory=dict[str, str])


def links_of(run_id: str) -> dict[str, str]:
    """Where everything about a run is."""
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


def _iso(us: int | None) -> str | None:
    return None if us is None else to_iso(us)
