"""Deletions for good: each is a row first, and goes on until nothing is left, whatever is killed or down meanwhile."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from typing import Literal

from magicai.accounts.identity import User
from magicai.errors import MagicError, NotFound, Temporary
from magicai.ports import Archive, Files, Leases, Orchestrator, PendingDeletion, Projection, Records
from magicai.runs.published_elsewhere import left_outside
from magicai.runs.queue.dead_runs import close_dead_runs
from magicai.stores.backup import note_erasure
from magicai.stores.entity import Store
from magicai.stores.erase import Compact, Erased, Report, clear_traces, must_be_at_rest, remove_all
from magicai.stores.leaving import end_runs
from magicai.values.ids import new_id
from magicai.values.times import now_us

_LEASE = "deletions"
_TTL_S, _RENEW_S = 60.0, 20.0
# How long the first attempt that failed is not repeated; each further one twice as long, up to the last.
_PAUSE_S, _LONGEST_PAUSE_S = 15.0, 1800.0
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Deleting:
    """Everything that something is deleted from.

    Attributes:
        archive: where backups are, if anywhere.
        report: of its progress.
        compact: as `erase` takes it.
    """

    records: Records
    files: Files
    projections: Mapping[Store, Projection]
    orchestrator: Orchestrator
    archive: Archive | None
    report: Report
    compact: Compact

    async def finish(self, one: PendingDeletion) -> Erased:
        """Delete it; interrupted anywhere, the same call goes on.

        Raises:
            Conflict, Temporary: as `erase` does.
        """
        records, done = self.records, Erased({}, 0, 0, 0, 0)
        if one.subject_id and not await _is_anew(records, one):
            await end_runs(records, self.orchestrator, one.subject_id)
            online = await left_outside(records, one.subject_id)
            stores = (records, self.files, self.projections, self.orchestrator)
            if self.archive is not None:
                await note_erasure(self.archive, one.subject_id)
            done = replace(await remove_all(*stores, one.subject_id, report=self.report), online=online)
        await records.deletions.forget(one.deletion_id)
        await clear_traces(records, self.projections, report=self.report, compact=self.compact)
        await records.deletions.end(one.deletion_id)
        return done


async def _is_anew(records: Records, one: PendingDeletion) -> bool:
    """Whether the account was deleted, and made again by the command line, which gives it the same id."""
    user = await _user(records, one.subject_id)
    return user is not None and user.created_at > one.asked_at


async def _user(records: Records, user_id: str) -> User | None:
    try:
        return await records.identities.user(user_id)
    except NotFound:
        return None


def new_deletion(kind: Literal["workspace", "user"], subject_id: str, *, asked_by: str = "") -> PendingDeletion:
    """A deletion that is to begin now."""
    return PendingDeletion(new_id(), kind, subject_id, asked_at=now_us(), asked_by=asked_by)


async def erase_person(deleting: Deleting, name: str) -> Erased:
    """Remove everything of a user, or of an owner who has no account, and note it beside the backups.

    What they did in the workspaces of others stays there, without their name. Begun, a gateway goes on with it.

    Raises:
        Conflict: they are the only admin of a workspace, or one of their runs is active.
        Temporary: as `erase` does.
    """
    records = deleting.records
    account = await records.identities.credentials(name)
    user = await _user(records, name) if account is None else account[0]
    owner_id = name if user is None else user.user_id
    await close_dead_runs(records, deleting.orchestrator)
    await must_be_at_rest(records, owner_id)
    async with only_one(records.leases):  # where another process deletes, both may: each step can be done twice
        one = await records.deletions.begin(new_deletion("workspace" if user is None else "user", owner_id))
        return await deleting.finish(one)


async def attempt(records: Records, one: PendingDeletion, deleting: Callable[[], Deleting]) -> Erased | None:
    """Delete something that was begun; None where that failed now: it goes on later."""
    try:
        return await deleting().finish(one)
    except MagicError as exc:
        _log.warning("the deletion %s is postponed: %s", one.deletion_id, exc)
    except Exception:  # noqa: BLE001 - a fault must not stop what else is due
        _log.exception("the deletion %s is postponed", one.deletion_id)
    pause_s = min(_PAUSE_S * 2 ** min(one.attempts, 10), _LONGEST_PAUSE_S)
    with suppress(Temporary):  # then it is due at once
        await records.deletions.postpone(one.deletion_id, until=now_us() + round(pause_s * 1e6))
    return None


async def go_on(records: Records, deleting: Callable[[], Deleting]) -> int:
    """Go on with what is due; answers how much of it was finished."""
    if not await records.deletions.due():
        return 0
    async with only_one(records.leases) as alone:
        due = await records.deletions.due() if alone else []
        return sum([await attempt(records, one, deleting) is not None for one in due])


@asynccontextmanager
async def only_one(leases: Leases) -> AsyncGenerator[bool]:
    """One process deletes at a time; whether this one may."""
    holder = new_id()
    lease = await leases.acquire(_LEASE, holder, ttl_s=_TTL_S)
    if lease is None:
        yield False
        return

    async def renew() -> None:
        while True:
            await asyncio.sleep(_RENEW_S)
            with suppress(Temporary):
                await leases.acquire(_LEASE, holder, ttl_s=_TTL_S)

    renewing = asyncio.create_task(renew())
    try:
        yield True
    finally:
        renewing.cancel()
        with suppress(asyncio.CancelledError):
            await renewing
        with suppress(Temporary):  # it runs out
            await leases.release(lease)
