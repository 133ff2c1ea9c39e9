"""Back up records and files every night."""

from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed

from integrations.archive.open import open_archive
from integrations.open import open_ports
from magicai.stores.backup import back_up, shrinkage


@flow(name="backup", persist_result=False)
async def backup() -> State[Any]:
    """Make a backup in MAGICAI_BACKUP_DIR, as `magicai backup` does, and delete all but MAGICAI_BACKUP_KEEP.

    A backup that is much smaller than another deletes none.
    """
    async with open_ports() as ports:
        settings = await ports.settings_of()
        if settings.backup_dir is None:
            return Completed(name="Skipped", message="MAGICAI_BACKUP_DIR is not set.")
        archive = open_archive(settings)
        made = await back_up(ports.records, ports.files, archive, keep=settings.backup_keep, report=print)
    words = f"Backup {made.name}: {made.rows} rows, {len(made.results)} results. {shrinkage(made)}".strip()
    return Completed(name="Partial" if made.smaller_than else "Completed", message=words)
