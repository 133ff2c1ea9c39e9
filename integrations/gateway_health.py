"""Checks of the gateway, with its socket and its numbers; one that is not running is absent: no command needs it."""

from http import HTTPStatus
from pathlib import Path

import aiohttp
import httpx

from integrations.page_address import gateway_url
from magicai.errors import Permanent, Temporary

_ANSWER_S = 10.0
# What the gateway says to one who follows a run and has not logged in.
_NOT_LOGGED_IN = 4401


async def check(home: Path) -> str:
    """It answers, and is ready."""
    url = gateway_url(home)
    answer = await _ask(url, "/health/ready")
    if not answer.is_success:
        raise Permanent("local_gateway_error_status", url=url, status=answer.status_code, reason=answer.text[:200])
    return f"answers at {url}"


async def check_websocket(home: Path) -> str:
    """Follow a run without having logged in, which is to be refused in so many words."""
    url = gateway_url(home)
    try:
        async with (
            aiohttp.ClientSession(trust_env=False, timeout=aiohttp.ClientTimeout(total=_ANSWER_S)) as session,
            session.ws_connect(f"{url.replace('http', 'ws', 1)}/ws/task/check") as socket,
        ):
            await socket.receive()
            code = socket.close_code
    except (aiohttp.ClientError, TimeoutError, OSError) as exc:
        raise Temporary("socket_open_failed", url=url, reason=exc) from exc
    if code != _NOT_LOGGED_IN:
        raise Permanent("socket_unprotected", url=url, close_code=code)
    return "opens, and asks strangers to sign in"


async def check_metrics(home: Path) -> str:
    """Operators get its numbers."""
    url = gateway_url(home)
    answer = await _ask(url, "/metrics")
    if answer.status_code not in (HTTPStatus.OK, HTTPStatus.UNAUTHORIZED):
        raise Permanent("metrics_error_status", status=answer.status_code)
    return f"{url}/metrics answers operators"


async def _ask(url: str, path: str) -> httpx.Response:
    try:
        async with httpx.AsyncClient(trust_env=False, timeout=_ANSWER_S) as client:
            return await client.get(f"{url}{path}")
    except httpx.HTTPError as exc:
        raise Temporary("gateway_unreachable", url=url, reason=exc) from exc
