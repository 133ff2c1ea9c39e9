"""Webhooks and their deliveries."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from magicai.paging import Page
from magicai.ports import Delivery, Webhook
from magicai.shapes.base import Body
from magicai.values.times import Moment


class NewWebhook(Body):
    """A new webhook: its address and events."""

    url: Annotated[str, Field(min_length=1, max_length=2000, description="An https address that is public.")]
    events: Annotated[list[str], Field(max_length=20, description="All events if empty.")] = []  # noqa: RUF012 - a field


class WebhookShown(BaseModel):
    """A webhook without its secret."""

    webhook_id: str
    url: str
    events: list[str]
    created_at: Moment
    disabled_at: Moment | None = Field(description="When its address was gone (410). It receives nothing since.")

    @classmethod
    def of(cls, hook: Webhook) -> "WebhookShown":
        """The shape of a webhook."""
        return cls(
            webhook_id=hook.webhook_id,
            url=hook.url,
            events=list(hook.events),
            created_at=hook.created_at,
            disabled_at=hook.disabled_at,
        )


class WebhookMade(WebhookShown):
    """A new webhook."""

    secret: str | None = Field(description="Shown only once; null if the same Idempotency-Key created it before.")


class WebhookList(Page[WebhookShown]):
    """Your webhooks, oldest first."""


class DeliveryShown(BaseModel):
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
    def of(cls, one: Delivery) -> "DeliveryShown":
        """The shape of a delivery."""
        return cls.model_validate(
            {
                "event_id": one.event_id,
                "type": one.type,
                "run_id": one.run_id or None,
                "created_at": one.created_at,
                "state": one.state,
                "attempts": one.attempts,
                "status": one.status,
                "error": one.error,
                "next_at": one.next_at if one.state == "pending" else None,
            }
        )


class DeliveryList(Page[DeliveryShown]):
    """Deliveries to a webhook, latest first."""
