"""One model server per machine, user and model file, for whoever needs it first (integrations/processes/on_demand.py).

Its folder lies under the user's runtime folder, not under MAGICAI_HOME: the memory and the cores that a model takes are
the machine's, however many homes there are (docs/decisions/0008).
"""

import hashlib
import json
import signal
import warnings
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path

from integrations.processes import on_demand
from integrations.processes.on_demand import Running, Startable, look, running, stop
from integrations.text.models import LocalModel
from magicai.errors import Missing, Permanent

__all__ = ["Running", "Wanted", "ensure", "running", "startable", "stop", "wanted"]

_WINDOWS_ILLEGAL_INSTRUCTION = 0xC000001D


@dataclass(frozen=True, slots=True)
class Wanted:
    """The server that somebody needs.

    Attributes:
        folder: where it keeps its locks and its record.
        model: path of the model file.
        idle_s: it ends after so many seconds without a call.
        queue_s: how long a call may wait for its turn.
        engine: `module:function` that loads the model; tests put another one here.
        start_s: how long a start may take.
    """

    folder: str
    model: str
    sha256: str = ""
    template: str = ""
    idle_s: float = 120.0
    queue_s: float = 120.0
    engine: str = "integrations.text.llama:load"
    start_s: float = 120.0


def wanted(model: LocalModel, *, idle_s: float, folder: Path | None = None, embeds: bool = False) -> Wanted:
    """The one server of this machine and user for a model file.

    Args:
        embeds: whether it makes vectors, and not text.

    Raises:
        Permanent: the user's runtime folder is not safe to use.
    """
    place = folder or _runtime_folder() / "model-server" / f"{_key(model)}{'-vectors' if embeds else ''}"
    made = Wanted(str(place), str(model.path.resolve()), model.sha256, model.template, idle_s)
    return replace(made, engine="integrations.text.llama:load_embedder") if embeds else made


def _runtime_folder() -> Path:
    import platformdirs

    try:
        with warnings.catch_warnings():
            # Without a login session it is below /tmp; platformdirs sees that it is ours alone.
            warnings.simplefilter("ignore", platformdirs.RuntimeDirWarning)
            return platformdirs.user_runtime_path("magicai", appauthor=False, ensure_exists=True)
    except OSError as exc:
        raise Permanent("runtime_folder_not_found", reason=exc) from exc


async def ensure(want: Wanted, *, on_start: Callable[[], None] = lambda: None) -> Running:
    """The running server, started where there is none.

    Args:
        want: which server.
        on_start: called before a start, which takes some seconds.

    Raises:
        Missing: the runtime is not installed, or this processor can't run it.
        Temporary: it did not start now; there is no memory, say.
        Permanent: the model can't be loaded.
    """
    return await on_demand.ensure(startable(want), on_start=on_start)


def startable(want: Wanted) -> Startable[Running]:
    """How that server is started."""
    return Startable(
        name="model server",
        folder=Path(want.folder),
        module="integrations.text.model_server",
        arguments=(json.dumps(asdict(want)),),
        look=partial(look, Path(want.folder)),
        # Threads that wait by spinning starve everything else; measured, this costs nothing.
        environment=lambda own: {"OMP_WAIT_POLICY": "passive", **own},
        start_s=want.start_s,
        explain=_explained,
    )


def _explained(status: int) -> Missing | None:
    if status not in (-getattr(signal, "SIGILL", 4), _WINDOWS_ILLEGAL_INSTRUCTION):
        return None
    return Missing("processor_unsupported")


def _key(model: LocalModel) -> str:
    """The file's digest where it is known; else what tells this file from another."""
    if model.sha256:
        return model.sha256[:16]
    path = model.path.resolve()
    stat = path.stat()
    return hashlib.sha256(f"{path}\0{stat.st_size}\0{stat.st_mtime_ns}".encode()).hexdigest()[:16]
