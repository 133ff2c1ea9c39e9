"""Webhooks and their deliveries."""

from typing import Annotated, Any, Literal, Self

from pydantic import Field

from magicai.paging import Page
from magicai.ports import Delivery
from magicai.shapes.base import Body, Shown
from magicai.values.times import Moment


class NewWebhook(Body):
    """A new webhook: its address and events."""

    url: Annotated[str, Field(min_length=1, max_length=2000, description="An https address that is public.")]
    events: Annotated[list[str], Field(max_length=20, description="All events if empty.")] = []  # noqa: RUF012 - a field


class WebhookShown(Shown):
    """A webhook without its secret."""

    webhook_id: str
    url: str
    events: list[str]
    created_at: Moment
    disabled_at: Moment | None = Field(description="When its address was gone (410). It receives nothing since.")


class WebhookMade(WebhookShown):
    """A new webhook."""

    secret: str | None = Field(description="Shown only once; null if the same Idempotency-Key created it before.")


class WebhookList(Page[WebhookShown]):
    """Your webhooks, oldest first."""


class DeliveryShown(Shown):
    """A delivery of one event to a webhook."""

    event_id: str = Field(description="The `webhook-id` of each attempt.")
    type: str
    run_id: str | None
    created_at: Moment
    state: Literal["pending", "delivered", "failed"]
    attempts: int
    status: int | None = Field(description="The last status.")
    error: str
    next_at: Moment | None = Field(description="When the next attempt is made.")

    @classmethod
    def of(cls, thing: Delivery, **more: Any) -> Self:
        """The shape of a delivery."""
        next_at = thing.next_at if thing.state == "pending" else None
        return super().of(thing, run_id=thing.run_id or None, next_at=next_at, **more)


class DeliveryList(Page[DeliveryShown]):
    """Deliveries to a webhook, latest first."""
