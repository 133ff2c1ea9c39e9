"""Files whose contents are told in parts: the same in this process, forked or started, and never longer than asked."""

import asyncio
import io
import os
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress

import psutil
import pytest

from integrations.parsing.forked import CAN_FORK
from integrations.parsing.streamed import ProcessReader
from magicai.catalogue.intake.lists import entries_in, note_in
from magicai.errors import Invalid
from magicai.ports import FileReader
from tests.codes import says
from tests.in_this_process import InThisProcess

_OPTIONS = {"source": "s", "url": "", "currency": "EUR", "at": 1}
_ENDLESS = b"<rss>" + b"<a><b/></a>" * 2_000_000


@pytest.fixture(name="reader", params=["here", "forked", "started"])
async def a_reader(request: pytest.FixtureRequest) -> AsyncGenerator[FileReader]:
    if request.param == "here":
        yield InThisProcess()
        return
    if request.param == "forked" and not CAN_FORK:
        pytest.skip("processes can't be forked here")
    reader = ProcessReader(forks=request.param == "forked")
    yield reader
    await reader.close()


async def told(reader: FileReader, body: bytes) -> list[bytes]:
    async with aclosing(reader.read("list", io.BytesIO(body), "a.csv", _OPTIONS)) as parts:
        return [part async for part in parts]


async def test_a_list_is_told_in_parts(reader: FileReader) -> None:
    rows = b"".join(b"Caf\xe9 %d,%d,\n" % (n, n) for n in range(1, 1_001))
    note, *parts = await told(reader, b"name,price,url\n" + rows + b"Pan,cheap,\n,,https://a.example/pan\n")
    assert "was read as" in note_in(note)
    assert len(parts) > 1
    found = [entry for part in parts for entry in entries_in(part)]
    assert [type(one).__name__ for one in found] == ["SourceStatement"] * 1_000 + ["Fault", "Address"]
    assert "Café 7" in repr(found[6])


async def test_what_is_no_list_is_refused_by_its_name(reader: FileReader) -> None:
    with pytest.raises(Invalid, check=says("feed_not_readable", file="a.csv")):
        await told(reader, b"<rss/>")


@pytest.mark.parametrize("forks", [pytest.param(True, marks=pytest.mark.skipif(not CAN_FORK, reason="no fork")), False])
@pytest.mark.parametrize("how", ["cancelled", "closed"])
async def test_a_reader_that_nobody_waits_for_is_killed(how: str, *, forks: bool) -> None:
    reader = ProcessReader(forks=forks)
    parts = reader.read("list", io.BytesIO(_ENDLESS), "a.xml", _OPTIONS)
    assert note_in(await anext(parts)) == ""
    (child,) = [one for one in psutil.Process().children(recursive=True) if _reads(one, forks=forks)]
    if how == "cancelled":
        waiting = asyncio.ensure_future(anext(parts))
        await asyncio.sleep(0.1)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
    else:
        await parts.aclose()
    async with asyncio.timeout(2):
        while child.is_running():  # noqa: ASYNC110 - a process that ends rings no bell
            await asyncio.sleep(0.02)
    await reader.close()


def _reads(process: psutil.Process, *, forks: bool) -> bool:
    with suppress(psutil.Error):  # what has ended, and nobody has taken note of
        return process.ppid() != os.getpid() if forks else "integrations.parsing.child" in process.cmdline()
    return False
