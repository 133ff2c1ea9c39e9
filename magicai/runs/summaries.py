"""Runs as lists show them."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from magicai.ports import Records, RunSummary
from magicai.runs import catalogue
from magicai.runs.effects import effects_of
from magicai.runs.panel import Panel
from magicai.runs.run import Run, RunStatus

# What a person has to decide: it is unknown whether the effect happened.
_CUT = "cut"
_PAGE = 500


@dataclass(frozen=True, slots=True)
class Listed:
    """A run of a list.

    Attributes:
        waiting: whether a person has to decide about one of its effects, or of its queues.
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
        words: all of them are in the run's request, id or workflow.
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


async def waiting_runs(records: Records, owner_id: str) -> set[str]:
    """An owner's runs that wait for a person: with an effect of which nobody knows, or something in a queue."""
    found = {one["run_id"] async for one in effects_of(records, owner_id, _CUT) if one["run_id"]}
    for name in catalogue.names():
        for queue in (panel for panel in catalogue.workflow(name).panels if panel.kind == "queue"):
            found |= {key.partition(":")[0] async for key in _listed(records, owner_id, queue)}
    return found


async def waits_for_person(records: Records, run: Run) -> bool:
    """Whether a run waits for a person."""
    return run.run_id in await waiting_runs(records, run.owner_id)


async def _listed(records: Records, owner_id: str, queue: Panel) -> AsyncIterator[str]:
    after = ""
    while True:
        page = await records.entities.listed(owner_id, queue.entity, state=queue.state, after=after, limit=_PAGE)
        for one in page.items:
            yield one.entity_id
        if page.next is None:
            return
        after = page.next


def places_of_findings() -> dict[str, str]:
    """Where each workflow's result has its findings."""
    declared = {name: catalogue.workflow(name).findings for name in catalogue.names()}
    return {name: place for name, place in declared.items() if place}
