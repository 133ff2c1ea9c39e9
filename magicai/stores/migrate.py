"""Moves an installation to other stores: from the embedded ones to servers, and back. The old one is not touched."""

from collections.abc import Mapping
from dataclasses import dataclass

from magicai.errors import Conflict, Invalid
from magicai.ports import Archive, Files, Projection, Records
from magicai.settings import Settings
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


def keeps_truth(before: Settings, after: Settings) -> bool:
    """Whether records and files stay where they are, and only projections move.

    Raises:
        Invalid: nothing changes; or files move, and the records that name them stay.
    """
    if before == after:
        raise Invalid("stores_already_in_use")
    same = _place(before, before.database_url) == _place(after, after.database_url)
    if same and _place(before, before.files_url) != _place(after, after.files_url):
        raise Invalid("files_url_not_changeable")
    return same


def _place(settings: Settings, url: object) -> tuple[object, ...]:
    """What tells one place of records, or of files, from another."""
    return (settings.home,) if url is None else (url, settings.namespace)


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
        raise Conflict("runs_in_progress", count=len(going_on), run_id=going_on[0][0].run_id)
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
        raise Conflict("old_installation_changed", names=", ".join(changed))


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
