"""Write a file whole or not at all."""

import os
import tempfile
from pathlib import Path

from magicai.errors import Permanent
from magicai.private import users_umask


def write_whole(path: Path, body: bytes) -> None:
    """Replace the file with `body`; whoever reads it meanwhile sees the old or the new one.

    Raises:
        Permanent: it could not be written; what was there before is still there.
    """
    try:
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    except OSError as exc:
        raise _unwritten(path, exc) from exc
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(0o666 & ~users_umask())  # mkstemp takes more
        Path(temporary).replace(path)
    except OSError as exc:
        raise _unwritten(path, exc) from exc
    finally:
        Path(temporary).unlink(missing_ok=True)


def _unwritten(path: Path, exc: OSError) -> Permanent:
    way_out = "Give another place by --output, or make room there."
    return Permanent(f"{path} could not be written: {exc.strerror or exc}.", way_out=way_out)
