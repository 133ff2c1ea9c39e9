"""Checks of everything that is configured; each really does the thing."""

import asyncio
import contextlib
import time
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Self

from magicai.errors import MagicError, Missing, Temporary

_LIMIT_S = 30.0
# How often it is looked at how busy the machine is, by so much processor time.
_LOOK_EVERY_S, _WORK_S = 0.5, 0.01
# From here on, work takes so many times as long that a limit says nothing; and up to here limits are extended.
_BUSY, _LONGEST = 2.0, 6.0


class Health(StrEnum):
    """How a check went.

    `absent`: an optional part that is not there, which is no fault. `late`: it did not end, on a machine that is too
    busy to tell whether it works.
    """

    GOOD = "good"
    ABSENT = "absent"
    BAD = "bad"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing to try.

    Attributes:
        run: does it; answers what was found, in a few words.
        limit_s: how long it may take.
    """

    name: str
    run: Callable[[], Awaitable[str]]
    limit_s: float = _LIMIT_S


@dataclass(frozen=True, slots=True)
class Finding:
    """What came of a check.

    Attributes:
        error: what its words were made from, where they tell of one.
    """

    name: str
    health: Health
    words: str
    way_out: str = ""
    error: MagicError | None = field(default=None, compare=False, repr=False)

    @classmethod
    def of(cls, name: str, health: Health, error: MagicError) -> Self:
        """What an error tells."""
        return cls(name, health, error.what, error.way_out, error)

    def as_json(self) -> dict[str, str]:
        """What people read of it, by name."""
        return {"name": self.name, "health": self.health, "words": self.words, "way_out": self.way_out}

    def __str__(self) -> str:
        mark = {Health.GOOD: "ok  ", Health.ABSENT: "--  ", Health.BAD: "BAD ", Health.LATE: "?   "}[self.health]
        return f"{mark}{self.name}: {self.words} {self.way_out}".rstrip()


async def examine(checks: Sequence[Check], *, slowdown: Callable[[], float] | None = None) -> AsyncIterator[Finding]:
    """Run the checks side by side; each finding comes when it is there.

    Args:
        checks: what to try. On a busy machine, each is given more time.
        slowdown: how many times as long as on an idle machine work takes now; measured where None.
    """
    async with _paced(slowdown or _slowdown) as pace:
        trying = [asyncio.create_task(_tried(check, pace)) for check in checks]
        try:
            for found in asyncio.as_completed(trying):
                yield await found
        finally:
            for task in trying:
                task.cancel()
            await asyncio.gather(*trying, return_exceptions=True)


class _Pace:
    """A clock that goes slower the busier the machine is.

    Attributes:
        now_s: what it shows.
        slowdown: how many times as long work takes now.
    """

    def __init__(self) -> None:
        self.now_s, self.slowdown = 0.0, 1.0
        self._looked = time.monotonic()

    def look(self, slowdown: float) -> None:
        """Let it go on by the time since the last look."""
        now = time.monotonic()
        self.slowdown = max(1.0, slowdown)
        # Where this process could not look for longer, its own work kept the checks waiting.
        self.now_s += min(now - self._looked, 2 * _LOOK_EVERY_S) / min(_LONGEST, self.slowdown)
        self._looked = now


@asynccontextmanager
async def _paced(slowdown: Callable[[], float]) -> AsyncGenerator[_Pace]:
    pace = _Pace()

    async def keep_looking() -> None:
        while True:
            pace.look(await asyncio.to_thread(slowdown))
            await asyncio.sleep(_LOOK_EVERY_S)

    looking = asyncio.create_task(keep_looking())
    try:
        yield pace
    finally:
        looking.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await looking


def _slowdown() -> float:
    """How many times as long as on an idle machine a little work takes."""
    began, used = time.perf_counter(), time.thread_time()
    while (worked := time.thread_time() - used) < _WORK_S:
        pass
    return (time.perf_counter() - began) / worked


async def _in_time(check: Check, pace: _Pace) -> str:
    """What a check answers.

    Raises:
        TimeoutError: it took longer than it may, by the pace of the machine.
    """
    task, began_s = asyncio.create_task(_twice(check)), pace.now_s
    try:
        while True:
            left_s = check.limit_s - (pace.now_s - began_s)
            if left_s <= 0:
                raise TimeoutError
            # A limit shorter than a look is not extended.
            done, _ = await asyncio.wait({task}, timeout=min(left_s, _LOOK_EVERY_S))
            if done:
                return task.result()
            if check.limit_s <= _LOOK_EVERY_S:
                raise TimeoutError
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _tried(check: Check, pace: _Pace) -> Finding:
    try:
        return Finding(check.name, Health.GOOD, await _in_time(check, pace))
    except Missing as exc:
        return Finding.of(check.name, Health.ABSENT, exc)
    except MagicError as exc:
        return Finding.of(check.name, Health.BAD, exc)
    except TimeoutError:
        if pace.slowdown >= _BUSY:
            return Finding(check.name, Health.LATE, "did not end on this busy machine.")
        return Finding(check.name, Health.BAD, f"took longer than {check.limit_s:g} s.", "Check that it is running.")
    except Exception as exc:  # noqa: BLE001 - one check that breaks must not hide what the others found
        return Finding(
            check.name, Health.BAD, f"{type(exc).__name__}: {exc}", "This is a fault of MagicAI. Please report it."
        )


async def _twice(check: Check) -> str:
    """Once more where it may help: other work in this process may have made a server seem late."""
    try:
        return await check.run()
    except Temporary:
        return await check.run()
