from collections.abc import Callable

from magicai.errors import Missing
from magicai.ports import Archive
from magicai.settings import Settings
from magicai.stores.backup import backups


async def check(settings: Settings, opened: Callable[[], Archive]) -> str:
    """There are backups."""
    if settings.backup_dir is None:
        raise Missing("is not configured.", way_out="Set MAGICAI_BACKUP_DIR to a folder.")
    made = await backups(opened())
    if not made:
        raise Missing(f"there is none in {settings.backup_dir} yet.", way_out="To make one: magicai backup")
    sealed = "sealed" if settings.backup_key is not None else "not encrypted"
    return f"{len(made)} in {settings.backup_dir}, the latest {made[-1]}, {sealed}"
