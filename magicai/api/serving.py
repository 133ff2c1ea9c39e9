"""One process of the gateway: `magicai serve`, and what `magicai up` starts as `python -m magicai.api`."""

import asyncio
import os
import socket
from collections.abc import Callable

import uvicorn

from integrations.logs import log_to
from integrations.processes import lifeline
from magicai.api.app import create_app
from magicai.api.head_limits import HeadLimits
from magicai.api.place import LOG, RECORD, listen
from magicai.api.routes.live import MOST_SAID
from magicai.errors import Invalid
from magicai.private import private_home, write_json
from magicai.settings import Settings, load

_MOST_LOGGED = 20_000_000
# Longer than clients keep a connection that they do not use, so that no request goes to one that is being closed.
_KEEP_ALIVE_S = 75
_GRACE_S = 5
_LOOPBACK = ("127.0.0.1", "::1", "localhost")


def main(
    *,
    host: str | None = None,
    port: int | None = None,
    listener: socket.socket | None = None,
    on_ready: Callable[[str], None] = lambda _: None,
) -> int:
    """Serve until a signal.

    Args:
        host: where to listen, if not where the settings say.
        port: likewise.
        listener: already listens, instead.
        on_ready: gets the address once it is served.

    Raises:
        Invalid: the port can't be had, or the address is open to others and nothing says by which name.
    """
    settings = load()
    private_home(settings.home)
    host, port = host or settings.host, settings.port if port is None else port
    if host not in _LOOPBACK and not settings.hosts:
        raise Invalid("host_name_not_set", host=host)
    lifeline.end_with_parent()
    log = settings.home / "logs" / LOG
    with listener or listen(host, port) as listening, log_to(log, settings, most_bytes=_MOST_LOGGED, pid=os.getpid()):
        listening.set_inheritable(False)  # to what the gateway starts
        server = server_of(settings)
        # With uvloop's loop, where that is installed, as uvicorn itself would.
        with asyncio.Runner(loop_factory=server.config.get_loop_factory()) as runner:
            runner.run(_serve(settings, server, listening, on_ready))
    return 0


async def _serve(
    settings: Settings, server: uvicorn.Server, listener: socket.socket, on_ready: Callable[[str], None]
) -> None:
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    while not server.started and not serving.done():  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0.02)
    if server.started:
        write_json(settings.home / RECORD, {"url": _url(listener), "pid": os.getpid()})
        on_ready(_url(listener))
    await serving


def server_of(settings: Settings) -> uvicorn.Server:
    """The server of one process, with all its limits."""
    config = uvicorn.Config(
        create_app(settings),
        http=HeadLimits,
        ws_max_size=MOST_SAID,
        log_config=None,
        access_log=False,  # front.py writes one, without what is secret in addresses
        server_header=False,
        proxy_headers=bool(settings.proxies),
        forwarded_allow_ips=list(settings.proxies),
        timeout_keep_alive=_KEEP_ALIVE_S,
        timeout_graceful_shutdown=_GRACE_S,
    )
    return uvicorn.Server(config)


def _url(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    if host in ("0.0.0.0", "::"):  # noqa: S104 - to say where it answers on this machine
        host = "127.0.0.1"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
