"""Backups: made, listed, restored."""

import asyncio
import sys
from functools import partial
from pathlib import Path

import click

from magicai.cli.command_name import command, say

_MOST_NAMED = 5


@click.command("backup", help="Back up records and files to DIR or MAGICAI_BACKUP_DIR. A folder can hold many backups.")
@click.argument("folder", metavar="[DIR]", required=False, type=click.Path(path_type=Path))
@click.option("--keep", type=click.IntRange(1), help="Number of backups to keep. Default: MAGICAI_BACKUP_KEEP.")
@click.option(
    "--yes", is_flag=True, help="Delete older backups even if this one has less than half of their rows or files."
)
@click.option("--new-key", is_flag=True, help="Only create a key for MAGICAI_BACKUP_KEY, and print it.")
def backup(folder: Path | None, *, keep: int | None, yes: bool, new_key: bool) -> None:
    """Make a backup."""
    if new_key:
        from integrations.archive.sealing import new_key as fresh

        secret, public = fresh()
        print(f"MAGICAI_BACKUP_KEY={secret}")
        print(f"It decrypts backups, so store a copy elsewhere. {public} can only encrypt.", file=sys.stderr)
        return
    asyncio.run(_back_up(folder, keep, yes=yes))


async def _back_up(folder: Path | None, keep: int | None, *, yes: bool) -> None:
    from integrations.archive.open import open_archive
    from integrations.open import open_ports
    from magicai.stores.backup import back_up, shrinkage

    async with open_ports() as ports:
        archive = open_archive(ports.settings, folder)
        kept = keep or (await ports.settings_of()).backup_keep
        made = await back_up(ports.records, ports.files, archive, keep=kept, report=say, shrink=yes)
    print(
        f"Backup {made.name}: {made.rows} rows, {len(made.results)} results. To restore it: {command('restore', 'DIR')}"
    )
    if made.smaller_than:
        say(shrinkage(made))
    if made.missing:
        print(f"{made.missing} page bodies in the records were pruned earlier.", file=sys.stderr)


@click.command("restore", help="Restore a backup into an empty installation, and rebuild the other stores.")
@click.argument("folder", metavar="[DIR]", required=False, type=click.Path(path_type=Path))
@click.option("--backup", "wanted", help="Backup to restore, by the beginning of its name. Default: the latest.")
@click.option("--list", "only_list", is_flag=True, help="List backups without restoring one.")
@click.option("--without-damaged", is_flag=True, help="Skip pages and reports that are damaged in the backup.")
def restore(folder: Path | None, wanted: str | None, *, only_list: bool, without_damaged: bool) -> int:
    """Restore a backup; 3 where something of it is lacking, or a store could not be brought to zero difference."""
    return asyncio.run(_list(folder) if only_list else _restore(folder, wanted, without_damaged=without_damaged))


async def _list(folder: Path | None) -> int:
    from integrations.archive.open import open_archive
    from magicai.errors import Permanent
    from magicai.settings import load
    from magicai.stores.backup import backups, manifest_of

    archive = open_archive(load(), folder)
    for name in await backups(archive):
        try:
            made = await manifest_of(archive, name)
        except Permanent as exc:  # it says nothing of the others
            print(f"{name}  {exc.what}")
            continue
        print(f"{name}  {made.made_at}  {made.rows} rows, {len(made.results)} results, MagicAI {made.product}")
    return 0


async def _restore(folder: Path | None, wanted: str | None, *, without_damaged: bool) -> int:
    from integrations.archive.open import open_archive
    from integrations.open import open_ports
    from integrations.sqlite.compacting import compact
    from magicai.stores.backup import backups, manifest_of
    from magicai.stores.erase import erase_again
    from magicai.stores.reconcile import Reconciled
    from magicai.stores.restore import chosen, fill
    from magicai.stores.restore import restore as put_back

    async with open_ports() as ports:
        archive = open_archive(ports.settings, folder)
        where = str(folder or ports.settings.backup_dir)
        manifest = await manifest_of(archive, chosen(await backups(archive), wanted, where=where))
        filled: list[Reconciled] = []

        async def erase_and_fill() -> None:
            stores = (ports.records, ports.files, ports.projections(), ports.orchestrator)
            pack = partial(compact, ports.settings.home)
            await erase_again(*stores, archive=archive, since=manifest.name, report=say, compact=pack)
            filled.append(await fill(ports.records, ports.projections(), report=say))

        places = (ports.records, ports.files, archive, manifest)
        lacking = await put_back(*places, report=say, last=erase_and_fill, without_damaged=without_damaged)
    print(f"Restored backup {manifest.name}: {manifest.rows} rows, {len(manifest.results)} results.")
    if lacking:
        say(f"Skipped {len(lacking)} damaged pages and reports: {_some(lacking)}")
    return 0 if filled[-1].repaired == filled[-1].differences and not lacking else 3


def _some(names: list[str]) -> str:
    """The first of many."""
    return ", ".join(names[:_MOST_NAMED]) + (" ..." if len(names) > _MOST_NAMED else "")
