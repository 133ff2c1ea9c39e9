"""What somebody finds when they come: what needs them, what runs, what was found last."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from magicai.ports import Records
from magicai.runs import registry
from magicai.runs.run import Run, RunStatus
from magicai.runs.views.summaries import Listed, list_runs
from magicai.values.times import DAY_US, now_us

_LOOKED_AT = 200
_SHOWN = 6
_FORGOTTEN_US = 14 * DAY_US
_WRONG = (RunStatus.FAILED, RunStatus.PARTIAL)


@dataclass(frozen=True, slots=True)
class Overview:
    """An owner's runs, each list newest first.

    Attributes:
        attention: those that wait for a person, and those of the last two weeks that failed or are partial, unless they
            were dismissed, or a later run about the same has ended.
        running: those that have not ended.
        latest: the last one about each subject that has findings; one that goes on with another is about the same.
    """

    attention: Sequence[Listed]
    running: Sequence[Listed]
    latest: Sequence[Listed]


async def overview(records: Records, owner_id: str) -> Overview:
    """What an owner's latest runs come to."""
    runs = await list_runs(records, owner_id, limit=_LOOKED_AT)
    known = {one.summary.run.run_id for one in runs}
    waiting = await list_runs(records, owner_id, waiting=True, limit=_SHOWN)
    older = [one for one in waiting if one.summary.run.run_id not in known]
    since = now_us() - _FORGOTTEN_US
    seen, found, followed = set[str](), set[str](), dict[str, str]()
    attention, latest = list[Listed](), list[Listed]()
    for one in runs:
        run = one.summary.run
        about = followed.get(f"{run.workflow} {run.run_id}") or topic_of(run)
        if run.follows:
            followed[f"{run.workflow} {run.follows}"] = about
        first = about not in seen
        if run.status.ended and run.status is not RunStatus.CANCELLED:
            seen.add(about)
        if one.waiting or (first and run.status in _WRONG and not run.dismissed and run.created_at >= since):
            attention.append(one)
        if one.summary.findings and about not in found:
            found.add(about)
            latest.append(one)
    running = [one for one in runs if not one.summary.run.status.ended]
    return Overview([*attention, *older][:_SHOWN], running[:_SHOWN], latest[:_SHOWN])


def topic_of(run: Run) -> str:
    """What a run is about, the same for two runs about the same; its request if its workflow does not say."""
    declared = registry.declared_of(run)
    about = declared.subject(declared.parameters(run.request)) if declared is not None else ""
    return f"{run.workflow} {about or json.dumps(run.request, sort_keys=True)}"
