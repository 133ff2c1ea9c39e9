"""Changes of a submission that lose nobody else's: made of what is there now, and made again if that has changed."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import TypeVar, overload

from magicai.errors import Temporary
from magicai.publishing.audit import NewEntry
from magicai.publishing.ports import PublishingRecords, StoredSubmission
from magicai.publishing.submission import Submission

Got = TypeVar("Got")
# What a submission becomes, and the entries of the audit log.
Change = tuple[Submission, list[NewEntry]]
_TRIES = 20
_PAUSE_S, _LONGEST_PAUSE_S = 0.01, 0.5


@overload
async def change(
    records: PublishingRecords,
    content_id: str,
    of: Callable[[Submission], Awaitable[Change]],
    *,
    owner_id: str | None = None,
) -> StoredSubmission: ...
@overload
async def change(
    records: PublishingRecords,
    content_id: str,
    of: Callable[[Submission], Awaitable[Change | None]],
    *,
    owner_id: str | None = None,
) -> StoredSubmission | None: ...
async def change(
    records: PublishingRecords,
    content_id: str,
    of: Callable[[Submission], Awaitable[Change | None]],
    *,
    owner_id: str | None = None,
) -> StoredSubmission | None:
    """Change a submission; anybody's where `owner_id` is None.

    Args:
        of: what it becomes; the same submission without entries where it stays as it is, None where nothing is to be
            said of it either. Asked again if it changed meanwhile, so it changes nothing itself.

    Returns:
        The submission as it is kept now, or None where `of` returned it.

    Raises:
        NotFound: there is none such.
        Temporary: others change it all the time.
    """

    async def attempt() -> tuple[bool, StoredSubmission | None]:
        kept = await records.submissions.get(content_id, owner_id=owner_id)
        wanted = await of(kept.submission)
        if wanted is None or wanted == (kept.submission, []):
            return True, kept if wanted else None
        changed = await records.submissions.replace(kept, *wanted)
        return changed is not None, changed

    return await persist(attempt)


async def persist(attempt: Callable[[], Awaitable[tuple[bool, Got]]]) -> Got:
    """Try a change until it is the only one of its moment.

    Args:
        attempt: reads, and writes unless what it read has changed; whether it is done, and what came of it.

    Raises:
        Temporary: others change it all the time.
    """
    for tried in range(_TRIES):
        done, got = await attempt()
        if done:
            return got
        pause_s = min(_LONGEST_PAUSE_S, _PAUSE_S * 2**tried)
        await asyncio.sleep(random.random() * pause_s)  # noqa: S311 - many at once go different ways
    raise Temporary("submission_being_changed")
