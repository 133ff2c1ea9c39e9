"""How a run is shown: of the panels that its workflow declares, those that its result has something for."""

from magicai.runs import catalogue
from magicai.runs.exports import documents_in, files_of
from magicai.runs.results import value_at
from magicai.runs.run import JSON, Run
from magicai.runs.workflow import Panel


def panels_of(run: Run) -> list[Panel]:
    """A run's panels, in the order of their declaration."""
    declared = catalogue.of_run(run.workflow, run.request)
    if declared is None or run.result is None:
        return []
    return [panel for panel in declared.panels if _has_something(panel, run, run.result)]


def _has_something(panel: Panel, run: Run, result: JSON) -> bool:
    match panel.kind:
        case "document":
            return bool(documents_in(run, result))
        case "table":
            return bool(value_at(result, panel.source))
        case "files":
            return bool(files_of(run))
