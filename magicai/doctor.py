"""Checks of everything that is configured; each really does the thing."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum

from magicai.errors import MagicError, Missing, Temporary

_LIMIT_S = 30.0


class Health(StrEnum):
    """`absent`: an optional part that is not there, which is no fault."""

    GOOD = "good"
    ABSENT = "absent"
    BAD = "bad"


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
    """What came of a check."""

    name: str
    health: Health
    words: str
    way_out: str = ""

    def as_json(self) -> dict[str, str]:
        """All of it, by name."""
        return asdict(self)

    def __str__(self) -> str:
        mark = {Health.GOOD: "ok  ", Health.ABSENT: "--  ", Health.BAD: "BAD "}[self.health]
        return f"{mark}{self.name}: {self.words} {self.way_out}".rstrip()


async def examine(checks: Sequence[Check]) -> AsyncIterator[Finding]:
    """Run the checks side by side; each finding comes when it is there."""
    trying = [asyncio.create_task(_tried(check)) for check in checks]
    try:
        for found in asyncio.as_completed(trying):
            yield await found
    finally:
        for task in trying:
            task.cancel()
        await asyncio.gather(*trying, return_exceptions=True)


async def _tried(check: Check) -> Finding:
    try:
        async with asyncio.timeout(check.limit_s):
            return Finding(check.name, Health.GOOD, await _twice(check))
    except Missing as exc:
        return Finding(check.name, Health.ABSENT, exc.what, exc.way_out)
    except MagicError as exc:
        return Finding(check.name, Health.BAD, exc.what, exc.way_out)
    except TimeoutError:
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
