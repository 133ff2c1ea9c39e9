"""Backups: records and files, which are the truth; the other stores are rebuilt from them."""

import hashlib
import io
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from typing import TYPE_CHECKING

from magicai.errors import NotFound, Permanent
from magicai.ports import Archive, Files, Records, Snapshot
from magicai.stores.manifest import Fingerprint, Manifest, TableCopy
from magicai.values.times import now_us, to_datetime, to_iso, to_us

if TYPE_CHECKING:
    import pyarrow as pa

BACKUPS = "backups"
MANIFEST = "manifest.json"
# Queues and rights of the moment: they mean nothing once they are restored.
PASSING = frozenset({"outbox", "store_locations"})
_POOL, _ERASED = "pool", "erased"
# Names what a backup shares with others; not sealed, since what is retired is not to wait for the key that opens.
_SHARED = "shared.txt"
# How many rows a backup has; not sealed either.
_ROWS = "rows.txt"
# A backup that is so many times as large as a new one is not removed for it.
_TIMES = 2
_LINES = 20_000
_NAME = "%Y%m%dT%H%M%S.%fZ"

Report = Callable[[str], object]


async def back_up(
    records: Records, files: Files, archive: Archive, *, keep: int, report: Report, shrink: bool = False
) -> Manifest:
    """Make a backup, and remove older ones but the latest `keep`.

    One with less than half of the rows or files of another that is there removes none, unless it may `shrink`: it may
    be one of an installation that has lost them. Its manifest says so.

    It is one state of the records, whatever is written meanwhile. Bodies that an earlier backup in the same archive
    has are not copied again. Until its manifest is there, which comes last, it counts for nothing.

    Raises:
        Conflict: another backup is being made there.
    """
    with archive.alone():
        manifest = await _back_up(records, files, archive, report, shrink=shrink)
        if not manifest.smaller_than:
            await _retire(archive, keep)
        return manifest


async def _back_up(records: Records, files: Files, archive: Archive, report: Report, *, shrink: bool) -> Manifest:
    begun = now_us()
    name = await _stamp(archive, begun)
    made = _Making(archive, f"{BACKUPS}/{name}", f"{_POOL}-{archive.seal}" if archive.seal else _POOL)
    async with records.copying.snapshot() as state:
        tables = [await _copy_table(state, table, made) for table in state.tables if table not in PASSING]
        rows = sum(table.fingerprint.rows for table in tables)
        report(f"records: {rows} rows")
        bodies = await _copy_bodies(state, files, made, report)
        revision = state.revision
    results: dict[str, str] = {}
    async for result in files.results():
        with suppress(NotFound):  # removed since it was listed
            results[result] = await made.pooled(await files.result(result))
    report(f"results: {len(results)}")
    manifest = Manifest(
        name=name,
        smaller_than="" if shrink else await _much_larger(archive, rows, len(made.shared)),
        product=version("magicai"),
        made_at=to_iso(begun),
        revision=revision,
        tables=tuple(tables),
        results_at=files.results_at,
        pool=made.pool,
        results=results,
        bodies=tuple(bodies),
        missing=made.missing,
        checksums=made.checksums,
    )
    await archive.put(f"{BACKUPS}/{name}/{_SHARED}", "\n".join(sorted(made.shared)).encode(), plain=True)
    await archive.put(f"{BACKUPS}/{name}/{_ROWS}", str(rows).encode(), plain=True)
    await archive.put(f"{BACKUPS}/{name}/{MANIFEST}", manifest.model_dump_json(indent=1).encode())
    return manifest


async def _much_larger(archive: Archive, rows: int, files: int) -> str:
    """The latest backup that has more than twice as many rows or files; "" where none has."""
    for name in reversed(await backups(archive)):
        if await _rows_of(archive, name) > _TIMES * rows or len(await _shared_by(archive, name) or ()) > _TIMES * files:
            return name
    return ""


async def _rows_of(archive: Archive, name: str) -> int:
    """How many rows a backup has; 0 where that can't be known without another key, as it was kept before."""
    try:
        item = f"{BACKUPS}/{name}/{_ROWS}"
        return int(await archive.get(item)) if await archive.has(item) else (await manifest_of(archive, name)).rows
    except Permanent:
        return 0


def shrinkage(made: Manifest) -> str:
    """What to say of a backup that is much smaller than another; "" of any other."""
    if not made.smaller_than:
        return ""
    return (
        f"It has less than half of the rows or files of {made.smaller_than}, so no older backup was deleted."
        " If that is right, `magicai backup --yes` deletes older ones again."
    )


async def backups(archive: Archive) -> list[str]:
    """Names of whole backups, oldest first."""
    return [name.split("/")[1] async for name in archive.names(BACKUPS) if name.endswith(f"/{MANIFEST}")]


def made_at(name: str) -> int:
    """When a backup of this name was made, in UTC microseconds."""
    return to_us(datetime.strptime(name, _NAME).replace(tzinfo=UTC))


async def manifest_of(archive: Archive, name: str) -> Manifest:
    """What a backup says of itself.

    Raises:
        NotFound: no such backup.
    """
    return Manifest.model_validate_json(await archive.get(f"{BACKUPS}/{name}/{MANIFEST}"))


async def bodies_of(archive: Archive, manifest: Manifest) -> AsyncIterator[str]:
    """Digests of the bodies that belong to a backup; one may come several times."""
    for part in manifest.bodies:
        for digest in (await archive.get(part)).decode().split():
            yield digest
    for digest in manifest.results.values():
        yield digest


