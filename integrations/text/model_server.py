"""The model server: `python -m integrations.text.model_server WANTED`, the JSON of `ondemand.Wanted`.

It holds a file lock for its whole life as the proof that it is the only one, loads the model after checking its hash,
and ends by itself when idle, when its model file has gone or was replaced, when its record has gone, and at a signal.
"""

import asyncio
import importlib
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

from aiohttp import web

from integrations.processes import serving
from integrations.processes.serving import Guard
from integrations.text.download import sha256
from integrations.text.llama import Engine
from integrations.text.server_on_demand import Wanted
from integrations.text.service import Service
from magicai.errors import MagicError, Permanent


def main() -> None:
    """Serve until a signal, or until nobody needs it."""
    want = Wanted(**json.loads(sys.argv[1]))
    folder = Path(want.folder)
    lock = serving.alone(folder, want.start_s)
    if lock is None:
        return
    try:
        engine, identity = _load(want)
    except MagicError as exc:
        serving.tell_failure(folder, exc)
        sys.exit(str(exc))

    def make(port: int, key: str) -> tuple[Guard, web.Application]:
        service = Service(engine, port=port, key=key, queue_s=want.queue_s)
        return service, service.application()

    def same() -> bool:
        return _identity(Path(want.model)) == identity

    asyncio.run(serving.serve(folder, make, idle_s=want.idle_s, still=same))
    # The runtime's own threads need not be waited for, nor may they hold up the end.
    os._exit(0)


def _load(want: Wanted) -> tuple[Engine, tuple[int, ...] | None]:
    model = Path(want.model)
    identity = _identity(model)
    if identity is None:
        raise Permanent("model_file_not_found", model=model)
    if want.sha256 and (got := sha256(model)) != want.sha256:
        raise Permanent("model_file_damaged", model=model, got=got[:12], sha256=want.sha256[:12])
    module, _, name = want.engine.partition(":")
    load: Callable[[Path, str], Engine] = getattr(importlib.import_module(module), name)
    return load(model, want.template), identity


def _identity(path: Path) -> tuple[int, ...] | None:
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_dev, stat.st_ino, stat.st_size, stat.st_mtime_ns


if __name__ == "__main__":
    main()
