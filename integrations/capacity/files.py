"""Shares the machine among processes by a list in the installation's folder, read and written under a lock.

Each process holds a lock on a file of its own for as long as it lives, so that the system itself tells who has died.
"""

import os
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
from filelock import FileLock, Timeout
from pydantic import BaseModel, TypeAdapter, ValidationError

from integrations.sqlite.gate import Gate
from magicai.errors import Temporary
from magicai.messages import Message, say
from magicai.values.ids import new_id

_MB = 1_000_000
_HOLDER = ".holder"
# Nobody holds the list for longer than it takes to read and write it.
_LIST_S = 5.0
_DIGITS = 6  # of sums of tenths


def free_memory() -> int:
    """Megabytes that are free now."""
    return psutil.virtual_memory().available // _MB


class _Part(BaseModel):
    """One wish for a part of the machine; `runs` once it was granted."""

    id: str
    holder: str
    cpu: float
    memory: int
    runs: bool = False


class _List(BaseModel):
    """All wishes, in the order in which they came.

    Attributes:
        memory: megabytes that were free when nothing of ours ran.
    """

    parts: list[_Part] = []
    memory: int = 0


_LIST = TypeAdapter(_List)


class FileCapacity:
    """The parts of this machine that processes of one installation hold.

    Args:
        folder: where the list is.
        memory: tells the megabytes that are free.
    """

    def __init__(self, folder: Path, *, cores: float | None = None, memory: Callable[[], int] = free_memory) -> None:
        self._folder, self._memory = folder, memory
        self._cores = cores or os.cpu_count() or 1
        self._gate = Gate(folder / "list.lock", limit_s=_LIST_S)
        self._holder = new_id()
        self._alive: FileLock | None = None

    def claim(self, *, cpu: float, memory: int) -> "FileClaim":
        """Wish for cores and megabytes."""
        return FileClaim(self, _Part(id=new_id(), holder=self._holder, cpu=cpu, memory=memory))

    def grant(self, wish: _Part) -> Message | None:
        """Let a wish be granted, or say what is in the way."""
        with self._changed() as now:
            self._show_life()
            mine = next((part for part in now.parts if part.id == wish.id), wish)
            if mine is wish:
                now.parts.append(wish)
            if not any(part.runs for part in now.parts):
                now.memory = self._memory()
            why = self._in_the_way(now, mine)
            mine.runs = why is None
            return why

    def leave(self, part: _Part) -> None:
        """Take a wish off the list, where it is on it."""
        with self._changed() as now:
            now.parts = [one for one in now.parts if one.id != part.id]

    async def close(self) -> None:
        """Hold nothing any longer."""
        if self._alive is not None:
            self._alive.release(force=True)
            with suppress(OSError):
                os.unlink(self._alive.lock_file)  # noqa: PTH108 - of an empty file
            self._alive = None
        self._gate.close()

    def _show_life(self) -> None:
        """Lock a file for as long as this process lives; what dead ones left is removed. The list is held meanwhile."""
        if self._alive is None:
            for path in self._folder.glob(f"*{_HOLDER}"):
                self._lives(path.name.removesuffix(_HOLDER))
            self._alive = FileLock(self._folder / f"{self._holder}{_HOLDER}", thread_local=False)
            self._alive.acquire()

    def _in_the_way(self, now: _List, mine: _Part) -> Message | None:
        running = [part for part in now.parts if part.runs]
        longest = next(number for number, part in enumerate(now.parts) if not part.runs)
        # Who has waited longest is passed only by what fits beside it: it begins once those end that ran before.
        passed = [part for part in now.parts[longest + 1 :] if part.runs]
        if now.parts[longest] is not mine and not self._fits(now, [*passed, now.parts[longest], mine]):
            return say("other_step_waits_longer")
        if not running or (self._fits(now, [*running, mine]) and mine.memory <= self._memory()):
            return None
        cores, memory = sum(part.cpu for part in running), sum(part.memory for part in running)
        used, most = f"{cores:g}", f"{self._cores:g}"
        return say("other_steps_use_machine", used=used, cores=most, memory=memory, total=now.memory)

    def _fits(self, now: _List, parts: Sequence[_Part]) -> bool:
        cores, memory = sum(part.cpu for part in parts), sum(part.memory for part in parts)
        return round(cores, _DIGITS) <= self._cores and memory <= now.memory

    @contextmanager
    def _changed(self) -> Generator[_List]:
        """The list, without what dead processes held, to be changed."""
        try:
            if self._alive is None:
                self._folder.mkdir(parents=True, exist_ok=True)
            with self._gate.held():
                now = self._read()
                holders = {part.holder for part in now.parts}
                alive = {holder for holder in holders if holder == self._holder or self._lives(holder)}
                now.parts = [part for part in now.parts if part.holder in alive]
                yield now
                written = self._folder / "list.json.new"
                written.write_bytes(_LIST.dump_json(now))
                written.replace(self._folder / "list.json")
        except Timeout as exc:
            raise Temporary("folder_locked", folder=self._folder, limit_s=f"{_LIST_S:g}", way_out="try_again") from exc
        except OSError as exc:
            raise Temporary("folder_not_writable", folder=self._folder, reason=exc.strerror) from exc

    def _read(self) -> _List:
        try:
            return _LIST.validate_json((self._folder / "list.json").read_bytes())
        except (FileNotFoundError, ValidationError):
            return _List()

    def _lives(self, holder: str) -> bool:
        path = self._folder / f"{holder}{_HOLDER}"
        lock = FileLock(path, thread_local=False)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            return True
        lock.release()
        path.unlink(missing_ok=True)
        return False


class FileClaim:
    """A wish for a part of the machine."""

    def __init__(self, capacity: FileCapacity, part: _Part) -> None:
        self._capacity, self._part, self._asked = capacity, part, False

    def grant(self) -> Message | None:
        """Take the part now, or answer what is in the way."""
        self._asked = True
        return self._capacity.grant(self._part)

    def release(self) -> None:
        """Give the part back, or wish for it no longer."""
        if self._asked:
            self._capacity.leave(self._part)
