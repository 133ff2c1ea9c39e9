"""Backups: where they are, and the archive that settings name."""

from pathlib import Path

from magicai.errors import Invalid
from magicai.ports import Archive
from magicai.settings import Settings


def latest_backup(folder: Path) -> str:
    """The name of the latest backup in a folder; "" where there is none."""
    return max((found.parent.name for found in folder.glob("backups/*/manifest.json")), default="")


def open_archive(settings: Settings, folder: Path | None = None) -> Archive:
    """Where backups are: `folder`, else what settings name.

    Raises:
        Invalid: neither is there, or the key is none.
    """
    from integrations.archive.folder import FolderArchive
    from integrations.archive.sealing import AgeSeal

    place = folder or settings.backup_dir
    if place is None:
        raise Invalid("backup_folder_not_set")
    key = settings.backup_key
    return FolderArchive(place, None if key is None else AgeSeal(key.get_secret_value().strip()))
