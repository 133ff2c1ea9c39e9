"""What the records keep of who did what: the audit log, whose events are appended and read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

# Where somebody acts; `system`: what MagicAI does by itself.
Via = Literal["page", "api", "cli", "mcp", "system"]


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """Something that somebody did.

    Attributes:
        action: a category and what was done, such as `key.created`.
        params: JSON, of the words of `audited_key_created` (magicai/messages).
        at: UTC microseconds.
        workspace_id: in which; None where it is of no workspace.
        installation: whether admins of the installation see it. What is of both is of the account whose personal
            workspace it is.
        actor_id: the user; None where nobody is known, or they were deleted since.
        key_name: of the API key that they used; "" for none.
        address: of the client, where it is known.
    """

    event_id: str
    at: int
    action: str
    params: Mapping[str, Any] = field(default_factory=dict[str, Any])
    workspace_id: str | None = None
    installation: bool = False
    actor_id: str | None = None
    key_name: str = ""
    via: Via = "system"
    address: str = ""


class AuditLog(Protocol):
    """Events, which nothing changes; they go by age, or with their workspace."""

    async def add(self, event: AuditEvent) -> None:
        """Append an event."""
        ...

    async def listed(
        self,
        workspace_id: str | None,
        *,
        account: bool = False,
        actor_id: str | None = None,
        action: str = "",
        since: int | None = None,
        until: int | None = None,
        before: str | None = None,
        limit: int = 50,
    ) -> list[AuditEvent]:
        """Events, newest first.

        Args:
            workspace_id: of which; None: those of the installation.
            account: whether with those of the account whose personal workspace it is.
            actor_id: only of this user.
            action: only this one, or those of this category.
            since, until: UTC microseconds; the second one is excluded.
            before: an `event_id`; only what is older.
        """
        ...

    async def prune(self, *, before: int) -> int:
        """Remove what is older than `before` (UTC microseconds); answers how many."""
        ...
