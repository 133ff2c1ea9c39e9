"""The model server: `python -m integrations.text.server WANTED`, the JSON of `ondemand.Wanted`.

It holds a file lock for its whole life as the proof that it is the only one, loads the model after checking its hash,
and ends by itself when idle, when its model file has gone or was replaced, when its record has gone, and at a signal.
"""

import asyncio
import contextlib
import importlib
import json
import os
import secrets
import signal
import socket
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from filelock import FileLock, Timeout

from integrations.text.download import sha256
from integrations.text.llama import Engine
from integrations.text.ondemand import FAILURE, RECORD, SERVE_LOCK, Running, Wanted
from integrations.text.service import Service
from magicai.errors import MagicError, Permanent

_LOOK_S = 0.2
# Between taking the record away and ending: whoever has just read it gets an answer still.
_GRACE_S = 1.0
_BACKLOG = 128


def main() -> None:
    """Serve until a signal, or until nobody needs it."""
    want = Wanted(**json.loads(sys.argv[1]))
    folder = Path(want.folder)
    lock = FileLock(folder / SERVE_LOCK)
    if not _alone(lock, folder, want.start_s):
        return
    try:
        engine, identity = _load(want)
    except MagicError as exc:
        told = {"kind": type(exc).__name__, "what": exc.what, "way_out": exc.way_out}
        _write(folder / FAILURE, told)
        sys.exit(str(exc))
    asyncio.run(_serve(engine, want, folder, identity))
    # The runtime's own threads need not be waited for, nor may they hold up the end.
    os._exit(0)


def _alone(lock: FileLock, folder: Path, limit_s: float) -> bool:
    """Wait until an earlier server has ended; False where one is there that answers."""
    until = time.monotonic() + limit_s
    while time.monotonic() < until:
        with contextlib.suppress(Timeout):
            lock.acquire(timeout=_LOOK_S)
            return True
        if (folder / RECORD).exists():
            return False
    return False


def _load(want: Wanted) -> tuple[Engine, tuple[int, ...] | None]:
    model = Path(want.model)
    identity = _identity(model)
    if identity is None:
        raise Permanent(f"The model file {model} is gone.", way_out="`magicai model get` brings it.")
    if want.sha256 and (got := sha256(model)) != want.sha256:
        raise Permanent(
            f"{model} is damaged: its SHA-256 is {got[:12]}... instead of {want.sha256[:12]}...",
            way_out="Delete it, and run `magicai model get`.",
        )
    module, _, name = want.engine.partition(":")
    load: Callable[[Path, str], Engine] = getattr(importlib.import_module(module), name)
    return load(model, want.template), identity


async def _serve(engine: Engine, want: Wanted, folder: Path, identity: tuple[int, ...] | None) -> None:
    from aiohttp import web

    listener = socket.create_server(("127.0.0.1", 0), backlog=_BACKLOG)
    port = listener.getsockname()[1]
    key = secrets.token_urlsafe(32)
    service = Service(engine, port=port, key=key, queue_s=want.queue_s)
    runner = web.AppRunner(service.app(), handle_signals=False, handler_cancellation=True, access_log=None)
    await runner.setup()
    await web.SockSite(runner, listener).start()
    record = folder / RECORD
    _end_at_once_on_signals(record)
    mine = Running(f"http://127.0.0.1:{port}", key, os.getpid())
    _write(record, {"url": mine.url, "key": mine.key, "pid": mine.pid})

    def needed() -> bool:
        same = _identity(Path(want.model)) == identity and _is_mine(record, mine.pid)
        return bool(service.open) or (same and service.idle_s() < want.idle_s)

    await _while(needed)
    _take_away(record)
    await asyncio.sleep(min(_GRACE_S, want.idle_s))
    await _while(lambda: bool(service.open))


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


def _identity(path: Path) -> tuple[int, ...] | None:
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_dev, stat.st_ino, stat.st_size, stat.st_mtime_ns


def _is_mine(record: Path, pid: int) -> bool:
    try:
        return json.loads(record.read_text())["pid"] == pid
    except (OSError, ValueError, KeyError):
        return False


def _take_away(record: Path) -> None:
    if _is_mine(record, os.getpid()):
        record.unlink(missing_ok=True)


def _write(path: Path, value: Mapping[str, object]) -> None:
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(json.dumps(value))
    draft.replace(path)


if __name__ == "__main__":
    main()
