"""Prefect's server in a process of our own: `python -m integrations.runs.server PORT IDLE_S`.

It binds to loopback, stands behind our guard, holds a file lock for its whole life as the proof that it is the only
one of its home, and ends by itself after IDLE_S seconds without a request (0: never).
"""

import asyncio
import contextlib
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from integrations.runs import environment
from integrations.runs.ondemand import LOCK, RECORD


def main() -> None:
    """Serve until a signal, or until idle."""
    port, idle_s = int(sys.argv[1]), float(sys.argv[2])
    home = Path(os.environ["MAGICAI_HOME"])
    folder = environment.prefect_home(home)
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(folder / LOCK, timeout=0):
            made = environment.server(home, port, os.environ)
            os.environ.clear()
            os.environ.update(made)
            asyncio.run(_serve(folder, port, idle_s))
    except Timeout:
        sys.exit("another server of this home is running")


async def _serve(folder: Path, port: int, idle_s: float) -> None:
    import uvicorn
    from prefect.server.api.server import create_app

    from integrations.runs.guard import Guard

    _begin_immediately()
    guard = Guard(create_app(), port=port, credential=os.environ["PREFECT_SERVER_API_AUTH_STRING"])
    config = uvicorn.Config(guard, host="127.0.0.1", port=port, log_level="warning", timeout_graceful_shutdown=3)
    server = uvicorn.Server(config)
    limit = {"s": idle_s}
    # The launcher that goes away asks a server that others may use to end as soon as nobody does.
    with contextlib.suppress(AttributeError, NotImplementedError):
        asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, limit.update, {"s": 1.0})
    serving = asyncio.create_task(server.serve())
    record = folder / RECORD
    while not serving.done():
        await asyncio.sleep(0.2)
        if server.started and not record.exists():
            _write(record, {"url": f"http://127.0.0.1:{port}/api", "pid": os.getpid()})
        if server.started and limit["s"] and guard.idle_s() > limit["s"]:
            server.should_exit = True
    record.unlink(missing_ok=True)
    await serving


def _begin_immediately() -> None:
    # Prefect begins its write transactions deferred, and loses them to `database is locked` under concurrent creation:
    # 38 of 320 creations answered 503. Private in 3.9.1, hence the pin; tests/contract/runs show that it still holds.
    from prefect.server.database import configurations

    def begin(self: Any, conn: Any) -> None:  # noqa: ARG001 - the shape of what it replaces
        if configurations.SQLITE_BEGIN_MODE.get() is not None:
            conn.exec_driver_sql("BEGIN IMMEDIATE")

    configurations.AioSqliteConfiguration.begin_sqlite_stmt = begin


def _write(path: Path, value: dict[str, object]) -> None:
    draft = path.with_suffix(".part")
    draft.write_text(json.dumps(value))
    draft.chmod(0o600)
    draft.replace(path)


if __name__ == "__main__":
    main()
