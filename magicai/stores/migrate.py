"""Moves an installation to other stores: from the embedded ones to servers, and back. The old one is not touched."""

from collections.abc import Mapping
from dataclasses import dataclass

from magicai.errors import Conflict
from magicai.ports import Archive, Files, Projection, Records
from magicai.stores.backup import Report, back_up, backups, manifest_of
from magicai.stores.entity import Store
from magicai.stores.manifest import Fingerprint, Manifest
from magicai.stores.reconcile import Reconciled
from magicai.stores.restore import fill, restore

# What comes and goes without anybody's doing.
_RESTLESS = frozenset({"leases"})


@dataclass(frozen=True, slots=True)
class Installation:
    """The stores of one."""

    records: Records
    files: Files
    projections: Mapping[Store, Projection]


async def migrate(
    old: Installation, new: Installation, archive: Archive, *, same_truth: bool, report: Report
) -> tuple[Manifest | None, Reconciled]:
    """Copy the truth where it is to move, compare it by digests, and fill the new stores from it.

    Interrupted anywhere, the same call continues: what was taken out is taken again only where the old one has changed.

    Args:
        archive: where the copy lies meanwhile.
        same_truth: records and files stay where they are; only projections move.

    Raises:
        Conflict: the old installation was written to meanwhile, or has active runs, or the new one is in use.
    """
    if same_truth:
        return None, await fill(new.records, new.projections, report=report)
    going_on = await old.records.runs.unfinished()
    if going_on:
        raise Conflict(
            f"{len(going_on)} runs are in progress ({going_on[0][0].run_id} and so on); what they write would be lost.",
            way_out="Wait for them or cancel them, and stop `magicai up`.",
        )
    manifest = await _taken_out(old, archive, report)
    filled: list[Reconciled] = []

    async def fill_them() -> None:
        await _must_be_unchanged(old.records, manifest)
        filled.append(await fill(new.records, new.projections, report=report))
        await _must_be_unchanged(old.records, manifest)  # it may have taken hours

    await restore(new.records, new.files, archive, manifest, report=report, last=fill_them)
    return manifest, filled[-1]


async def _taken_out(old: Installation, archive: Archive, report: Report) -> Manifest:
    """The copy of an earlier try if it is still true, else a new one."""
    made = await backups(archive)
    if made:
        manifest = await manifest_of(archive, made[-1])
        if not await _changed(old.records, manifest):
            return manifest
    return await back_up(old.records, old.files, archive, keep=1, report=report)


async def _must_be_unchanged(records: Records, manifest: Manifest) -> None:
    changed = await _changed(records, manifest)
    if changed:
        raise Conflict(
            f"The old installation changed meanwhile ({', '.join(changed)}).",
            way_out="Delete what was created in the new place, and migrate again while nothing runs.",
        )


async def _changed(records: Records, manifest: Manifest) -> list[str]:
    """Tables that hold something else by now."""
    changed: list[str] = []
    async with records.copying.snapshot() as state:
        for table in manifest.tables:
            found = Fingerprint()
            async for batch in state.rows(table.name):
                found = found.with_rows(batch.to_pylist())
            if found != table.fingerprint and table.name not in _RESTLESS:
                changed.append(table.name)
    return changed
