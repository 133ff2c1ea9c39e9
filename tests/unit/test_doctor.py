import asyncio

import pytest

from magicai.doctor import Check, Finding, Health, examine
from magicai.errors import Missing, Permanent, Temporary


async def found(*checks: Check) -> list[Finding]:
    async with asyncio.timeout(60):
        return [finding async for finding in examine(checks)]


async def fine() -> str:
    return "answers"


@pytest.mark.parametrize(
    ("error", "health", "way_out"),
    [
        (Missing("not there.", way_out="Fetch it."), Health.ABSENT, "Fetch it."),
        (Temporary("no answer.", way_out="Start it."), Health.BAD, "Start it."),
        (Permanent("broken."), Health.BAD, ""),
        (ZeroDivisionError("oops"), Health.BAD, "This is a fault of MagicAI. Please report it."),
    ],
)
async def test_what_is_wrong_is_said_with_the_way_out(error: Exception, health: Health, way_out: str) -> None:
    async def fail() -> str:
        raise error

    (finding,) = await found(Check("graph", fail))
    assert (finding.health, finding.way_out) == (health, way_out)
    assert str(error).split(".", maxsplit=1)[0] in finding.words


async def test_what_is_found_comes_at_once_and_waits_for_no_other() -> None:
    late = asyncio.Event()

    async def wait() -> str:
        await late.wait()
        return "at last"

    names: list[str] = []
    async with asyncio.timeout(60):
        async for finding in examine([Check("slow", wait), Check("quick", fine)]):
            names.append(finding.name)
            late.set()
    assert names == ["quick", "slow"]


async def test_a_check_that_never_ends_is_ended() -> None:
    async def hang() -> str:
        await asyncio.Event().wait()
        return ""

    findings = {one.name: one for one in await found(Check("deaf", hang, limit_s=0.05), Check("quick", fine))}
    assert findings["deaf"].health is Health.BAD
    assert findings["deaf"].words == "took longer than 0.05 s."
    assert findings["quick"].health is Health.GOOD


async def test_what_answers_when_it_is_asked_again_is_good() -> None:
    tries = [Temporary("It did not answer within 5 s.")]

    async def late() -> str:
        if tries:
            raise tries.pop()
        return "answers"

    found = [finding async for finding in examine([Check("cache", late)])]
    assert [(finding.health, finding.words) for finding in found] == [(Health.GOOD, "answers")]
