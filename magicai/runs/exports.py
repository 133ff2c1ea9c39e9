"""What a run hands out as files: its main document as it was kept, and exports, which are made when asked for."""

import asyncio
import io
import mimetypes
import re
import shutil
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from urllib.parse import quote

from magicai.errors import Invalid, MagicError, NotFound
from magicai.ports import Files, Records
from magicai.runs import registry
from magicai.runs.results import expanded_result, has_fields, to_export, value_at, with_values
from magicai.runs.run import JSON, Run
from magicai.runs.whole_file import whole_file
from magicai.runs.workflow import Export

_NO_NAME = re.compile(r"[^\w.]+")


@dataclass(frozen=True, slots=True)
class RunFile:
    """A file that a run can hand out.

    Attributes:
        name: unique within the run, such as `report.html`.
        format: likewise, such as `html`.
        place: of the main document, where in the result its location is.
        kept_as: of the main document, its name in `Files`.
        export: what makes it, where it is none.
    """

    name: str
    format: str
    title: str
    media_type: str
    place: str = ""
    kept_as: str = ""
    export: Export | None = None


def files_of(run: Run) -> list[RunFile]:
    """What a run can hand out, without making it: its exports, the usual one first, and its main document."""
    declared = registry.declared_of(run)
    if declared is None or run.result is None:
        return []
    exports = [_of_export(export) for export in declared.exports if has_fields(declared, export, run.result)]
    return [*exports, *documents_in(run, run.result)]


def file_in(run: Run, format: str) -> RunFile:  # noqa: A002 - the option's name
    """A run's file in a format.

    Raises:
        NotFound: it has no files.
        Invalid: it has none in that format; names the formats that it has.
    """
    found = _there(run)
    for file in found:
        if file.format == format:
            return file
    formats = ", ".join(file.format for file in found)
    raise Invalid("unknown_run_format", run_id=run.run_id, format=format[:80], formats=formats)


def file_called(run: Run, name: str) -> RunFile:
    """A run's file by its name.

    Raises:
        NotFound: it has no files.
        Invalid: it has none of that name; names those that it has.
    """
    found = _there(run)
    for file in found:
        if file.name == name:
            return file
    names = ", ".join(file.name for file in found)
    raise Invalid("run_file_not_found", run_id=run.run_id, name=name[:80], formats=names)


def document_of(run: Run) -> RunFile:
    """A run's main document, in the first of its declared formats that it has.

    Raises:
        NotFound: it has none.
    """
    found = [file for file in files_of(run) if file.export is None]
    if not found:
        raise NotFound("run_document_not_found", run_id=run.run_id, status=run.status)
    return found[0]


def address_of(run: Run, file: RunFile) -> str:
    """Where the gateway hands a file of a run out."""
    return f"/api/runs/{run.run_id}/files/{quote(file.name)}"


async def open_file(records: Records, files: Files, run: Run, file: RunFile) -> IO[bytes]:
    """A file of a run, to be read from its beginning and closed; on this machine's disk nothing of it has a name.

    Raises:
        NotFound: the document is not kept any more.
        Missing: what makes the export is not installed.
    """
    if file.export is None:
        return io.BytesIO(await _kept(files, run, file))
    return await without_name(file.name, lambda path: save_file(records, files, run, file, path))


async def without_name(name: str, save: Callable[[Path], Awaitable[object]]) -> IO[bytes]:
    """What is saved at a path, to be read from its beginning and closed; on this machine's disk it keeps no name.

    Args:
        name: of the file while it is written, for those that go by its ending.
    """
    body = tempfile.TemporaryFile()  # noqa: SIM115 - the caller closes it
    try:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / name
            await save(path)
            await asyncio.to_thread(_copy, path, body)
        body.seek(0)
    except BaseException:
        body.close()
        raise
    return body


async def save_file(records: Records, files: Files, run: Run, file: RunFile, path: Path) -> None:
    """Write a file of a run to a path, whole or not at all.

    Raises:
        NotFound, Missing: likewise.
        Permanent: it could not be written; nothing of it is left behind.
    """
    if file.export is None:
        body = await _kept(files, run, file)
        await asyncio.to_thread(_save, path, lambda draft: draft.write_bytes(body))
        return
    export, declared = file.export, registry.declared_of(run)
    assert declared is not None  # or it would have no export
    result = await asyncio.to_thread(to_export, declared, export, await expanded_result(records, run))
    await asyncio.to_thread(_save, path, lambda draft: export.write(result, draft))


async def with_document_here(files: Files, run: Run, result: JSON) -> JSON:
    """The same result, its main document's places on this machine; one that can't be had here stays as it is."""
    places: dict[str, str] = {}
    for file in documents_in(run, result):
        try:
            places[file.place] = str(await files.here(file.kept_as))
        except MagicError:
            continue
    return with_values(result, places)


def documents_in(run: Run, result: JSON) -> list[RunFile]:
    """The main document that a result names, in each of its formats."""
    declared = registry.declared_of(run)
    if declared is None or declared.document is None:
        return []
    found: list[RunFile] = []
    for kind, place in declared.document.formats.items():
        # Whatever has moved since, and whatever a result says: only what was kept under this run is its document.
        _, within, name = str(value_at(result, place) or "").rpartition(f"/{run.run_id}/")
        if within and name:
            kept_as, name, title = f"{run.run_id}/{name}", name.rpartition("/")[2], declared.document.title
            found.append(RunFile(name, kind, title, _media_type(name), place=place, kept_as=kept_as))
    return found


def _of_export(export: Export) -> RunFile:
    stem = _NO_NAME.sub("-", export.title.lower()).strip("-")
    return RunFile(f"{stem}.{export.format}", export.format, export.title, media_type=export.media_type, export=export)


def _media_type(name: str) -> str:
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind


def _copy(path: Path, body: IO[bytes]) -> None:
    with path.open("rb") as made:
        shutil.copyfileobj(made, body)


def _save(path: Path, write: Callable[[Path], object]) -> None:
    with whole_file(path) as draft:
        write(draft)


async def _kept(files: Files, run: Run, file: RunFile) -> bytes:
    try:
        return await files.result(file.kept_as)
    except NotFound as exc:
        raise NotFound("run_file_deleted", name=file.name, run_id=run.run_id) from exc


def _there(run: Run) -> list[RunFile]:
    found = files_of(run)
    if not found:
        raise NotFound("run_files_not_found", run_id=run.run_id, status=run.status)
    return found
