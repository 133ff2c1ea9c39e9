"""A run's page in parts, and the list of the files that it hands out, whichever its workflow declares."""

from collections.abc import Callable

from magicai.operations.lists import USUAL, Cursor, Limit
from magicai.operations.operation import Context, operation
from magicai.paging import sliced
from magicai.runs import registry
from magicai.runs.exports import RunFile, address_of, files_of
from magicai.runs.owned_run import owned_run
from magicai.runs.results import finding_messages, findings
from magicai.runs.run import Run
from magicai.runs.views.panels import panels_of
from magicai.shapes.results import FileList, FileShown, PanelShown, ViewShown

TAG = "runs"


@operation("GET", "/api/runs/{run_id}/view", problems=(404,))
async def show_view(context: Context, run_id: str) -> ViewShown:
    """How a page shows a run: the panels of its workflow that its result has data for, and its files."""
    run = await owned_run(context.records, run_id, owner_id=context.owner_id)
    declared = registry.declared_of(run)
    panels = [PanelShown.of(panel, declared) for panel in await panels_of(context.records, run)] if declared else []
    return ViewShown(
        findings=findings(declared, run.result or {}),
        finding_messages=finding_messages(declared, run.result or {}),
        panels=panels,
        files=files_shown(run),
    )


@operation("GET", "/api/runs/{run_id}/files", problems=(404,))
async def list_files(context: Context, run_id: str, limit: Limit = USUAL, cursor: Cursor = "") -> FileList:
    """The files of a run; none if it has no result."""
    run = await owned_run(context.records, run_id, owner_id=context.owner_id)
    files, next_cursor = sliced(files_shown(run), limit, cursor)
    return FileList(items=files, next_cursor=next_cursor)


def files_shown(run: Run, address: Callable[[RunFile], str] | None = None) -> list[FileShown]:
    """The files of a run.

    Args:
        run: the run.
        address: where a file is, if not below the run.
    """
    return [FileShown.of(file, href=address(file) if address else address_of(run, file)) for file in files_of(run)]
