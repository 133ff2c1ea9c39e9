from collections.abc import Mapping

from magicai.brain.steps import StepRun
from magicai.messages import say
from magicai.ports import Records
from magicai.runs.column_mappings import remember
from magicai.runs.file_preview import FileRead, missing_columns


async def note_mapping(
    run: StepRun, records: Records, read: FileRead, *, reader: str, given: Mapping[str, str]
) -> None:
    """Say which mapping a file is read by, and keep it for the next file of its source, if it was given now."""
    if not read.mapping:
        return
    file, source, mapping = read.preview.file, read.source, read.mapping
    said = ", ".join(f"{column} = {field}" for column, field in mapping.items())
    what = say("columns_mapped" if given else "columns_mapped_before", file=file, columns=said)
    await run.reporter.problem(file, what, missing=False)
    if not_there := missing_columns(read.preview, given):
        await run.reporter.problem(file, not_there, missing=False)
    if given:
        await remember(records, owner_id=run.owner_id, reader=reader, source=source, file=file, columns=mapping)
