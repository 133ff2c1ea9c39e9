"""How a run looks in Prefect's user interface: its name, its artifacts, its last state."""

import asyncio
import logging
import re
from collections.abc import Awaitable, Coroutine, Mapping, Sequence
from decimal import Decimal
from typing import Any, Self
from uuid import UUID

from prefect.artifacts import (
    acreate_markdown_artifact,
    acreate_progress_artifact,
    acreate_table_artifact,
    aupdate_progress_artifact,
)
from prefect.client.schemas.objects import State
from prefect.states import Cancelled, Completed, Failed

from magicai.runs.run import JSON, Run, RunStatus
from magicai.runs.views.names import hosts_of

_log = logging.getLogger(__name__)
# Prefect's artifact keys: lower case, digits, dashes.
_NO_KEY = re.compile(r"[^a-z0-9]+")
_LIMIT_S = 20.0
_MOST_LINES = 10
# Of Markdown, HTML, and addresses, which are made links without any mark.
_MARKS = re.compile(r"[!-/:-@\[-`{-~\r\n]")


class RunArtifacts:
    """Artifacts of one run. They are for an operator: a server that is away or slow does not hold the run up.

    At its end it waits until all that was to be shown is shown, or could not be.
    """

    def __init__(self, run: Run, page: str = "") -> None:
        """Take a run, and the address of our page if it is up."""
        self._run = run
        self._link = f"[Open it on the page]({page}/runs/{run.run_id})" if page else ""
        self._words = ". ".join(filter(None, (f"{run.workflow}, run {run.run_id}", self._link)))
        self._progress: UUID | None = None
        self._last: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._last is not None:
            await self._last

    async def show(self, key: str, content: str | Sequence[Mapping[str, object]]) -> None:
        """Show Markdown, or rows of a table, under a key that runs about the same thing share.

        It is made beside the run, in the order of the calls.
        """
        making = self._table(key, content) if not isinstance(content, str) else self._markdown(key, content)
        # The task keeps the present context, which tells Prefect of which task run it is.
        self._last = asyncio.create_task(self._after(self._last, making))

    def conclude(self, status: RunStatus, result: JSON) -> None:
        """Show in short how the run ended: what it found, what went wrong, its numbers, and where all of it is."""
        self._last = asyncio.create_task(self._after(self._last, self._concluding(status, result)))

    async def _concluding(self, status: RunStatus, result: JSON) -> UUID:
        return await self._markdown("result", in_short(self._run, status, result, link=self._link))

    def _markdown(self, key: str, content: str) -> Coroutine[Any, Any, UUID]:
        return acreate_markdown_artifact(content, key=self._key(key), description=self._words)

    def _table(self, key: str, content: Sequence[Mapping[str, object]]) -> Coroutine[Any, Any, UUID]:
        rows = [{_as_text(name): _as_text(value) for name, value in row.items()} for row in content]
        return acreate_table_artifact(rows, key=self._key(key), description=self._words)

    async def _after(self, earlier: "asyncio.Task[None] | None", making: Coroutine[Any, Any, UUID]) -> None:
        if earlier is not None:
            await earlier
        await self._quietly(making)

    async def progress(self, percent: float, words: str) -> None:
        """Show how far the run is."""
        words = f"{_as_text(words)}; {self._words}"
        if self._progress is None:
            made = acreate_progress_artifact(percent, key=self._key("progress"), description=words)
            self._progress = await self._quietly(made)
        else:
            await self._quietly(aupdate_progress_artifact(self._progress, percent, description=words))

    def _key(self, key: str) -> str:
        about = hosts_of(self._run) or self._run.workflow
        return _NO_KEY.sub("-", f"{about} {key}".lower()).strip("-")

    async def _quietly(self, doing: Awaitable[UUID]) -> UUID | None:
        try:
            async with asyncio.timeout(_LIMIT_S):
                return await doing
        except Exception:  # noqa: BLE001 - the run continues whatever Prefect's client raises
            _log.exception("the artifacts of the run did not reach Prefect")
            return None


def _as_text(value: Any) -> Any:
    """What a shop may have said, so that Prefect's user interface, which takes it for Markdown, shows what it says.

    As character references: Markdown reads these after its marks, HTML after its tags.
    """
    return _MARKS.sub(lambda mark: f"&#{ord(mark[0])};", value) if isinstance(value, str) else value


def in_short(run: Run, status: RunStatus, result: JSON, *, link: str = "") -> str:
    """A result in short as Markdown: how it ended and how many of what, never what was found."""
    heading = f"**{_as_text(run.workflow)}: {status}**"
    wrong = [f"- {_as_text(_sentence(one))}" for one in result.get("problems", ())[:_MOST_LINES]]
    numbers = {
        name: f"{value:,}"
        for name, value in result.items()
        if isinstance(value, int) and not isinstance(value, bool) and name != "schema_version"
    }
    if (seconds := result.get("execution_time")) is not None:
        numbers["seconds"] = f"{seconds:,.1f}"
    if (cost := result.get("cost")) and Decimal(cost["amount"]):
        numbers["cost"] = f"{cost['amount']} {cost['currency']}"
    table = [f"| {_as_text(name.replace('_', ' '))} | {_as_text(value)} |" for name, value in numbers.items()]
    parts = (
        [heading, *([link] if link else [])],
        ["Problems", "", *wrong] if wrong else [],
        ["| | |", "|---|---|", *table] if table else [],
    )
    return "\n\n".join("\n".join(part) for part in parts if part)


def _sentence(problem: Mapping[str, str]) -> str:
    return f"{problem['what']} {problem['way_out']}".strip()


def state_of(status: RunStatus, result: JSON) -> State[Any]:
    """The state in which a flow run ends."""
    run_id = result["run_id"]
    if status is RunStatus.QUEUED:
        return Completed(name="GaveWay", message="It continues by itself, in a flow run of its own.")
    problems = " ".join(map(_sentence, result["problems"]))
    match status:
        case RunStatus.COMPLETED:
            return Completed(message=f"To see its result: magicai show {run_id}")
        case RunStatus.PARTIAL:
            return Completed(name="Partial", message=problems)
        case RunStatus.CANCELLED:
            return Cancelled(reason=f"It was cancelled; what was gathered is kept. To resume: magicai resume {run_id}")
        case _:
            return Failed(message=f"{problems} To resume: magicai resume {run_id}")
