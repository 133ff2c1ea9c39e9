"""Prefect's server in a process of our own: `python -m integrations.prefect.server PORT IDLE_S`.

It binds to loopback, stands behind our guard, holds a file lock for its whole life as the proof that it is the only
one of its home, and ends by itself after IDLE_S seconds without a request (0: never). It ends as soon as nobody uses it
once whoever it was started for is gone, or asks for that.
"""

import asyncio
import errno
import importlib.util
import json
import os
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from integrations.memory import relax_gc
from integrations.prefect import environment
from integrations.prefect.server_on_demand import TAKEN
from integrations.processes import lifeline
from integrations.processes.on_demand import RECORD, SERVE_LOCK
from integrations.processes.process import this_process
from magicai.private import private_folder, private_from_now_on, write_json
from magicai.settings import Settings, load

_USUAL_PORT = 4200
_LOOK_EVERY_S = 0.2
# How long it stays without a request when it is to leave: a run asks every two seconds.
_LEAVING_S = 5.0
# One that is just ending still holds the lock.
_LOCK_LIMIT_S = 30.0


def main() -> None:
    """Serve until a signal, or until idle."""
    private_from_now_on()  # Prefect's database holds what runs were asked
    wanted, idle_s = int(sys.argv[1]), float(sys.argv[2])
    settings = load()
    _check_redis(settings)
    folder = private_folder(environment.prefect_home(settings.home))
    try:
        with FileLock(folder / SERVE_LOCK, timeout=_LOCK_LIMIT_S), _listen(wanted, folder / RECORD) as listener:
            made = environment.server(settings, listener.getsockname()[1], os.environ)
            held = os.environ.get(lifeline.VARIABLE)
            os.environ.clear()
            os.environ.update(made, **({lifeline.VARIABLE: held} if held else {}))
            assert "prefect" not in sys.modules, "Prefect reads its settings once, when it is imported"
            with asyncio.Runner(loop_factory=_loop()) as runner:
                runner.run(_serve(folder, listener, idle_s))
    except Timeout:
        sys.exit("another server of this home is running")


def _loop() -> Callable[[], asyncio.AbstractEventLoop]:
    """Of uvloop, where that is installed: a loop costs Prefect's server a fifth of each question otherwise."""
    import uvicorn

    return uvicorn.Config("").get_loop_factory() or asyncio.new_event_loop


def _listen(wanted: int, record: Path) -> socket.socket:
    """The port that was asked for; else the last one, at which runs may still look for a server; else any."""
    if wanted:
        try:
            return socket.create_server(("127.0.0.1", wanted))
        except OSError as exc:
            sys.exit(TAKEN if exc.errno == errno.EADDRINUSE else f"port {wanted}: {exc.strerror}")
    for port in (_last_port(record), _USUAL_PORT):
        try:
            return socket.create_server(("127.0.0.1", port))
        except OSError:
            continue
    return socket.create_server(("127.0.0.1", 0))


def _last_port(record: Path) -> int:
    try:
        return int(json.loads(record.read_text())["url"].removesuffix("/api").rpartition(":")[2])
    except (OSError, ValueError, KeyError):
        return _USUAL_PORT


def _check_redis(settings: Settings) -> None:
    """See at once whether what Prefect loads by name is there; it is not imported, for it would bring Prefect along."""
    if settings.prefect_redis and importlib.util.find_spec("prefect_redis") is None:
        sys.exit("MAGICAI_PREFECT_REDIS needs an extra: python3 start.py install prefect-redis")


def _begin_immediately() -> None:
    """Let SQLite's write transactions wait for each other.

    Prefect begins them deferred, and loses them to `database is locked` under concurrent creation: 38 of 320 creations
    answered 503, and 9 of 16 flows failed. What this replaces is private in 3.9.1, hence the pin.
    """
    from prefect.server.database import configurations

    def begin(self: Any, conn: Any) -> None:  # noqa: ARG001 - the shape of what it replaces
        if configurations.SQLITE_BEGIN_MODE.get() is not None:
            conn.exec_driver_sql("BEGIN IMMEDIATE")

    configurations.AioSqliteConfiguration.begin_sqlite_stmt = begin


def _keep_parameters() -> None:
    """Let a schedule that is changed without parameters keep those that it has.

    Prefect 3.9.1 empties them, and its own page and command line give none where they pause a schedule: whatever it was
    to start, it never did again. This comes before its API is imported, which reads the model.
    """
    from prefect.server.schemas.actions import DeploymentScheduleUpdate

    parameters = DeploymentScheduleUpdate.model_fields["parameters"]
    parameters.default, parameters.default_factory = None, None
    DeploymentScheduleUpdate.model_rebuild(force=True)


async def _serve(folder: Path, listener: socket.socket, idle_s: float) -> None:
    _keep_parameters()
    import uvicorn
    from prefect.server.api.server import create_app

    from integrations.prefect.server_guard import Guard
    from integrations.prefect.server_requests import RequestCheck

    _begin_immediately()
    port = listener.getsockname()[1]
    guard = Guard(RequestCheck(create_app()), port=port, credential=os.environ["PREFECT_SERVER_API_AUTH_STRING"])
    server = uvicorn.Server(
        # Without the access log: the link that logs in is an address.
        uvicorn.Config(guard, log_level="warning", access_log=False, timeout_graceful_shutdown=3)
    )
    lifeline.end_with_parent(lambda: setattr(guard, "leaving", True))
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    record = folder / RECORD
    _, pid, started = this_process()
    said = False
    while not serving.done():
        await asyncio.sleep(_LOOK_EVERY_S)
        if server.started and not (said and record.exists()):
            relax_gc()
            if not said:
                guard.begin()
            write_json(record, {"url": f"http://127.0.0.1:{port}/api", "pid": pid, "started": started})
            said = True
        leave = guard.leaving and guard.unneeded_s() > _LEAVING_S
        if server.started and (leave or (idle_s and guard.is_idle(idle_s))):
            record.unlink(missing_ok=True)  # first, so that nobody comes any more
            server.should_exit = True
            break
    await serving
    record.unlink(missing_ok=True)


if __name__ == "__main__":
    main()
