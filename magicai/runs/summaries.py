"""Runs as lists show them."""

from collections.abc import Sequence
from dataclasses import dataclass

from magicai.ports import Records, RunSummary
from magicai.runs import catalogue
from magicai.runs.effects import effects_of
from magicai.runs.run import RunStatus

# What a person has to decide: it is unknown whether the effect happened.
_CUT = "cut"
_PAGE = 500


@dataclass(frozen=True, slots=True)
class Listed:
    """A run of a list.

    Attributes:
        waiting: whether it waits for a person.
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
    """An owner's runs that wait for a person: by a queue of their workflow, or since an effect was cut."""
    found = await cut_effects(records, owner_id)
    declared = [catalogue.workflow(name) for name in catalogue.names()]
    for entity, state in {(one.entity, one.state) for it in declared for one in it.panels if one.kind == "queue"}:
        after = ""
        # An entity of a run's queue is called `RUN:...`; one of each is enough.
        while items := (await records.entities.listed(owner_id, entity, state=state, after=after, limit=1)).items:
            run_id = items[0].entity_id.partition(":")[0]
            found.add(run_id)
            after = f"{run_id};"  # which comes after every `RUN:`
    return found


async def cut_effects(records: Records, owner_id: str) -> set[str]:
    """An owner's runs with an effect of which nobody knows whether it happened."""
    return {one["run_id"] async for one in effects_of(records, owner_id, _CUT) if one["run_id"]}


def places_of_findings() -> dict[str, str]:
    """Where each workflow's result has its findings."""
    declared = {name: catalogue.workflow(name).findings for name in catalogue.names()}
    return {name: place for name, place in declared.items() if place}
