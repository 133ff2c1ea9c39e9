"""Write a file whole or not at all."""

import os
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from magicai.errors import Permanent
from magicai.private import users_umask


@contextmanager
def whole_file(path: Path) -> Generator[Path]:
    """A draft to write to, which takes the file's place at the end; who reads meanwhile sees the old or the new one.

    Raises:
        Permanent: it could not be written; what was there before is still there.
    """
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    except OSError as exc:
        raise _unwritten(path, exc) from exc
    os.close(handle)
    draft = Path(name)
    try:
        yield draft
        with draft.open("rb+") as file:
            os.fsync(file.fileno())
        draft.chmod(0o666 & ~users_umask())  # mkstemp takes more
        draft.replace(path)
    except OSError as exc:
        raise _unwritten(path, exc) from exc
    finally:
        draft.unlink(missing_ok=True)


def _unwritten(path: Path, exc: OSError) -> Permanent:
    return Permanent("folder_not_writable", way_out="choose_other_folder", folder=path, reason=exc.strerror or exc)
