"""Notices: a message to whoever asked to be told when a run ends, through what the installation sends messages by."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from magicai.errors import Conflict, MagicError, Temporary
from magicai.ports import Notice, Records
from magicai.runs import registry
from magicai.runs.background_loop import keep_doing
from magicai.runs.results import findings
from magicai.runs.run import JSON, Run
from magicai.values.times import DAY_US, now_us

_log = logging.getLogger(__name__)
Notify = Callable[..., Awaitable[JSON]]
# Seconds until the next try; after the last one it is given up.
PAUSES_S = (30.0, 300.0, 3600.0)
# What nobody could send for a day is no news any more.
_NEWS_US = DAY_US
_HOLD_S = 120.0
_EVERY_S = 2.0
_AT_ONCE = 8
_FINDINGS = 3


async def ask_for_notice(records: Records, run: Run) -> Notice:
    """Ask to be told when a run ends.

    Raises:
        Conflict: it has ended.
    """
    if run.status.ended:
        raise Conflict("run_already_ended", run_id=run.run_id, status=run.status)
    return await records.notices.ask(run.run_id, owner_id=run.owner_id)


async def send_due(records: Records, notify: Notify, *, page: str = "") -> int:
    """Send the notices of runs that have ended; answers how many tries that were.

    Args:
        notify: sends a `title` and a `body`.
        page: address of the page that has the runs, if it is known.
    """
    due = await records.notices.claim(limit=_AT_ONCE, hold_s=_HOLD_S, since=now_us() - _NEWS_US)
    await asyncio.gather(*(_send(records, notify, notice, run, page) for notice, run in due))
    return len(due)


async def keep_sending(
    records: Callable[[], Records], notify: Notify, page: Callable[[], str], has_address: Callable[[], Awaitable[bool]]
) -> None:
    """Send for ever what becomes due, while there is an address to send it to."""

    async def send() -> None:
        if await has_address():
            await send_due(records(), notify, page=page())

    await keep_doing(send, log=_log, waits="notifications", pause_s=lambda: _EVERY_S)


async def _send(records: Records, notify: Notify, notice: Notice, run: Run, page: str) -> None:
    error, again_s = "", None
    try:
        await notify(**words_of(run, page))
    except MagicError as exc:
        error = str(exc)
        if isinstance(exc, Temporary) and notice.attempts <= len(PAUSES_S):
            again_s = PAUSES_S[notice.attempts - 1]
    await records.notices.record_attempt(notice, error=error, again_s=again_s)


def words_of(run: Run, page: str) -> dict[str, str]:
    """The title and body of the message about a run's end."""
    return {"title": f"MagicAI: {subject_of(run)} {run.shown_status}", "body": body_of(run, page)}


def subject_of(run: Run) -> str:
    """What a run is about, in a few words."""
    declared = registry.declared_of(run)
    return run.name or (declared.subject(declared.parameters(run.request)) if declared else "") or run.workflow


def body_of(run: Run, page: str) -> str:
    """What a run has found, and where more is."""
    found = findings(registry.declared_of(run), run.result or {})[:_FINDINGS]
    link = f"{page}/runs/{run.run_id}" if page else f"Run {run.run_id}"
    return "\n".join([*found, link])
