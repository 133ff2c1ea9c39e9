from collections.abc import Callable

from magicai.errors import Missing
from magicai.ports import Archive
from magicai.settings import Settings
from magicai.stores.backup import backups


async def check(settings: Settings, opened: Callable[[], Archive]) -> str:
    """There are backups."""
    if settings.backup_dir is None:
        raise Missing("backup_folder_not_set", way_out="set_backup_folder")
    made = await backups(opened())
    if not made:
        raise Missing("backup_not_found", where=settings.backup_dir, way_out="make_backup")
    sealed = "sealed" if settings.backup_key is not None else "not encrypted"
    return f"{len(made)} in {settings.backup_dir}, the latest {made[-1]}, {sealed}"
