"""Checks of what serves others: Prefect, its workers, the gateway with its socket and its numbers."""

import asyncio
import json
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import Any

import aiohttp
import httpx
import psutil

from integrations.open import Ports
from integrations.prefect import server_on_demand
from integrations.store_roles import address_of
from magicai.doctor import Check
from magicai.errors import Missing, Permanent, Temporary

_PREFECT_LIMIT_S = 120.0
_ANSWER_S = 10.0
_POOL = "magicai"
# What the gateway says to one who follows a run and has not logged in.
_NOT_LOGGED_IN = 4401
_START = "`magicai up` starts it."


def checks(ports: Ports) -> list[Check]:
    """A part that is not running is absent: a single command needs none of them."""
    return [
        Check("prefect", partial(_prefect, ports), limit_s=_PREFECT_LIMIT_S),
        Check("workers", partial(_workers, ports)),
        Check("gateway", partial(_gateway, ports.settings.home)),
        Check("access tokens", partial(_access_tokens, ports)),
        Check("websocket", partial(_websocket, ports.settings.home)),
        Check("monitoring", partial(_monitoring, ports.settings.home)),
    ]


async def _prefect(ports: Ports) -> str:
    settings = ports.settings
    started: list[str] = []
    server = await asyncio.to_thread(
        server_on_demand.ensure,
        settings.home,
        port=settings.prefect_port,
        idle_s=settings.idle_seconds,
        on_start=lambda: started.append(" (started for this check)"),
    )
    return f"answers at {server.base}" + "".join(started)


async def _workers(ports: Ports) -> str:
    home = ports.settings.home
    server = await asyncio.to_thread(server_on_demand.running, home)
    none = Missing("none is started; single commands need none.", way_out=_START)
    if server is None:
        raise none
    try:
        answer = await asyncio.to_thread(
            server_on_demand.ask, home, "POST", f"{server.url}/work_pools/{_POOL}/workers/filter", {}
        )
    except httpx.HTTPError as exc:
        raise Temporary(f"Prefect's server at {server.base} did not answer: {exc}") from exc
    known: list[Any] = answer.json() if answer.is_success else []
    online = [worker["name"] for worker in known if worker["status"] == "ONLINE"]
    if not online:
        raise none
    return f"{len(online)} take runs from the work pool {_POOL}"


async def _gateway(home: Path) -> str:
    url = _url(home)
    answer = await _ask(url, "/health/ready")
    if not answer.is_success:
        raise Permanent(f"The gateway at {url} answers {answer.status_code}: {answer.text[:200]}")
    return f"answers at {url}"


async def _access_tokens(ports: Ports) -> str:
    """Read what they are signed with; gateways that share records on a server may be on several machines."""
    if ports.settings.jwt_secret_key is not None:
        return "are signed with JWT_SECRET_KEY"
    await ports.signing_keys.known()
    if address_of("records", ports.settings) is not None:
        raise Missing(
            "are known to the gateways of this machine only.",
            way_out="Where those of several machines share the records, set the same JWT_SECRET_KEY on each.",
        )
    return "are signed with keys of this installation"


async def _websocket(home: Path) -> str:
    """Follow a run without having logged in, which is to be refused in so many words."""
    url = _url(home)
    try:
        async with (
            aiohttp.ClientSession(trust_env=False, timeout=aiohttp.ClientTimeout(total=_ANSWER_S)) as session,
            session.ws_connect(f"{url.replace('http', 'ws', 1)}/ws/task/check") as socket,
        ):
            await socket.receive()
            code = socket.close_code
    except (aiohttp.ClientError, TimeoutError, OSError) as exc:
        raise Temporary(f"The WebSocket at {url} did not open: {exc}") from exc
    if code != _NOT_LOGGED_IN:
        raise Permanent(f"The WebSocket at {url} lets somebody in who has not logged in (closed with {code}).")
    return "opens, and asks who is there"


async def _monitoring(home: Path) -> str:
    url = _url(home)
    answer = await _ask(url, "/metrics")
    if answer.status_code not in (HTTPStatus.OK, HTTPStatus.UNAUTHORIZED):
        raise Permanent(f"The gateway's /metrics answers {answer.status_code}.")
    return f"{url}/metrics answers operators"


async def _ask(url: str, path: str) -> httpx.Response:
    try:
        async with httpx.AsyncClient(trust_env=False, timeout=_ANSWER_S) as client:
            return await client.get(f"{url}{path}")
    except httpx.HTTPError as exc:
        raise Temporary(f"The gateway at {url} did not answer: {exc}", way_out="Start it again: magicai up") from exc


def _url(home: Path) -> str:
    """Where the gateway of this installation says that it is.

    Raises:
        Missing: none runs.
    """
    try:
        record = json.loads((home / "gateway.json").read_text(encoding="utf-8"))
        if psutil.pid_exists(record["pid"]):
            return record["url"]
    except (OSError, ValueError, KeyError, TypeError):
        pass
    raise Missing("no gateway runs here.", way_out=_START)
