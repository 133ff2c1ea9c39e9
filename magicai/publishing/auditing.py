"""The audit log, read and verified."""

from collections.abc import AsyncIterator

from magicai.accounts.identity import Role, User
from magicai.publishing.audit import Entry, Verified, verify
from magicai.publishing.ports import PublishingRecords
from magicai.publishing.reviewing import reviewed

_PAGE = 500


async def entries(records: PublishingRecords, *, about: str | None, user: User) -> AsyncIterator[Entry]:
    """Entries about one submission that somebody may look at; all of them for operators.

    Raises:
        NotFound: there is no such submission of theirs.
    """
    if about is None and not user.role.covers(Role.OPERATOR):
        return
    if about is not None:
        await reviewed(records, about, user=user)
    async for one in _all(records, about):
        yield one


async def verified(records: PublishingRecords, *, head: str = "") -> Verified:
    """What a look at the whole log finds."""
    return await verify(_all(records, None), key=records.audit.key(), head=head)


async def _all(records: PublishingRecords, about: str | None) -> AsyncIterator[Entry]:
    after = 0
    while page := await records.audit.listed(about=about, after=after, limit=_PAGE):
        for one in page:
            yield one
        after = page[-1].sequence
