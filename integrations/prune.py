"""What an installation removes once it is older than settings say: of the records, files, Prefect and logs."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from integrations.open import Ports
from magicai.stores.prune import prune_records, prune_reports
from magicai.values.times import DAY_US, now_us


async def prune(ports: Ports, *, days: int | None = None) -> Mapping[str, int]:
    """Remove what is old; answers how much of what. Runs, results, products and prices stay.

    Args:
        ports: of the installation.
        days: how old page bodies, events and kept results may be; by default, what settings say.
    """
    settings, now = ports.settings, now_us()
    # What takes the most room, and needs none to be removed, comes first: a disk may be full.
    removed = {"logs": await asyncio.to_thread(_prune_logs, settings.home / "logs", now - settings.log_days * DAY_US)}
    removed |= await prune_records(ports.records, ports.files, days=days or settings.retention_days)
    if settings.report_days is not None:
        removed["reports"] = await prune_reports(ports.records, ports.files, days=settings.report_days)
    removed["flow_runs"] = await ports.orchestrator.prune(before=now - settings.flow_run_days * DAY_US)
    return removed


def _prune_logs(folder: Path, before: int) -> int:
    removed = 0
    for path in folder.glob("*.log"):
        with suppress(OSError):  # somebody else prunes, too
            if path.stat().st_mtime * 1_000_000 < before:
                path.unlink()
                removed += 1
    return removed
