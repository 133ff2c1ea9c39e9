"""Puts a backup into an empty installation, and compares what is there then with what the backup says."""

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from magicai.errors import Conflict, NotFound, Permanent
from magicai.ports import Archive, Files, Projection, Records
from magicai.stores.backup import Report, batches, bodies_of, checked, pooled
from magicai.stores.entity import STORES, Store
from magicai.stores.manifest import Fingerprint, Manifest
from magicai.stores.reconcile import Reconciled, reconcile

# Held from the first row that is put in until all were compared: whoever finds it knows that something is missing.
_LEASE, _LEASES = "restore", "leases"
# Held besides from when all rows were found to be there: what is done with them after that may change them.
_COMPARED = "restore compared"
_TTL_S = 30 * 86_400.0
_PAGE = 1000


async def restore(
    records: Records,
    files: Files,
    archive: Archive,
    manifest: Manifest,
    *,
    report: Report,
    last: Callable[[], Awaitable[None]] | None = None,
    without_damaged: bool = False,
) -> list[str]:
    """Put a backup's records and files into an empty installation; an interrupted one continues.

    Everything is looked at before anything is written, and compared in the end. The projections are filled by `last`.

    Args:
        records, files: of the installation.
        archive: where the backup is.
        manifest: what is in it.
        report: of progress.
        last: what belongs to it, and is done before it counts as done, so that it is done again where it was cut:
            erasing again who was erased since, filling the other stores.
        without_damaged: do without pages and reports that are damaged or missing; rows must be whole.

    Returns:
        What was done without: digests of pages, names of results.

    Raises:
        Conflict: the installation is not empty.
        Permanent: a part is damaged or missing, or what came out is not what went in.
    """
    lacking: list[str] = []
    compared = await records.leases.current(_COMPARED)
    if compared is None or compared.holder != manifest.name:
        lacking = await _put_in(records, files, archive, manifest, report, without_damaged=without_damaged)
        compared = await records.leases.acquire(_COMPARED, manifest.name, ttl_s=_TTL_S)
    await records.copying.renew()
    if last is not None:
        await last()
    for lease in (await records.leases.current(_LEASE), compared):
        if lease is not None:
            await records.leases.release(lease)
    return lacking


async def _put_in(
    records: Records, files: Files, archive: Archive, manifest: Manifest, report: Report, *, without_damaged: bool
) -> list[str]:
    """Everything of a backup, compared with what it says; answers what was done without."""
    pool = _Pool(archive, manifest, report, without_damaged=without_damaged)
    await _look(archive, manifest, pool, report)
    if await unfinished(records) != manifest.name:
        await _must_be_empty(records)
        await records.copying.rebuild(manifest.revision)
        await records.leases.acquire(_LEASE, manifest.name, ttl_s=_TTL_S)
    await _put_bodies(files, archive, manifest, pool, report)
    moved = await _put_results(files, manifest, pool)
    there = await _there(records, manifest, moved)
    for table in manifest.tables:
        if there.get(table.name) != table.fingerprint:
            for part in table.parts:
                for batch in batches(await archive.get(part)):
                    await records.copying.load(table.name, _moved(batch.to_pylist(), moved))
    report(f"records: {manifest.rows} rows")
    await _compare(records, manifest, moved)
    return pool.lacking


async def _must_be_empty(records: Records) -> None:
    if await records.copying.empty():
        return
    if begun := await unfinished(records):
        raise Conflict("restore_incomplete", begun=begun)
    raise Conflict("installation_not_empty")


async def unfinished(records: Records) -> str:
    """The backup whose restoration was begun here and not ended; "" where there is none."""
    lease = await records.leases.current(_LEASE)
    return "" if lease is None else lease.holder


async def fill(records: Records, projections: Mapping[Store, Projection], *, report: Report) -> Reconciled:
    """Tell all stores of all entities, and bring them to zero difference."""
    for store in STORES:
        await enqueue_all(records, store)
    return (await reconcile(records, projections, on_progress=report)).checked()


async def enqueue_all(records: Records, store: Store) -> None:
    """Tell a store of all entities, tombstones included."""
    after = ("", "")
    while page := await records.entities.all(store, after=after, limit=_PAGE):
        keys = [(one.kind, one.entity_id) for one in page]
        await records.entities.enqueue(store, keys)
        after = keys[-1]


