"""A run of somebody's, as people and programs name it: by its id, or by a unique beginning or end of it."""

import re

from magicai.errors import NotFound
from magicai.ports import Records
from magicai.runs.run import Run

_ID = re.compile(r"[0-9A-Za-z_-]{1,64}")


async def owned_run(records: Records, run_id: str, *, owner_id: str) -> Run:
    """A run by its id, or by a beginning or end of it (at least 4 characters).

    Raises:
        NotFound: there is none, or it is somebody else's, which nobody is told.
        Invalid: the part is too short, or fits several; the message names them.
    """
    missing = NotFound("run_not_found", run_id=run_id[:64])
    if not _ID.fullmatch(run_id):
        raise missing
    run = await records.runs.get(run_id, owner_id=owner_id)
    if not (run.run_id.startswith(run_id) or run.run_id.endswith(run_id)):  # SQLite ignores case
        raise missing
    return run
