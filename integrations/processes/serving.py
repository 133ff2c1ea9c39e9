"""A server of our own, from its own side: alone in its folder, guarded, and gone when nobody needs it.

Any web page in the user's browser can reach loopback, so that a request is answered only where its Host is this server,
it has no Origin (no page has business here), and it brings the key. The other side is
integrations/processes/on_demand.py.
"""

import asyncio
import contextlib
import json
import os
import secrets
import signal
import socket
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from http import HTTPStatus
from pathlib import Path

from aiohttp import web
from filelock import FileLock, Timeout

from integrations.processes.on_demand import FAILURE, RECORD, SERVE_LOCK
from magicai.errors import MagicError
from magicai.private import private_from_now_on, write_json

_LOOK_S = 0.2
# Between taking the record away and ending: whoever has just read it gets an answer still.
_GRACE_S = 1.0
_BACKLOG = 128

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Guard:
    """Checks before every route, and counts what is under way.

    Attributes:
        open: requests under way, those for health left out.
        last: when the last one ended; time.monotonic.
    """

    def __init__(self, *, port: int, key: str) -> None:
        self._hosts = {f"127.0.0.1:{port}", f"localhost:{port}"}
        self._key = f"Bearer {key}".encode()
        self.open = 0
        self.last = time.monotonic()

    def app(self, routes: Iterable[web.RouteDef], *, largest_body: int) -> web.Application:
        """The application: the routes and `/health`, behind the checks."""

        @web.middleware
        async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
            return self._refused(request) or await handler(request)

        async def health(_: web.Request) -> web.Response:
            return web.json_response({"pid": os.getpid()})

        app = web.Application(middlewares=[guard], client_max_size=largest_body)
        app.router.add_get("/health", health)
        for route in routes:
            app.router.add_route(route.method, route.path, self._counted(route.handler))
        return app

    def idle_s(self) -> float:
        """Seconds for which nobody has asked anything."""
        return 0.0 if self.open else time.monotonic() - self.last

    def _counted(self, handler: Handler) -> Handler:
        async def counted(request: web.Request) -> web.StreamResponse:
            self.open += 1
            try:
                return await handler(request)
            finally:
                self.open -= 1
                self.last = time.monotonic()

        return counted

    def _refused(self, request: web.Request) -> web.Response | None:
        if request.headers.get("Host", "") not in self._hosts:
            return refusal(HTTPStatus.FORBIDDEN, "This Host is not this server.")
        if "Origin" in request.headers:
            return refusal(HTTPStatus.FORBIDDEN, "Web pages are refused.")
        if not secrets.compare_digest(request.headers.get("Authorization", "").encode(), self._key):
            return refusal(HTTPStatus.UNAUTHORIZED, "The key is missing or wrong.")
        return None


def refusal(status: HTTPStatus, why: str, headers: Mapping[str, str] | None = None) -> web.Response:
    """An answer that says no."""
    body = json.dumps({"error": {"message": why, "code": int(status)}})
    return web.Response(status=status, text=body, content_type="application/json", headers=headers)


def alone(folder: Path, limit_s: float) -> FileLock | None:
    """The lock of the only server, once an earlier one has ended; None where one is there that answers."""
    private_from_now_on()  # before whatever it keeps makes files
    lock = FileLock(folder / SERVE_LOCK)
    until = time.monotonic() + limit_s
    while time.monotonic() < until:
        with contextlib.suppress(Timeout):
            lock.acquire(timeout=_LOOK_S)
            return lock
        if (folder / RECORD).exists():
            return None
    return None


def tell_failure(folder: Path, error: MagicError) -> None:
    """Say why there will be no server."""
    write_json(folder / FAILURE, error.as_json())


async def serve(
    folder: Path,
    make: Callable[[int, str], tuple[Guard, web.Application]],
    *,
    idle_s: float,
    still: Callable[[], bool] = lambda: True,
) -> None:
    """Serve on loopback until a signal, or until nobody has asked for `idle_s`, or the record has gone.

    Args:
        folder: where the record goes.
        make: the guard and the application, for a port and a key.
        idle_s: seconds.
        still: asked often; the server ends when it says no.
    """
    listener = socket.create_server(("127.0.0.1", 0), backlog=_BACKLOG)
    port, key = listener.getsockname()[1], secrets.token_urlsafe(32)
    guard, app = make(port, key)
    runner = web.AppRunner(app, handle_signals=False, handler_cancellation=True, access_log=None)
    await runner.setup()
    await web.SockSite(runner, listener).start()
    record = folder / RECORD
    _end_at_once_on_signals(record)
    guard.last = time.monotonic()  # nobody could ask it while it was made
    write_json(record, {"url": f"http://127.0.0.1:{port}", "key": key, "pid": os.getpid()})

    def needed() -> bool:
        same = still() and _is_mine(record)
        return bool(guard.open) or (same and guard.idle_s() < idle_s)

    await _while(needed)
    _take_away(record)
    await asyncio.sleep(min(_GRACE_S, idle_s))
    await _while(lambda: bool(guard.open))


async def _while(holds: Callable[[], bool]) -> None:
    # Nothing tells of a file that goes away, so it is looked at.
    while holds():  # noqa: ASYNC110
        await asyncio.sleep(_LOOK_S)


def _end_at_once_on_signals(record: Path) -> None:
    def end() -> None:
        _take_away(record)
        os._exit(0)

    for name in (signal.SIGTERM, signal.SIGINT):
        with contextlib.suppress(NotImplementedError):  # Windows ends processes without asking them
            asyncio.get_running_loop().add_signal_handler(name, end)


def _is_mine(record: Path) -> bool:
    try:
        return json.loads(record.read_text())["pid"] == os.getpid()
    except (OSError, ValueError, KeyError):
        return False


def _take_away(record: Path) -> None:
    if _is_mine(record):
        record.unlink(missing_ok=True)
