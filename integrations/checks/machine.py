"""Checks of this machine: logs, backups, space, memory."""

import asyncio
import json
import logging
import os
import shutil
import time
from functools import partial

import psutil

from integrations.logs import log_to
from integrations.open import Ports, open_archive
from magicai.doctor import Check
from magicai.errors import Missing, Permanent
from magicai.private import exposed, private_folder
from magicai.settings import Settings
from magicai.stores.backup import backups
from magicai.values.ids import new_id
from magicai.values.units import so_many

_LEAST_FREE_GB = 2.0
_LEAST_MEMORY_MB = 1000
_NAMED = 3
_log = logging.getLogger(__name__)


def checks(ports: Ports) -> list[Check]:
    """Everything about this machine."""
    settings = ports.settings
    return [
        Check("home", partial(_home, settings)),
        Check("logging", partial(_logging, settings)),
        Check("backup", partial(_backup, settings)),
        Check("space", partial(_space, settings)),
        Check("memory", _memory),
    ]


async def _home(settings: Settings) -> str:
    """Look at the mode of everything that is there."""
    home = settings.home
    if os.name != "posix":
        return f"{home} has the rights of your profile, which others can't read"
    found = await asyncio.to_thread(lambda: sorted(exposed(home)))
    if found:
        some = ", ".join(map(str, found[:_NAMED]))
        raise Permanent(
            f"Other users have rights to {so_many(len(found), 'paths')} in {home}, such as {some}.",
            way_out=f"Take them away: chmod -R go= {home}; what belongs to somebody else, first: chown -R $USER {home}",
        )
    return f"{home} and all that is in it is yours alone"


async def _logging(settings: Settings) -> str:
    """Log a line as a run does, and read it."""
    folder = private_folder(settings.home / "logs")
    path, words = folder / f"check-{new_id()}.log", f"check {time.time_ns()}"
    try:
        with log_to(path, settings, run_id="check"):
            _log.error(words)
        line = json.loads(path.read_text(encoding="utf-8"))
    finally:
        path.unlink(missing_ok=True)
    if (line.get("event"), line.get("run_id")) != (words, "check"):
        raise Permanent(f"A line that was logged in {folder} does not say what was logged.")
    return f"lines of JSON in {folder}, from {settings.log_level} on"


async def _backup(settings: Settings) -> str:
    if settings.backup_dir is None:
        raise Missing("is not configured: what is lost stays lost.", way_out="Set MAGICAI_BACKUP_DIR to a folder.")
    made = await backups(open_archive(settings))
    if not made:
        raise Missing(f"none is in {settings.backup_dir} yet.", way_out="To make one: magicai backup")
    sealed = "sealed" if settings.backup_key is not None else "not sealed"
    return f"{len(made)} in {settings.backup_dir}, the latest {made[-1]}, {sealed}"


async def _space(settings: Settings) -> str:
    free = shutil.disk_usage(settings.home).free / 1e9
    if free < _LEAST_FREE_GB:
        raise Permanent(f"{free:.1f} GB are free at {settings.home}.", way_out="Make room: magicai prune")
    return f"{free:.0f} GB free at {settings.home}"


async def _memory() -> str:
    free = psutil.virtual_memory().available // 1_000_000
    if free < _LEAST_MEMORY_MB:
        raise Permanent(f"{free} MB of memory are free, and a run needs about {_LEAST_MEMORY_MB}.")
    return f"{free} MB free, {os.cpu_count()} cores"
