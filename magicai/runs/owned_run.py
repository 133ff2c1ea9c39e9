"""A run of somebody's, as programs name it: by its whole id, where the command line takes a part of it."""

import re

from magicai.errors import NotFound
from magicai.ports import Records
from magicai.runs.run import Run

_ID = re.compile(r"[0-9A-Za-z_-]{8,64}")


async def owned_run(records: Records, run_id: str, *, owner_id: str) -> Run:
    """A run by its whole id.

    Raises:
        NotFound: there is none, or it is somebody else's, which nobody is told.
    """
    missing = NotFound("run_not_found", run_id=run_id[:64])
    if not _ID.fullmatch(run_id):
        raise missing
    run = await records.runs.get(run_id, owner_id=owner_id)
    if run.run_id != run_id:
        raise missing
    return run
