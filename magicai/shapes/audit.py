"""Who did what."""

from collections.abc import Mapping
from typing import Self

from pydantic import BaseModel, Field

from magicai.accounts.audit import person_of, said
from magicai.messages import Message
from magicai.paging import Page
from magicai.ports import AuditEvent, Via
from magicai.values.times import Moment


class AuditEventShown(BaseModel):
    """Something that somebody did."""

    event_id: str
    at: Moment
    person: str | None = Field(
        description='Name of the user. "": nobody is known, such as after a failed sign-in; null: a former member.'
    )
    key: str = Field(description='Name of the API key that they used; "" for none.')
    action: str = Field(description="A category and what was done, such as `key.created`.")
    description: str = Field(description="What was done, in English.")
    message: Message = Field(description="What `description` says.")
    via: Via = Field(description="Where it was done. `system`: by MagicAI itself.")
    address: str = Field(description='Of the client; "" where it is not known.')

    @classmethod
    def of(cls, event: AuditEvent, names: Mapping[str, str]) -> Self:
        """An event, with names of users by id."""
        done = said(event)
        return cls(
            event_id=event.event_id,
            at=event.at,
            person=person_of(event, names),
            key=event.key_name,
            action=event.action,
            description=str(done),
            message=done,
            via=event.via,
            address=event.address,
        )


class AuditEventList(Page[AuditEventShown]):
    """Events, newest first."""
