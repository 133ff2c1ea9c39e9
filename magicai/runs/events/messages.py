"""What a client says to a run: feedback, a decision. It reaches the use case that its workflow names for its type.

A run never waits in a process for what a person says: a use case keeps it in the records, and may start what follows.
"""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from magicai.errors import Conflict, Invalid, NotFound
from magicai.ports import Records
from magicai.runs import registry
from magicai.runs.requests.accept import check_request
from magicai.runs.run import JSON, Run
from magicai.runs.workflow import Message, MessageHandler
from magicai.settings import Settings
from magicai.values.rewards import weights_of

_LONGEST_ID = 128


class ClientMessage(BaseModel):
    """What a client says: its type, an id of its own, and the fields of that type beside them."""

    model_config = ConfigDict(extra="allow", frozen=True)

    type: str = Field(min_length=1, max_length=64, description="Type of the message, as defined by the workflow.")
    id: str | None = Field(
        None,
        min_length=1,
        max_length=_LONGEST_ID,
        description="Returned with the answer. A message sent again with the same id counts once.",
    )

    @property
    def fields(self) -> Mapping[str, Any]:
        """What it holds beside type and id."""
        return self.model_extra or {}


async def receive(records: Records, settings: Settings, run: Run, message: ClientMessage) -> JSON:
    """Hand on what a run's owner says; answers what the use case does.

    Args:
        records: where the use case keeps it.
        settings: how much each kind of reward counts.
        run: one of the owner's.
        message: of theirs.

    Raises:
        NotFound: the run's workflow knows no such type; names those that it knows.
        Invalid: a field is wrong; names it.
        Conflict: nobody waits for it.
    """
    declared = registry.declared_of(run)
    known: Mapping[str, MessageHandler[Any]] = declared.messages if declared is not None else {}
    handler = known.get(message.type)
    if handler is None and known:
        raise NotFound("unknown_message_type", workflow=run.workflow, type=message.type, names=", ".join(sorted(known)))
    if handler is None:
        raise Conflict("messages_not_accepted", type=message.type, workflow=run.workflow)
    body = check_request(handler.body, message.fields)
    told = Message(run=run, type=message.type, id=message.id, body=body, weights=weights_of(settings.reward_weights))
    return await handler.handle(records, told)


def parse_message(value: object) -> ClientMessage:
    """What a client says, from the JSON that it sent.

    Raises:
        Invalid: it is none: no object, no type, an id that is no text.
    """
    if not isinstance(value, dict):
        raise Invalid("message_not_object")
    checked = check_request(ClientMessage, value)  # pyright: ignore[reportUnknownArgumentType] - pydantic looks at its keys
    assert isinstance(checked, ClientMessage)
    return checked
