"""What the machinery knows of a workflow: its subject declares it, in a module named like the workflow."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel

from magicai.ports import Records
from magicai.runs.run import JSON, Run, RunResult

Quality = Callable[[Mapping[str, Any]], tuple[float, tuple[str, ...]]]
Expand = Callable[[Records, JSON], Awaitable[JSON]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What a run's owner says to it.

    Attributes:
        id: their own, or None; said again with the same id, it is to count once.
        body: as the handler's model has it.
    """

    run: Run
    type: str
    id: str | None
    body: BaseModel


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageHandler:
    """The use case that waits for messages of a type.

    Attributes:
        body: the model of what is said, beside `type` and `id`.
        handle: keeps it, under a key made of the run's id and the message's, and answers what is told back; raises
            Conflict where nothing waits for it.
    """

    body: type[BaseModel]
    handle: Callable[[Records, Message], Awaitable[JSON]]


def _no_messages() -> Mapping[str, MessageHandler]:
    return {}


async def as_kept(_records: Records, result: JSON) -> JSON:
    """Nothing in a kept result stands for something else."""
    return result


@dataclass(frozen=True, slots=True, kw_only=True)
class Workflow:
    """A workflow's declaration.

    Attributes:
        request, result: its models.
        aliases: other names by which the API starts it.
        quality: from the result, 0 to 1 with the reasons; defined in docs/quality.md.
        messages: what a client may say to a run, by type.
        expand: a kept result as it is published, where it keeps references in the place of large parts.
    """

    name: str
    request: type[BaseModel]
    result: type[RunResult]
    quality: Quality
    expand: Expand = as_kept
    aliases: tuple[str, ...] = ()
    messages: Mapping[str, MessageHandler] = field(default_factory=_no_messages)
