"""How a run looks in Prefect's user interface: its name, its artifacts, its last state."""

import asyncio
import logging
import re
from collections.abc import Mapping, Sequence
from typing import Any, cast
from urllib.parse import urlsplit

from prefect.artifacts import acreate_markdown_artifact, acreate_table_artifact
from prefect.client.schemas.objects import State
from prefect.states import Cancelled, Completed, Failed

from magicai.domain.run import JSON, Run, RunStatus

_log = logging.getLogger(__name__)
# Prefect's artifact keys: lower case, digits, dashes.
_NO_KEY = re.compile(r"[^a-z0-9]+")
_LONGEST_NAME = 60
_LIMIT_S = 20.0


def subject_of(run: Run) -> str:
    """What a run is about, in a few words: the first of its parameters, of an address the host."""
    first: Any = next(iter(run.request.values()), "")
    many = cast("list[Any]", first) if isinstance(first, list) else [first]
    words = [urlsplit(str(one)).netloc or str(one) for one in many]
    more = f" and {len(words) - 1} more" if len(words) > 1 else ""
    return (words[0] if words else "")[:_LONGEST_NAME] + more


def name_of(run: Run) -> str:
    """A flow run's name: what it is about, and the end of the run's id, by which every command finds it."""
    return f"{subject_of(run)} {run.run_id[-8:]}".strip()


class Showing:
    """Artifacts of one run. They are for an operator: a server that is away does not stop the run."""

    def __init__(self, run: Run) -> None:
        self._about = subject_of(run)

    async def show(self, key: str, content: str | Sequence[Mapping[str, object]]) -> None:
        """Show Markdown, or rows of a table, under a key that runs about the same thing share."""
        name = _NO_KEY.sub("-", f"{self._about} {key}".lower()).strip("-")
        try:
            async with asyncio.timeout(_LIMIT_S):
                if isinstance(content, str):
                    await acreate_markdown_artifact(content, key=name)
                else:
                    await acreate_table_artifact([dict(row) for row in content], key=name)
        except Exception:  # noqa: BLE001 - whatever Prefect's client makes of it, the run goes on
            _log.exception("the artifact %s could not be shown", name)


def state_of(status: RunStatus, result: JSON) -> State[Any]:
    """The state in which a flow run ends."""
    run_id = result["run_id"]
    problems = " ".join(f"{problem['what']} {problem['way_out']}".strip() for problem in result["problems"])
    match status:
        case RunStatus.COMPLETED:
            return Completed(message=f"magicai show {run_id}")
        case RunStatus.PARTIAL:
            return Completed(name="Partial", message=problems)
        case RunStatus.CANCELLED:
            return Cancelled(message=f"It was stopped; what was gathered is kept: magicai resume {run_id}")
        case _:
            return Failed(message=f"{problems} To go on: magicai resume {run_id}")
