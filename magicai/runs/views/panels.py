"""How a run is shown: of the panels that its workflow declares, those that have something to show."""

from magicai.ports import Records
from magicai.runs import registry
from magicai.runs.exports import documents_in, files_of
from magicai.runs.panel import Panel
from magicai.runs.results import value_at
from magicai.runs.run import Run
from magicai.runs.views.waiting_runs import has_entities


async def panels_of(records: Records, run: Run) -> list[Panel]:
    """A run's panels, in the order of their declaration."""
    declared = registry.declared_of(run)
    return [panel for panel in declared.panels if await _has_something(records, panel, run)] if declared else []


def shared_panels(run: Run) -> list[Panel]:
    """Those that show nothing but the run's result: what somebody sees who has no account."""
    declared = registry.declared_of(run)
    return [one for one in declared.panels if _is_of_result(one) and _is_in_result(one, run)] if declared else []


def _is_of_result(panel: Panel) -> bool:
    return panel.kind not in ("queue", "items")


async def _has_something(records: Records, panel: Panel, run: Run) -> bool:
    if panel.kind == "queue":
        return await has_entities(records, panel, run)
    if panel.kind == "items":
        counts = await records.items.counts(run.run_id)
        return any(not panel.step or step == panel.step for step in counts)
    return _is_in_result(panel, run)


def _is_in_result(panel: Panel, run: Run) -> bool:
    if run.result is None:
        return False
    if panel.kind == "document":
        return bool(documents_in(run, run.result))
    if panel.kind == "files":
        return bool(files_of(run))
    found = value_at(run.result, panel.source)
    # That there is no answer is something to show, too.
    return found is not None if panel.kind == "answer" else bool(found)
