from collections.abc import Callable

from magicai.errors import Missing
from magicai.ports import Archive
from magicai.settings import Settings
from magicai.stores.backup import backups


async def check(settings: Settings, opened: Callable[[], Archive]) -> str:
    """There are backups."""
    if settings.backup_dir is None:
        raise Missing("backups_not_configured")
    made = await backups(opened())
    if not made:
        raise Missing("backup_folder_empty", backup_dir=settings.backup_dir)
    sealed = "sealed" if settings.backup_key is not None else "not encrypted"
    return f"{len(made)} in {settings.backup_dir}, the latest {made[-1]}, {sealed}"
