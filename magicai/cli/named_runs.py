"""A run as a person names it: by its id, or by a beginning or end of it."""

import contextlib
from uuid import UUID

from magicai.cli.asking import Asker, each
from magicai.errors import Invalid, NotFound
from magicai.operations import runs
from magicai.shapes.runs import RunShown

_LEAST_OF_AN_ID, _MOST_NAMED = 4, 5


async def run_named(asker: Asker, run_id: str) -> RunShown:
    """A run by its whole id at once, by a part of it among all of them.

    Raises:
        NotFound: there is none.
        Invalid: the part is too short, or fits several.
    """
    if _is_whole(run_id):
        return await asker.ask(runs.show_run, run_id)
    if len(run_id) < _LEAST_OF_AN_ID:
        raise Invalid("run_id_too_short", run_id=run_id, minimum=_LEAST_OF_AN_ID)
    found = each(asker, runs.list_runs, words=run_id)
    fitting = [run async for run in found if run.run_id.startswith(run_id) or run.run_id.endswith(run_id)]
    if not fitting:
        raise NotFound("run_not_found", way_out="list_runs", run_id=run_id)
    if len(fitting) > 1:
        named = ", ".join(run.run_id for run in fitting[:_MOST_NAMED])
        more = ", ..." if len(fitting) > _MOST_NAMED else ""
        raise Invalid("run_id_ambiguous", run_id=run_id, names=named, more=more)
    return fitting[0]


def _is_whole(run_id: str) -> bool:
    with contextlib.suppress(ValueError):
        return str(UUID(run_id)) == run_id
    return False
