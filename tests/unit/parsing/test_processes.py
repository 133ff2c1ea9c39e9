"""What a document may do to whoever reads it: nothing, however its process was started."""

import asyncio
import os
import signal
from collections.abc import AsyncGenerator, Callable
from pathlib import Path

import psutil
import pytest

from integrations.parsing import forked, limits
from integrations.parsing.forked import CAN_FORK, ForkServer
from integrations.parsing.process import ProcessParser
from magicai.errors import Invalid, Temporary
from tests.codes import says

# A reader of PDF that a document has taken over: the document says what it does.
_TAKEN_OVER = """
import os
from types import SimpleNamespace

class PdfReader:
    is_encrypted, metadata = False, None

    def __init__(self, body):
        said = {"os": os}
        exec(body.read().removeprefix(b"%PDF-"), said)
        page = SimpleNamespace(extract_text=lambda **_: str(said.get("said", "done")))
        self.pages = [page]
"""
pytestmark = pytest.mark.skipif(not CAN_FORK, reason="processes can't be forked here")


@pytest.fixture(name="taken_over")
def a_reader_that_obeys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pypdf").mkdir()
    (tmp_path / "pypdf" / "__init__.py").write_text(_TAKEN_OVER)
    (tmp_path / "pypdf" / "errors.py").write_text("class PyPdfError(Exception): ...")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("MAGICAI_SECRET_KEY", "secret")


@pytest.fixture(name="parser", params=[True, False], ids=["forked", "started"])
async def a_parser(request: pytest.FixtureRequest) -> AsyncGenerator[ProcessParser]:
    parser = ProcessParser(forks=request.param)
    yield parser
    await parser.close()


@pytest.fixture(name="forks")
async def a_parser_that_forks() -> AsyncGenerator[ProcessParser]:
    parser = ProcessParser()
    yield parser
    await parser.close()


async def said(parser: ProcessParser, code: str) -> str:
    return (await parser.parse("a.pdf", b"%PDF-" + code.encode())).blocks[0].text


async def until(holds: Callable[[], object]) -> None:
    while not holds():  # noqa: ASYNC110 - a process that ends rings no bell
        await asyncio.sleep(0.02)


async def test_a_document_is_read_by_a_process_of_its_own(parser: ProcessParser) -> None:
    assert [(block.level, block.text) for block in (await parser.parse("a.md", b"# T\n\nWords.")).blocks] == [
        (1, "T"),
        (0, "Words."),
    ]
    with pytest.raises(Invalid, check=says("document_damaged")):
        await parser.parse("a.pdf", b"%PDF-1.4 broken")
    with pytest.raises(Invalid, check=says("unknown_document_type", name="a.what")):
        await parser.parse("a.what", b"Words.")


@pytest.mark.usefixtures("taken_over")
@pytest.mark.parametrize(
    ("does", "why"),
    [
        ("import socket; socket.create_connection(('127.0.0.1', 9))", "socket.* is not allowed"),
        ("import subprocess; subprocess.run(['true'])", "subprocess.Popen is not allowed"),
        ("os.fork()", "os.fork is not allowed"),
        ("os.system('true')", "os.system is not allowed"),
        ("os.kill(os.getppid(), 9)", "os.kill is not allowed"),
        (f"bytearray({limits.MEMORY_BYTES})", "more than 1500 MB of memory"),
        ("os.abort()", "ended with status -6"),
        ("os._exit(7)", "ended with status 7"),
    ],
)
async def test_a_reader_that_a_document_has_taken_over_is_confined(does: str, why: str, forks: ProcessParser) -> None:
    with pytest.raises(Invalid, match=why):
        await said(forks, does)
    # The next document is none the worse.
    assert await said(forks, "") == "done"


@pytest.mark.usefixtures("taken_over")
async def test_a_document_sees_no_secrets(parser: ProcessParser) -> None:
    assert await said(parser, "said = 'MAGICAI_SECRET_KEY' in os.environ") == "False"


@pytest.mark.usefixtures("taken_over")
async def test_a_document_sees_nothing_that_others_have_open(forks: ProcessParser) -> None:
    slow = asyncio.create_task(said(forks, "import time; time.sleep(0.5)"))
    await asyncio.sleep(0.1)
    # The last one is what lists them.
    assert await said(forks, "said = len(os.listdir('/dev/fd'))") == "4"
    await slow


@pytest.mark.usefixtures("taken_over")
async def test_what_one_document_changes_is_not_there_for_the_next(forks: ProcessParser) -> None:
    await said(forks, "import builtins; builtins.left = 'the last document'")
    assert await said(forks, "import builtins; said = hasattr(builtins, 'left')") == "False"


@pytest.mark.usefixtures("taken_over")
@pytest.mark.parametrize("how", ["too slow", "cancelled", "closed"])
async def test_a_reader_that_nobody_waits_for_is_killed(how: str, tmp_path: Path, forks: ProcessParser) -> None:
    note = tmp_path / "pid"
    slow = f"open({str(note)!r}, 'w').write(str(os.getpid()))\nimport time; time.sleep(60)"
    parser = ProcessParser(limit_s=2) if how == "too slow" else forks
    reading = asyncio.create_task(said(parser, slow))
    await until(lambda: (note.exists() and note.read_text()) or reading.done())
    pid = int(note.read_text())
    if how == "cancelled":
        reading.cancel()
    elif how == "closed":
        await forks.close()
    expected = {"too slow": Invalid, "cancelled": asyncio.CancelledError, "closed": (Invalid, Temporary)}[how]
    with pytest.raises(expected):
        await reading
    await until(lambda: not psutil.pid_exists(pid))
    await parser.close()


@pytest.mark.usefixtures("taken_over")
async def test_many_documents_leave_no_process_behind(forks: ProcessParser) -> None:
    server = await said(forks, "said = os.getppid()")
    assert await asyncio.gather(*(said(forks, "said = os.getppid()") for _ in range(9))) == [server] * 9
    await until(lambda: not psutil.Process(int(server)).children())


@pytest.mark.usefixtures("taken_over")
async def test_a_server_that_died_is_started_again(forks: ProcessParser) -> None:
    server = int(await said(forks, "said = os.getppid()"))
    os.kill(server, signal.SIGKILL)
    psutil.wait_procs([psutil.Process(server)] if psutil.pid_exists(server) else [], timeout=5)
    assert int(await said(forks, "said = os.getppid()")) != server


@pytest.mark.usefixtures("taken_over")
async def test_an_answer_longer_than_any_document_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forked.limits, "MOST_ANSWERED", 1_000_000)
    server = ForkServer()
    body = b"%PDF-while True: os.write(1, bytes(100_000))"
    with pytest.raises(Invalid, check=says("document_output_too_large")):
        await server.answer("a.pdf", b'{"name": "a.pdf", "size": %d}\n' % len(body) + body)
    server.close()
