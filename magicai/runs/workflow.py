"""What the machinery knows of a workflow: its subject declares it, in a module named like the workflow."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from magicai.ports import Records
from magicai.runs.run import JSON, RunResult

Quality = Callable[[Mapping[str, Any]], tuple[float, tuple[str, ...]]]
Expand = Callable[[Records, JSON], Awaitable[JSON]]


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
        expand: a kept result as it is published, where it keeps references in the place of large parts.
    """

    name: str
    request: type[BaseModel]
    result: type[RunResult]
    quality: Quality
    expand: Expand = as_kept
    aliases: tuple[str, ...] = ()
