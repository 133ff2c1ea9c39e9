"""Webhooks and their deliveries, in the records."""

from dataclasses import dataclass, field
from typing import Protocol

from magicai.runs.run import JSON


@dataclass(frozen=True, slots=True)
class Webhook:
    """An address that an owner wants to be told at. Times are UTC microseconds.

    Attributes:
        events: types of events that it is told of.
        secret: signs what is sent, `whsec_...`; shown once, when it is made.
        gone: how often in a row its target has answered 410.
        disabled_at: since when it is told of nothing, its target being gone.
    """

    webhook_id: str
    owner_id: str
    url: str
    events: tuple[str, ...]
    secret: str = field(repr=False)
    created_at: int
    gone: int = 0
    disabled_at: int | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event on its way to one webhook.

    Attributes:
        event_id: the same in every try, and whichever webhook it goes to.
        type: of the event.
        run_id: the run that it is about; "" of a test.
        state: `pending`, `delivered`, `failed` (it is not tried again).
        attempts: how often it was tried, one that is under way included.
        status: what the target answered last; None where it did not.
        error: why the last try was none; "" where it was one.
        next_at: when it is tried next, or taken up again by others where a try is under way.
        payload: what is sent, JSON.
    """

    webhook_id: str
    event_id: str
    owner_id: str
    type: str
    run_id: str
    created_at: int
    state: str
    attempts: int
    status: int | None
    error: str
    next_at: int
    payload: JSON


class WebhookRecords(Protocol):
    """Webhooks, and a row for each event that one is told of.

    Rows of a run's events are made in the transaction that appends the event.
    """

    async def add(self, webhook: Webhook) -> Webhook:
        """Add one; the same id again gives the first one back, unchanged."""
        ...

    async def get(self, webhook_id: str, *, owner_id: str) -> Webhook:
        """One of an owner's.

        Raises:
            NotFound: they have none such.
        """
        ...

    async def listed(self, owner_id: str) -> list[Webhook]:
        """An owner's, the oldest first."""
        ...

    async def remove(self, webhook_id: str, *, owner_id: str) -> None:
        """Remove one with its deliveries.

        Raises:
            NotFound: they have none such.
        """
        ...

    async def deliveries(
        self, webhook_id: str, *, owner_id: str, before: tuple[int, str] | None = None, limit: int = 50
    ) -> list[Delivery]:
        """What one was told, the latest first.

        Args:
            before: when the last known one was made, and its event's id.

        Raises:
            NotFound: they have none such.
        """
        ...

    async def add_delivery(
        self, webhook: Webhook, event_id: str, type_: str, payload: JSON, *, hold_s: float
    ) -> Delivery:
        """Make a delivery of no run that this process tries at once; `hold_s` as for `claim`."""
        ...

    async def claim(self, *, limit: int, hold_s: float) -> list[tuple[Webhook, Delivery]]:
        """Take up deliveries that are due, which no other process has: each owner's oldest first.

        Args:
            limit: how many at most.
            hold_s: until others take them up again, unless `record_attempt` says how they went.
        """
        ...

    async def record_attempt(
        self, delivery: Delivery, *, status: int | None, error: str, again_s: float | None, gone_after: int
    ) -> None:
        """Keep how a try went; nothing where another try has been begun since, unless this one was delivered.

        Args:
            delivery: as it was claimed.
            status: what the target answered; None where it did not.
            error: why it was not delivered; "" where it was.
            again_s: seconds until the next try; None where it is not tried again.
            gone_after: 410 so often in a row disables the webhook, and ends what waits for it.
        """
        ...
