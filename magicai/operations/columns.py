"""The columns of files: what a run would take them for, and what is remembered of them."""

import asyncio
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from magicai.operations.lists import USUAL, Cursor, Limit
from magicai.operations.operation import MANY_BYTES, MODEL_S, Context, Operation, operation, taking
from magicai.operations.workflows import example_of
from magicai.paging import sliced
from magicai.runs import column_mappings, registry
from magicai.runs.file_preview import NamedFile, missing_columns
from magicai.runs.proposing_columns import with_proposals
from magicai.runs.requests.fields import leaves
from magicai.runs.requests.files_in import InputFile, body_of, check_upload, checked_path, is_upload
from magicai.runs.requests.intake import with_usual
from magicai.shapes.columns import ColumnMappingList, ColumnMappingShown, FilePreviewShown

TAG = "columns"


@operation("GET", "/api/column-mappings")
async def list_column_mappings(context: Context, limit: Limit = USUAL, cursor: Cursor = "") -> ColumnMappingList:
    """What you said that the columns of files are, by source; the next file from there is read so."""
    found = [one async for one in column_mappings.mappings(context.records, owner_id=context.owner_id)]
    shown, next_cursor = sliced(found, limit, cursor)
    return ColumnMappingList(items=[ColumnMappingShown.of(one) for one in shown], next_cursor=next_cursor)


@operation("DELETE", "/api/column-mappings/{column_mapping_id}", status=204, problems=(404,))
async def forget_column_mapping(context: Context, column_mapping_id: str) -> None:
    """Read files from its source by the names of their columns again."""
    await column_mappings.forget(context.records, column_mapping_id, owner_id=context.owner_id)


def of_workflows() -> list[Operation[..., Any]]:
    """The previews of workflows that read files by their columns."""
    return [preview_of(name) for name in registry.names() if registry.workflow(name).preview is not None]


@cache
def preview_of(name: str) -> Operation[..., FilePreviewShown]:
    """The operation that previews the file of a workflow."""
    declared = registry.workflow(name)
    shape: type[BaseModel] = declared.request

    async def preview(context: Context, parameters: BaseModel, *, propose: bool = False) -> FilePreviewShown:
        """The columns of the file, what each is taken for, and ten rows as they will be; no run is started.

        With `propose`, a language model says what it takes unknown columns for; nothing is read so by itself.
        """
        assert declared.preview is not None
        parameters = with_usual(parameters, context.settings)
        file = await _file_of(context, parameters)
        made = await declared.preview(context.ports, parameters, file, context.owner_id)
        if missing := missing_columns(made, vars(parameters).get("columns", {})):
            made = made.model_copy(update={"notes": (*made.notes, missing)})
        if propose:
            made = await with_proposals(made, owner_id=context.owner_id, open_model=context.text_model)
        return FilePreviewShown.of(made)

    preview.__name__ = f"preview_{name.replace('-', '_')}"
    return operation(
        "POST",
        f"/api/previews/{name}",
        problems=(404,),
        example=example_of(shape),
        most_bytes=MANY_BYTES,
        patience_s=MODEL_S,
        summary=f"Preview the file of {name}",
    )(taking(shape, preview))


async def _file_of(context: Context, parameters: BaseModel) -> NamedFile | None:
    """The file that a request names; None where it names none."""
    records, owner_id = context.records, context.owner_id
    for leaf in leaves(parameters):
        if (mark := leaf.shape.mark(InputFile)) is None:
            continue
        if context.names_paths and not is_upload(leaf.value):
            path, _ = await checked_path(leaf, mark)
            return NamedFile(path.name, await asyncio.to_thread(Path.read_bytes, path))
        await check_upload(records, context.ports.files, leaf, mark, owner_id=owner_id)
        known = await records.uploads.get(str(leaf.value), owner_id=owner_id)
        return NamedFile(known.name, await body_of(records, context.ports.files, known.file_id, owner_id=owner_id))
    return None
