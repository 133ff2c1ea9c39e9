"""Runs that wait for a person: an entity of a queue, or an effect of which nobody knows whether it happened."""

from magicai.ports import Records
from magicai.runs import registry
from magicai.runs.effects import effects_of
from magicai.runs.panel import Panel
from magicai.runs.run import Run
from magicai.runs.workflow import Workflow

# An effect that was interrupted, and that the other side can't say anything about.
_CUT = "cut"


async def waiting_runs(records: Records, owner_id: str) -> set[str]:
    """An owner's runs that wait for a person."""
    found = {str(effect["run_id"]) async for effect in effects_of(records, owner_id, _CUT) if effect["run_id"]}
    for name in registry.names():
        declared = registry.workflow(name)
        found |= await declared.waiting(records, owner_id)
        for queue in _queues(declared):
            found |= await _with_entities(records, owner_id, queue)
    return found


async def waits_for_person(records: Records, run: Run) -> bool:
    """Whether a run waits for a person."""
    declared = registry.declared_of(run)
    for queue in _queues(declared):
        if await has_entities(records, queue, run):
            return True
    if declared is not None and run.run_id in await declared.waiting(records, run.owner_id):
        return True
    return any([effect["run_id"] == run.run_id async for effect in effects_of(records, run.owner_id, _CUT)])


async def has_entities(records: Records, queue: Panel, run: Run) -> bool:
    """Whether an entity of a run waits in a queue."""
    prefix = f"{run.run_id}:"
    page = await records.entities.listed(run.owner_id, queue.entity, state=queue.state, after=prefix, limit=1)
    return any(item.entity is not None and item.entity.entity_id.startswith(prefix) for item in page.items)


def _queues(declared: Workflow | None) -> list[Panel]:
    return [panel for panel in declared.panels if panel.kind == "queue"] if declared else []


async def _with_entities(records: Records, owner_id: str, queue: Panel) -> set[str]:
    """The runs whose entities wait in a queue, by one question each."""
    found, after = set[str](), ""
    while True:
        page = await records.entities.listed(owner_id, queue.entity, state=queue.state, after=after, limit=1)
        ids = [item.entity.entity_id for item in page.items if item.entity is not None]
        if not ids:
            return found
        run_id, colon, _ = ids[0].partition(":")
        if colon:
            found.add(run_id)
        # The next run's: what begins with this one's id and a colon stands before its id and a semicolon.
        after = f"{run_id};" if colon else ids[0]
