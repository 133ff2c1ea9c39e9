"""Checks of everything that is configured; each really does the thing."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum

from magicai.errors import MagicError, Missing


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
    """

    name: str
    run: Callable[[], Awaitable[str]]


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
    """Run the checks one after the other."""
    for check in checks:
        try:
            yield Finding(check.name, Health.GOOD, await check.run())
        except Missing as exc:
            yield Finding(check.name, Health.ABSENT, exc.what, exc.way_out)
        except MagicError as exc:
            yield Finding(check.name, Health.BAD, exc.what, exc.way_out)
