"""One process at a time, by a lock on a file, which costs next to nothing where nobody waits.

filelock opens and closes its file each time, which took two thirds of a small write's time: here it stays open.
"""

import os
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

try:
    import fcntl as _fcntl
except ImportError:  # Windows
    _fcntl = None

_SHORTEST_S, _LONGEST_S = 0.0005, 0.02


class Gate:
    """Lets one thread of one process through; whoever ends, however it ends, lets the next one."""

    def __init__(self, path: Path, *, limit_s: float) -> None:
        self._path, self._limit_s = path, limit_s
        self._lock = threading.Lock()
        self._file: int | None = None
        self._pid = 0

    @contextmanager
    def held(self) -> Generator[None]:
        """Hold it.

        Raises:
            Timeout: another process has held it for longer than the limit.
            OSError: the file can't be made.
        """
        with self._lock:
            if _fcntl is None:
                with FileLock(self._path, timeout=self._limit_s, thread_local=False):
                    yield
                return
            file = self._take(_fcntl)
            try:
                yield
            finally:
                _fcntl.flock(file, _fcntl.LOCK_UN)

    @contextmanager
    def tried(self) -> Generator[bool]:
        """Hold it where nobody does, without waiting; says whether."""
        if _fcntl is None or not self._lock.acquire(blocking=False):
            yield False
            return
        try:
            file = self._try(_fcntl)
            try:
                yield file is not None
            finally:
                if file is not None:
                    _fcntl.flock(file, _fcntl.LOCK_UN)
        finally:
            self._lock.release()

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._let_go()

    def _take(self, system: Any) -> int:
        until, pause = time.monotonic() + self._limit_s, _SHORTEST_S
        while (file := self._try(system)) is None:
            if time.monotonic() > until:
                raise Timeout(str(self._path))
            time.sleep(pause)
            pause = min(_LONGEST_S, 2 * pause)
        return file

    def _try(self, system: Any) -> int | None:
        while True:
            file = self._opened()
            try:
                system.flock(file, system.LOCK_EX | system.LOCK_NB)
            except BlockingIOError:
                return None
            if self._is_there(file):
                return file
            self._let_go()  # somebody has removed it, and others hold another one by its name

    def _opened(self) -> int:
        if self._file is None or self._pid != os.getpid():
            # After a fork the parent's lock would be the child's, too.
            self._let_go()
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._file, self._pid = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600), os.getpid()
        return self._file

    def _is_there(self, file: int) -> bool:
        try:
            return os.path.samestat(os.fstat(file), self._path.stat())
        except FileNotFoundError:
            return False

    def _let_go(self) -> None:
        file, self._file = self._file, None
        if file is not None:
            os.close(file)
