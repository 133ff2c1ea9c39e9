"""Warm processes: one run in each at a time, so that a run is ended hard and a crash takes nothing else along."""

import asyncio
import contextlib
import json
import logging
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import IO, Any, TypeVar

import psutil

from integrations.processes.process import end, started_us

_log = logging.getLogger(__name__)

T = TypeVar("T")
CHILD = "integrations.prefect.warm.child"
_GRACE_S = 0.5
# One that ends while it warms up would be started for ever: the pause doubles, up to the longest.
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 1.0, 60.0


@dataclass(frozen=True, slots=True)
class Limits:
    """When a process is replaced by a fresh one, once its run has ended."""

    runs: int = 50
    memory: int = 1_500_000_000  # bytes, resident
    age_s: float = 3600.0


class _Warm:
    """One process. What it is asked and answers goes through pipes, read in a thread of its own."""

    def __init__(self, environment: Mapping[str, str], log: IO[bytes]) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-m", CHILD],
            env=dict(environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            start_new_session=True,
        )
        self.pid = self._process.pid
        self.known = (self.pid, started_us(psutil.Process(self.pid)))
        self.since, self.runs = time.monotonic(), 0
        self._thread = ThreadPoolExecutor(1, f"warm-{self.pid}")

    async def answer(self) -> Mapping[str, int] | None:
        """What it says next; None where it has ended."""
        return await self._in_thread(self._answer)

    async def ask(self, asked: Mapping[str, object]) -> Mapping[str, int] | None:
        """What it says to a question; None where it has ended."""
        return await self._in_thread(lambda: self._ask(asked))

    async def ended(self) -> int:
        """Wait until it has ended; answers its exit status."""
        return await self._in_thread(self._process.wait)

    async def let_go(self) -> None:
        """Let it end by itself."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with contextlib.suppress(OSError):
            self._process.stdin.close()
        await self.ended()
        self._process.stdout.close()
        self._thread.shutdown(wait=False)

    def kill(self) -> None:
        """End it now."""
        self._process.kill()

    def _ask(self, asked: Mapping[str, object]) -> Mapping[str, int] | None:
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):
            self._process.stdin.write(json.dumps(asked).encode() + b"\n")
            self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> Mapping[str, int] | None:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        return json.loads(line) if line.endswith(b"\n") else None

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)


class WarmProcesses:
    """So many processes, kept warm.

    Args:
        size: the number of concurrent runs.
        environment: of the processes.
        log: what they print.

    Attributes:
        crashed: set when a process has ended under its run.
    """

    def __init__(self, size: int, environment: Mapping[str, str], log: IO[bytes], limits: Limits | None = None) -> None:
        self._size, self._environment, self._log = size, environment, log
        self._limits = limits or Limits()
        self._idle: asyncio.Queue[_Warm] = asyncio.Queue()
        self._busy: dict[str, _Warm] = {}
        self._stopped: set[str] = set()
        self._all: set[_Warm] = set()
        self._starting: set[asyncio.Task[None]] = set()
        self._ending = False
        self._ended = asyncio.Event()
        self.crashed = asyncio.Event()

    @property
    def busy(self) -> int:
        """The number of active runs."""
        return len(self._busy)

    @property
    def idle(self) -> int:
        """How many processes wait for a run."""
        return self._idle.qsize()

    def fill(self) -> None:
        """Start the processes; returns before they are warm."""
        for _ in range(self._size):
            self._warm_another()

    async def run(self, flow_run_id: str, claim: Callable[[], Awaitable[Mapping[str, object] | None]]) -> int:
        """Carry a flow run out; answers 0, or the exit status of the process that it took along.

        Args:
            flow_run_id: Prefect's.
            claim: called once a process is free; answers what that is told, or None where the run is not to be had.
        """
        asked: Mapping[str, object] | None = None
        while True:
            warm = await self._idle.get()
            self._busy[flow_run_id] = warm  # from now on it can be stopped
            try:
                asked = asked or await claim()
                if asked is None:
                    self._idle.put_nowait(warm)
                    return 0
                if await warm.ask(asked) is not None or flow_run_id in self._stopped:
                    return await self._carried_out(flow_run_id, warm)
                self._replace(warm)  # it ended while it waited
            except BaseException:
                if asked is None:
                    self._idle.put_nowait(warm)  # nothing has begun in it
                else:
                    self._replace(warm)
                raise
            finally:
                del self._busy[flow_run_id]
                self._stopped.discard(flow_run_id)
                self._ended.set()

    async def stop(self, flow_run_id: str) -> bool:
        """End a run's process, and what it started for itself; answers whether it was here."""
        warm = self._busy.get(flow_run_id)
        if warm is None:
            return False
        self._stopped.add(flow_run_id)
        warm.kill()
        await asyncio.to_thread(end, warm.known, grace_s=_GRACE_S)  # what it left behind
        return True

    async def rest(self) -> None:
        """Wait until no run is active."""
        while self._busy:
            self._ended.clear()
            await self._ended.wait()

    async def end(self) -> None:
        """End all processes, with their active runs."""
        self._ending = True
        for task in self._starting:
            task.cancel()
        self._stopped.update(self._busy)
        await asyncio.to_thread(end, *(warm.known for warm in self._all), grace_s=_GRACE_S, at_once=True)
        await asyncio.gather(*(warm.let_go() for warm in self._all), return_exceptions=True)

    async def _carried_out(self, flow_run_id: str, warm: _Warm) -> int:
        answer = await warm.answer()
        if answer is not None:
            warm.runs += 1
            self._give_back(warm, answer)
            return int(answer["status"])
        status = await warm.ended()
        self._replace(warm)
        if flow_run_id in self._stopped:
            return 0
        self.crashed.set()
        return status or 1

    def _give_back(self, warm: _Warm, answer: Mapping[str, int]) -> None:
        worn = (
            warm.runs >= self._limits.runs
            or answer["memory"] > self._limits.memory
            or time.monotonic() - warm.since > self._limits.age_s
        )
        if worn:
            self._replace(warm)
        else:
            self._idle.put_nowait(warm)

    def _replace(self, warm: _Warm) -> None:
        self._in_background(self._let_go(warm))
        self._warm_another()

    async def _let_go(self, warm: _Warm) -> None:
        await warm.let_go()
        self._all.discard(warm)

    def _warm_another(self) -> None:
        if not self._ending:
            self._in_background(self._start())

    def _in_background(self, doing: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(doing)
        self._starting.add(task)
        task.add_done_callback(self._starting.discard)

    async def _start(self) -> None:
        pause_s = _FIRST_PAUSE_S
        while True:
            try:
                warm = _Warm(self._environment, self._log)
            except OSError as exc:  # no process or memory is left for it now
                _log.warning("no warm process could be started: %s", exc)
            else:
                self._all.add(warm)
                if await warm.answer() is not None:
                    self._idle.put_nowait(warm)
                    return
                await self._let_go(warm)
            await asyncio.sleep(pause_s)
            pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)
