"""All that is in a workspace, as a ZIP file: rows as JSON lines by table, and files."""

import asyncio
import json
from collections.abc import Mapping
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile

from magicai.errors import NotFound
from magicai.ports import Files, Records
from magicai.values.times import now_us, to_iso

VERSION = 1
_AT_ONCE = 500


async def export(
    records: Records, files: Files, owner_id: str, file: IO[bytes], *, account: bool = False
) -> Mapping[str, int]:
    """Write everything of an owner, part by part; answers how many rows and files.

    `rows/TABLE.jsonl` has the rows of a table, `files/RUN/...` the files of runs, `bodies/DIGEST` what was read and
    uploaded, `people.jsonl` the names of the members. Secrets, sessions and what can be made anew are left out.

    Args:
        account: whether with events of the account whose personal workspace it is.
    """
    counts = {"rows": 0, "files": 0}
    with ZipFile(file, "w", ZIP_DEFLATED, allowZip64=True) as archive:
        about = {"version": VERSION, "workspace_id": owner_id, "exported_at": to_iso(now_us())}
        archive.writestr("export.json", json.dumps(about, indent=1))
        people = [{"user_id": one.user_id, "role": one.role} for one in await records.workspaces.members(owner_id)]
        named = [{**one, "name": (await records.identities.user(one["user_id"])).name} for one in people]
        archive.writestr("people.jsonl", _lines(named))
        for table in records.exporting.tables():
            counts["rows"] += await _write_table(records, archive, table, owner_id, account=account)
        counts["files"] += await _write_results(records, files, archive, owner_id)
        counts["files"] += await _write_bodies(records, files, archive, owner_id)
    return counts


async def _write_table(records: Records, archive: ZipFile, table: str, owner_id: str, *, account: bool) -> int:
    count, part = 0, list[Mapping[str, Any]]()
    with archive.open(f"rows/{table}.jsonl", "w", force_zip64=True) as entry:
        async for row in records.exporting.rows(table, owner_id, account=account):
            part.append(row)
            count += 1
            if len(part) == _AT_ONCE:
                await asyncio.to_thread(entry.write, _lines(part).encode())
                part.clear()
        await asyncio.to_thread(entry.write, _lines(part).encode())
    return count


async def _write_results(records: Records, files: Files, archive: ZipFile, owner_id: str) -> int:
    count, run_id, is_theirs = 0, "", False
    async for name in files.results():  # in order, so those of a run come together
        if name.split("/")[0] != run_id:
            run_id = name.split("/")[0]
            is_theirs = await _is_of(records, run_id, owner_id)
        if is_theirs:
            await asyncio.to_thread(archive.write, await files.here(name), f"files/{name}")
            count += 1
    return count


async def _write_bodies(records: Records, files: Files, archive: ZipFile, owner_id: str) -> int:
    written = set[str]()
    async for digest in records.referenced(owner_id=owner_id):
        if digest not in written:
            written.add(digest)
            try:
                body = await files.get(digest)
            except NotFound:  # its time was over
                continue
            await asyncio.to_thread(archive.writestr, f"bodies/{digest}", body)
    return len(written)


async def _is_of(records: Records, run_id: str, owner_id: str) -> bool:
    try:
        return (await records.runs.get(run_id)).owner_id == owner_id
    except NotFound:
        return False


def _lines(rows: list[Any]) -> str:
    return "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows)