async def note_erasure(archive: Archive, owner_id: str) -> None:
    """Keep beside the backups that an owner's data were erased, without naming them."""
    await archive.put(_erasure(owner_id), (await _stamp(archive, now_us())).encode(), plain=True)


async def was_erased(archive: Archive, owner_id: str, *, since: str) -> bool:
    """Whether an owner's data were erased after the backup `since` was made."""
    if not await archive.has(_erasure(owner_id)):
        return False
    return (await archive.get(_erasure(owner_id))).decode() > since


async def _stamp(archive: Archive, now: int) -> str:
    """A name for this moment that sorts behind all backups, even those of a clock that was ahead."""
    there = max([name.split("/")[1] async for name in archive.names(BACKUPS)], default="")
    stamp = _name(now)
    return stamp if stamp > there else _name(made_at(there) + 1)


def _name(at: int) -> str:
    return f"{to_datetime(at):{_NAME}}"


def _erasure(owner_id: str) -> str:
    return f"{_ERASED}/{hashlib.sha256(owner_id.encode()).hexdigest()}"


def pooled(digest: str, pool: str = _POOL) -> str:
    """The item that holds the bytes of this digest, for all backups of an archive that are sealed alike."""
    return f"{pool}/{digest[:2]}/{digest}"


@dataclass(slots=True)
class _Making:
    """What was written of a backup so far."""

    archive: Archive
    folder: str
    pool: str
    missing: int = 0
    checksums: dict[str, str] = field(default_factory=dict[str, str])
    shared: set[str] = field(default_factory=set[str])

    async def has(self, digest: str) -> bool:
        """Whether the bytes of this digest are there, which then belong to this backup, too."""
        item = pooled(digest, self.pool)
        there = await self.archive.has(item)
        if there:
            self.shared.add(item)
        return there

    async def put(self, name: str, body: bytes) -> str:
        item = f"{self.folder}/{name}"
        await self.archive.put(item, body)
        self.checksums[item] = hashlib.sha256(body).hexdigest()
        return item

    async def pooled(self, body: bytes) -> str:
        digest = hashlib.sha256(body).hexdigest()
        if not await self.has(digest):
            item = pooled(digest, self.pool)
            await self.archive.put(item, body)
            self.shared.add(item)
        return digest


async def _copy_table(state: Snapshot, table: str, made: _Making) -> TableCopy:
    print_, parts = Fingerprint(), list[str]()
    async for batch in state.rows(table):
        print_ = print_.with_rows(batch.to_pylist())
        parts.append(await made.put(f"records/{table}-{len(parts):05d}.parquet", _parquet(batch)))
    return TableCopy(name=table, fingerprint=print_, parts=tuple(parts))


async def _copy_bodies(state: Snapshot, files: Files, made: _Making, report: Report) -> list[str]:
    parts, lines, count = list[str](), list[str](), 0
    async for digest in state.bodies():
        if not await made.has(digest):
            try:
                await made.pooled(await files.get(digest))
            except NotFound:  # its time was over
                made.missing += 1
                continue
        lines.append(digest)
        count += 1
        if len(lines) == _LINES:
            parts.append(await made.put(f"bodies-{len(parts):05d}.txt", "\n".join(lines).encode()))
            lines.clear()
        if count % 1000 == 0:
            report(f"bodies: {count}")
    if lines:
        parts.append(await made.put(f"bodies-{len(parts):05d}.txt", "\n".join(lines).encode()))
    report(f"bodies: {count}")
    return parts


async def _retire(archive: Archive, keep: int) -> None:
    """Remove all but the latest backups, what was begun and never finished, and what then belongs to none."""
    whole = await backups(archive)
    kept = set(whole[-keep:])
    await archive.remove([name async for name in archive.names(BACKUPS) if name.split("/")[1] not in kept])
    wanted: set[str] = set()
    unknown = False
    for name in kept:
        shared = await _shared_by(archive, name)
        wanted |= shared or set()
        unknown = unknown or shared is None
    spared = f"{_POOL}/" if unknown else "\0"
    pools = [name async for name in archive.names("") if name.partition("/")[0].startswith(_POOL)]
    await archive.remove([name for name in pools if name not in wanted and not name.startswith(spared)])


async def _shared_by(archive: Archive, name: str) -> set[str] | None:
    """What a backup shares with others; None where that can't be known without another key, as it was kept before."""
    try:
        item = f"{BACKUPS}/{name}/{_SHARED}"
        if await archive.has(item):
            return set((await archive.get(item)).decode().split())
        manifest = await manifest_of(archive, name)
        return {pooled(digest, manifest.pool) async for digest in bodies_of(archive, manifest)}
    except NotFound:  # another backup's retirement took it meanwhile
        return set()
    except Permanent:
        return None


def _parquet(batch: "pa.RecordBatch") -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    file = io.BytesIO()
    table = pa.Table.from_batches([batch])
    pq.write_table(table, file, compression="zstd")  # pyright: ignore[reportUnknownMemberType] - its stubs leave IO open
    return file.getvalue()


def batches(body: bytes) -> Iterator["pa.RecordBatch"]:
    """The rows of a part.

    Raises:
        Permanent: it is no part of a backup.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        yield from pq.read_table(io.BytesIO(body)).to_batches()  # pyright: ignore[reportUnknownMemberType] - likewise
    except pa.ArrowException as exc:
        raise Permanent("backup_part_not_readable", reason=exc) from exc


def checked(body: bytes, item: str, checksum: str) -> bytes:
    """The same bytes.

    Raises:
        Permanent: they are not those that were written.
    """
    if hashlib.sha256(body).hexdigest() != checksum:
        raise Permanent("backup_item_damaged", item=item)
    return body
