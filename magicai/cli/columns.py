"""The columns of files: what a run would take them for, and what is remembered of them."""

import asyncio
import json
import sys
from typing import TYPE_CHECKING, Any

import click

from magicai.cli.command_name import command
from magicai.values.units import so_many

if TYPE_CHECKING:
    from magicai.shapes.columns import FilePreviewShown

_LONGEST = 40


def preview(workflow: str, model: Any, values: dict[str, Any], *, propose: bool, as_json: bool) -> int:
    """Print the file of a request as a run would read it."""
    made = asyncio.run(_previewed(workflow, model, values, propose=propose))
    show(made, as_json=as_json)
    return 0


async def _previewed(workflow: str, model: Any, values: dict[str, Any], *, propose: bool) -> "FilePreviewShown":
    from magicai.cli.installation import open_installation
    from magicai.operations.columns import preview_of
    from magicai.runs.requests.accept import check_request

    request = check_request(model, values)
    async with open_installation() as installation:
        return await installation.asker.ask(preview_of(workflow), await installation.hand_in(request), propose=propose)


def show(made: "FilePreviewShown", *, as_json: bool) -> None:
    """Print a preview: the columns, the first rows, and on standard error the notes."""
    from magicai.cli.tables import print_table

    if as_json:
        print(json.dumps(made.model_dump(mode="json"), ensure_ascii=False, indent=1))
        return
    lines = [["COLUMN", "FIELD", "BY", "SAMPLES"]]
    for column in made.columns:
        field = column.field or (f"{column.proposed}?" if column.proposed else "-")
        by = "model" if column.proposed and not column.field else column.by
        lines.append([column.name, field, by, " · ".join(column.samples)])
    print_table(lines)
    named = list(dict.fromkeys(name for row in made.rows for name in row))
    if named:
        print()
        print_table(
            [[name.upper() for name in named], *([_cut(row.get(name, "")) for name in named] for row in made.rows)]
        )
    for note in made.notes:
        print(note, file=sys.stderr)
    rows = so_many(made.count, "rows")
    print(f"Preview of the whole file: {rows}." if made.complete else f"Preview of the first {rows}.", file=sys.stderr)


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


@click.group("columns", help="List and forget what you said that the columns of files are.")
def columns() -> None:
    """Remembered mappings."""


@columns.command("list", help="List remembered mappings of columns.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON on standard output, one object per line.")
def list_mappings(*, as_json: bool) -> None:
    """List mappings."""
    from magicai.cli.asking import all_of
    from magicai.operations.columns import list_column_mappings

    found = all_of(list_column_mappings)
    for one in found:
        if as_json:
            print(json.dumps(one.model_dump(mode="json"), ensure_ascii=False))
        else:
            mapped = ", ".join(f"{column}={field}" for column, field in one.columns.items())
            print(f"{one.mapping_id}  {one.reader}  {one.file}: {mapped}")
    if not found:
        print(f"No mappings yet: {command('run', '--help')}", file=sys.stderr)


@columns.command("forget", help="Forget mappings: files are read by the names of their columns again.")
@click.argument("mapping_ids", metavar="MAPPING...", nargs=-1, required=True)
def forget(mapping_ids: tuple[str, ...]) -> None:
    """Forget mappings."""
    from magicai.cli.asking import ask
    from magicai.operations.columns import forget_column_mapping

    for mapping_id in mapping_ids:
        ask(forget_column_mapping, mapping_id)
    print(f"Forgot {len(mapping_ids)} mappings.")
