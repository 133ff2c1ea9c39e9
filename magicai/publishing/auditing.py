"""The audit log, read whole."""

from collections.abc import AsyncIterator

from magicai.publishing.audit import Entry, Verified, verify
from magicai.publishing.ports import PublishingRecords

_PAGE = 500


async def verified(records: PublishingRecords, *, head: str = "") -> Verified:
    """What a look at the whole log finds."""
    return await verify(_entries(records), key=records.audit.key(), head=head)


async def _entries(records: PublishingRecords) -> AsyncIterator[Entry]:
    after = 0
    while page := await records.audit.listed(after=after, limit=_PAGE):
        for one in page:
            yield one
        after = page[-1].sequence
