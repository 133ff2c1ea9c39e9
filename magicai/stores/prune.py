from collections.abc import Mapping

from magicai.ports import Files, Records
from magicai.values.times import now_us

_DAY_US = 86_400_000_000


async def prune(records: Records, files: Files, *, days: int) -> Mapping[str, int]:
    """Remove what is older than so many days: events, kept results, frontiers, and bodies that nothing names any more.

    Runs, results, products, prices and reports stay.
    """
    before = now_us() - days * _DAY_US
    removed = dict(await records.prune(before=before))
    removed["bodies"] = await files.prune(records.referenced(), before=before)
    return removed
