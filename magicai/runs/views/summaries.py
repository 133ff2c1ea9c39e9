"""Runs as lists show them."""

from collections.abc import Sequence
from dataclasses import dataclass

from magicai.ports import Records, RunSummary
from magicai.runs import registry
from magicai.runs.run import RunStatus
from magicai.runs.views.waiting_runs import waiting_runs


@dataclass(frozen=True, slots=True)
class Listed:
    """A run in a list.

    Attributes:
        waiting: whether a person has to decide something of it.
    """

    summary: RunSummary
    waiting: bool


async def list_runs(
    records: Records,
    owner_id: str,
    *,
    statuses: Sequence[RunStatus] = (),
    workflows: Sequence[str] = (),
    words: str = "",
    waiting: bool = False,
    follows: str | None = None,
    limit: int = 50,
    before: str | None = None,
) -> list[Listed]:
    """An owner's runs, newest first.

    Args:
        records: where they are.
        owner_id: whose.
        statuses: their statuses.
        workflows: their workflows.
        words: all of them are in the run's request, name, id or workflow.
        waiting: only those that wait for a person.
        follows: the run that led to them.
        limit: the maximum number.
        before: only older ones than this run.
    """
    waits = await waiting_runs(records, owner_id)
    if waiting and not waits:
        return []
    found = await records.runs.summaries(
        owner_id=owner_id,
        findings=places_of_findings(),
        statuses=statuses,
        workflows=workflows,
        words=words.split(),
        runs=waits if waiting else None,
        follows=follows,
        limit=limit,
        before=before,
    )
    return [Listed(one, one.run.run_id in waits) for one in found]


def places_of_findings() -> dict[str, str]:
    """Where each workflow's result has its findings."""
    declared = {name: registry.workflow(name).findings for name in registry.names()}
    return {name: place for name, place in declared.items() if place}