class _Pool:
    """Pages and results of a backup, which lie side by side.

    Attributes:
        without_damaged: whether what is damaged or missing is done without.
        lacking: what that was.
    """

    def __init__(self, archive: Archive, manifest: Manifest, report: Report, *, without_damaged: bool) -> None:
        self._archive, self._manifest, self._report = archive, manifest, report
        self.without_damaged = without_damaged
        self.lacking: list[str] = []

    async def has(self, digest: str) -> bool:
        return await self._archive.has(pooled(digest, self._manifest.pool))

    async def get(self, digest: str, called: str) -> bytes | None:
        """A body; None where it is damaged or missing, and is done without.

        Raises:
            Permanent: it is, and is not.
        """
        try:
            return checked(await self._archive.get(pooled(digest, self._manifest.pool)), called, digest)
        except (NotFound, Permanent) as exc:
            if not self.without_damaged:
                raise self.lacks(called, str(exc)) from exc
            # At once: whoever is cut, or can't fill a store, continues without inserting anything again.
            self._report(f"skipped: {called}")
            self.lacking.append(called)
            return None

    def lacks(self, called: str, why: str) -> Permanent:
        """What is said where it is not to be done without."""
        return Permanent("backup_incomplete", name=self._manifest.name, file=called, reason=why)


async def _look(archive: Archive, manifest: Manifest, pool: _Pool, report: Report) -> None:
    for number, (item, checksum) in enumerate(manifest.checksums.items(), 1):
        checked(await archive.get(item), item, checksum)
        if number % 100 == 0:
            report(f"checked: {number} of {len(manifest.checksums)} parts")
    if not pool.without_damaged:
        async for digest in bodies_of(archive, manifest):
            if not await pool.has(digest):
                raise pool.lacks(digest, "it is missing.")
    report("checked")


async def _put_bodies(files: Files, archive: Archive, manifest: Manifest, pool: _Pool, report: Report) -> None:
    count = 0
    for part in manifest.bodies:
        for digest in (await archive.get(part)).decode().split():
            body = await pool.get(digest, digest)
            if body is None:
                continue
            await files.put([body], [digest])
            count += 1
            if count % 1000 == 0:
                report(f"bodies: {count}")
    report(f"bodies: {count}")


async def _put_results(files: Files, manifest: Manifest, pool: _Pool) -> tuple[str, str]:
    """Put the results in place; answers where they were, and where they are."""
    for name, digest in manifest.results.items():
        body = await pool.get(digest, name)
        if body is not None:
            await files.save(name, body)
    return manifest.results_at, files.results_at


def _moved(rows: Sequence[Mapping[str, Any]], moved: tuple[str, str]) -> Sequence[Mapping[str, Any]]:
    """The same rows, with the results' new place where they name the old one: a report's path is in its run's row."""
    before, after = (json.dumps(place)[1:-1] for place in moved)
    if before == after:
        return rows
    return [
        {name: value.replace(before, after) if isinstance(value, str) else value for name, value in row.items()}
        for row in rows
    ]


async def _there(records: Records, manifest: Manifest, moved: tuple[str, str]) -> dict[str, Fingerprint]:
    """What the tables hold now, as it would be in the place that the backup comes from."""
    found: dict[str, Fingerprint] = {}
    async with records.copying.snapshot() as state:
        for table in manifest.tables:
            held = Fingerprint()
            async for batch in state.rows(table.name):
                held = held.with_rows(_moved(batch.to_pylist(), (moved[1], moved[0])))
            found[table.name] = held
    return found


async def _compare(records: Records, manifest: Manifest, moved: tuple[str, str]) -> None:
    there = await _there(records, manifest, moved)
    for table in manifest.tables:
        # The lease of the restoration itself is no part of the backup.
        if there[table.name] != table.fingerprint and table.name != _LEASES:
            raise Permanent(
                "restored_rows_mismatch", name=table.name, rows=there[table.name].rows, expected=table.fingerprint.rows
            )


def chosen(names: Sequence[str], wanted: str | None, *, where: str) -> str:
    """The backup that is meant, of those in the folder `where`: the latest where none is named.

    Raises:
        NotFound: there is none, or none of that name.
    """
    if not names:
        raise NotFound("backup_not_found", where=where)
    if wanted is None:
        return names[-1]
    fitting = [name for name in names if name.startswith(wanted)]
    if len(fitting) != 1:
        raise NotFound("backup_name_ambiguous", count=len(fitting), wanted=wanted, names=", ".join(names))
    return fitting[0]
