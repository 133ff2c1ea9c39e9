"""Checks of Prefect's server and its workers."""

import asyncio
from typing import Any

import httpx

from integrations.prefect import server_on_demand
from integrations.prefect.work_pool import POOL
from magicai.errors import Missing, Temporary
from magicai.settings import Settings


async def check_server(settings: Settings) -> str:
    """It answers, or can be started."""
    started: list[str] = []
    server = await asyncio.to_thread(
        server_on_demand.ensure,
        settings.home,
        port=settings.prefect_port,
        idle_s=settings.idle_seconds,
        on_start=lambda: started.append(" (started for this check)"),
    )
    return f"answers at {server.base}" + "".join(started)


async def check_workers(settings: Settings) -> str:
    """Some take runs."""
    home = settings.home
    server = await asyncio.to_thread(server_on_demand.running, home)
    none = Missing("prefect_not_running")
    if server is None:
        raise none
    try:
        answer = await asyncio.to_thread(
            server_on_demand.ask, home, "POST", f"{server.url}/work_pools/{POOL}/workers/filter", {}
        )
    except httpx.HTTPError as exc:
        raise Temporary("prefect_unreachable", reason=exc) from exc
    known: list[Any] = answer.json() if answer.is_success else []
    online = [worker["name"] for worker in known if worker["status"] == "ONLINE"]
    if not online:
        raise none
    return f"{len(online)} take runs from the work pool {POOL}"
