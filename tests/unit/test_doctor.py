import asyncio
import time
from collections.abc import AsyncIterator

import pytest
from click.testing import CliRunner

from magicai.cli.upkeep import doctor
from magicai.doctor import Check, Finding, Health, examine
from magicai.errors import Missing, Permanent, Temporary


async def found(*checks: Check) -> list[Finding]:
    async with asyncio.timeout(60):
        return [finding async for finding in examine(checks, slowdown=lambda: 1.0)]


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


async def wait_s(seconds: float) -> str:
    await asyncio.sleep(seconds)
    return "answers"


async def test_on_a_busy_machine_a_check_has_more_time_and_a_slow_part_is_not_called_bad() -> None:
    """With a load of 20, all of 16 checks were bad for having taken longer than 30 s."""
    checks = [Check("slow", lambda: wait_s(2.0), limit_s=0.6), Check("stuck", lambda: wait_s(100), limit_s=0.6)]
    found = {one.name: one.health async for one in examine(checks, slowdown=lambda: 6.0)}
    assert found == {"slow": Health.GOOD, "stuck": Health.LATE}
    found = {one.name: one.health async for one in examine(checks, slowdown=lambda: 1.0)}
    assert found == {"slow": Health.BAD, "stuck": Health.BAD}


async def test_a_check_that_keeps_this_process_busy_does_not_use_up_the_time_of_the_others() -> None:
    async def block() -> str:
        time.sleep(2.5)  # noqa: ASYNC251 - as an import of a large library does
        return "answers"

    checks = [Check("blocking", block, limit_s=10), Check("beside", lambda: wait_s(0.2), limit_s=1.6)]
    assert {one.health async for one in examine(checks, slowdown=lambda: 1.0)} == {Health.GOOD}


def test_what_could_not_be_told_on_a_busy_machine_is_said_once(monkeypatch: pytest.MonkeyPatch) -> None:
    async def examined(_: object) -> AsyncIterator[Finding]:
        for name in ("search", "graph"):
            yield Finding(name, Health.LATE, "did not end on this busy machine.")
        yield Finding("records", Health.GOOD, "fine")

    def checks(_: object) -> list[Check]:
        return [Check(name, fine) for name in ("records", "search", "graph")]

    monkeypatch.setattr("magicai.doctor.examine", examined)
    monkeypatch.setattr("integrations.health.checks", checks)
    result = CliRunner().invoke(doctor, standalone_mode=False)
    assert result.return_value == 1
    (said,) = [line for line in result.stdout.splitlines() if "search" in line]
    assert said.startswith("?   This machine is too busy to tell whether these work: search, graph. Run magicai doctor")
    assert "1 good, 0 absent, 0 bad" in result.stderr
