"""What somebody's runs have used."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from magicai.domain.run import RunStatus
from magicai.domain.times import now_us
from magicai.ports import Outcome, Records

_DAY_US = 86_400_000_000
_PART = 200
_MOST = 10_000


@dataclass(frozen=True, slots=True)
class Used:
    """Runs of some days.

    Attributes:
        since: UTC microseconds.
        runs: how many stand where.
        outcomes: of those that ended by themselves.
    """

    since: int
    runs: Mapping[RunStatus, int]
    outcomes: tuple[Outcome, ...]


async def usage_of(records: Records, owner_id: str, *, days: int) -> Used:
    """An owner's runs of the last days."""
    since = now_us() - days * _DAY_US
    runs: Counter[RunStatus] = Counter()
    workflows = set[str]()
    before: str | None = None
    while found := await records.runs.listed(owner_id=owner_id, limit=_PART, before=before):
        young = [run for run in found if run.created_at >= since]
        runs.update(run.status for run in young)
        workflows |= {run.workflow for run in young}
        if len(young) < _PART:
            break
        before = found[-1].run_id
    outcomes = [
        outcome
        for workflow in sorted(workflows)
        for outcome in await records.outcomes.recent(workflow, owner_id=owner_id, limit=_MOST)
        if outcome.at >= since
    ]
    return Used(since, runs, tuple(outcomes))
