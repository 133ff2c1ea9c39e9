"""A model file comes whole or not at all, from wherever it can be had, however often it is cut."""

import asyncio
import json
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from integrations.text.download import Source, download, sources
from integrations.text.http_source import HttpSource
from integrations.text.models import DataWheels, KnownModel
from integrations.text.progress import Progress
from magicai.errors import Cancelled, Permanent, Temporary
from tests.codes import says
from tests.contract.text.downloads import BODY, Heard, known, left

DOWNLOADER = """
import asyncio, json, sys
from pathlib import Path
from integrations.text.download import download
from integrations.text.models import KnownModel
home, model = sys.argv[1], KnownModel(**json.loads(sys.argv[2]))
asyncio.run(download(model, Path(home), lambda progress: print(progress.stage, progress.done, flush=True), []))
"""
Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Site:
    """Serves the file; `answers` go first, one a request."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.file = folder / "served"
        self.file.write_bytes(BODY)
        self.answers: list[Answer] = []
        self.ranges: list[str | None] = []
        self.address = ""

    async def get(self, request: web.Request) -> web.StreamResponse:
        self.ranges.append(request.headers.get("Range"))
        return await self.answers.pop(0)(request) if self.answers else web.FileResponse(self.file)

    def cut_after(self, size: int, *, hold: Callable[[], Awaitable[object]] | None = None) -> Answer:
        """A whole answer that breaks off, perhaps only after something has happened."""

        async def answer(request: web.Request) -> web.StreamResponse:
            begun = web.StreamResponse(headers={"ETag": etag(self.file), "Content-Length": str(len(BODY))})
            await begun.prepare(request)
            await begun.write(BODY[:size])
            if hold is not None:
                await hold()
            if request.transport is not None:
                request.transport.close()
            return begun

        return answer


def etag(path: Path) -> str:
    """As aiohttp's FileResponse makes it."""
    stat = path.stat()
    return f'"{stat.st_mtime_ns:x}-{stat.st_size:x}"'


def answering(status: int, body: bytes = b"", **headers: str) -> Answer:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(status=status, body=body, headers={k.replace("_", "-"): v for k, v in headers.items()})

    return answer


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    async for made in _serve(tmp_path / "site"):
        yield made


@pytest.fixture
async def mirror(tmp_path: Path) -> AsyncIterator[Site]:
    async for made in _serve(tmp_path / "mirror"):
        yield made


async def _serve(folder: Path) -> AsyncIterator[Site]:
    made = Site(folder)
    app = web.Application()
    app.router.add_get("/{name}", made.get)
    async with TestServer(app) as server:
        made.address = str(server.make_url("/model.gguf"))
        yield made


def quick(*addresses: str) -> list[Source]:
    return [HttpSource(address, wait_s=0.0) for address in addresses]


def fetched(home: Path) -> list[int]:
    return [path.stat().st_size for path in home.rglob("*.part")]


async def test_brings_the_file_and_tells_of_its_way(site: Site, home: Path, heard: Heard) -> None:
    path = await download(known(site.address), home, heard, [])
    assert path == home / "models" / "m.gguf"
    assert path.read_bytes() == BODY
    assert left(home) == ["m.gguf"]
    assert [heard[0].done, heard[-1].done] == [0, len(BODY)]
    assert {progress.stage for progress in heard} == {"fetching", "checking"}
    assert heard[0].source == "127.0.0.1"


async def test_what_is_here_is_not_fetched_again(site: Site, home: Path, heard: Heard) -> None:
    await download(known(site.address), home, heard, [])
    await download(known(site.address), home, heard, [])
    assert len(site.ranges) == 1


async def test_goes_on_where_a_connection_was_cut(site: Site, home: Path, heard: Heard) -> None:
    site.answers = [site.cut_after(2_000_000)]
    model = known(site.address)
    assert (await download(model, home, heard, [], among=quick(site.address))).read_bytes() == BODY
    first, second = site.ranges
    assert first is None
    assert second is not None
    assert 0 < int(second.removeprefix("bytes=").removesuffix("-")) <= 2_000_000


async def test_goes_on_where_a_killed_process_was(site: Site, home: Path, heard: Heard) -> None:
    enough = asyncio.Event()
    site.answers = [site.cut_after(2_500_000, hold=enough.wait)]
    model = known(site.address)
    process = await asyncio.to_thread(start, home, model)
    while not any(size > 1_000_000 for size in fetched(home)):  # noqa: ASYNC110 - another process does it
        await asyncio.sleep(0.02)
    process.kill()
    await asyncio.to_thread(process.communicate)
    enough.set()
    assert (await download(model, home, heard, [])).read_bytes() == BODY
    assert site.ranges[1] is not None
    assert heard[0].done >= 1_000_000


def start(home: Path, model: KnownModel) -> "subprocess.Popen[str]":
    described = {name: getattr(model, name) for name in model.__slots__}
    command = [sys.executable, "-c", DOWNLOADER, str(home), json.dumps(described)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


async def test_begins_anew_where_the_file_has_changed_meanwhile(site: Site, home: Path, heard: Heard) -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        old = web.StreamResponse(headers={"ETag": '"old"', "Content-Length": str(len(BODY))})
        await old.prepare(request)
        await old.write(b"x" * 2_000_000)
        if request.transport is not None:
            request.transport.close()
        return old

    site.answers = [answer]
    path = await download(known(site.address), home, heard, [], among=quick(site.address))
    assert path.read_bytes() == BODY


async def test_a_file_with_the_wrong_hash_is_deleted_said_and_the_next_source_is_tried(
    site: Site, mirror: Site, home: Path, heard: Heard
) -> None:
    site.file.write_bytes(b"x" * len(BODY))
    model = known(site.address)
    path = await download(model, home, heard, [mirror.address])
    assert path.read_bytes() == BODY
    assert heard.notes == [heard.notes[0]]
    assert "SHA-256" in heard.notes[0]
    assert "deleted. Trying 127.0.0.1." in heard.notes[0]
    assert left(home) == ["m.gguf"]


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (answering(404), "answered 404"),
        (answering(403), "answered 403"),
        (answering(200, b"<html>Log in</html>", content_type="text/html"), "19 bytes of text/html"),
        (answering(200, b"x" * (len(BODY) + 1)), "serves 3000001 bytes"),
        (answering(200, BODY, content_encoding="br"), "answered with br"),
    ],
)
async def test_a_source_that_serves_something_else_is_left_at_once(
    site: Site, mirror: Site, home: Path, heard: Heard, answer: Answer, says: str
) -> None:
    site.answers = [answer]
    await download(known(site.address), home, heard, [mirror.address])
    assert says in heard.notes[0]
    assert len(site.ranges) == 1


async def test_an_endless_answer_is_cut_off(site: Site, mirror: Site, home: Path, heard: Heard) -> None:
    async def endless(request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse()
        await answer.prepare(request)
        while True:
            await answer.write(b"x" * 100_000)

    site.answers = [endless]
    await download(known(site.address), home, heard, [mirror.address])
    assert "serves more than 3000000 bytes" in heard.notes[0]


async def test_a_busy_source_is_asked_again(site: Site, home: Path, heard: Heard) -> None:
    site.answers = [answering(503), answering(429, retry_after="0")]
    await download(known(site.address), home, heard, [], among=quick(site.address))
    assert len(site.ranges) == 3


async def test_a_source_that_stays_busy_is_given_up(site: Site, home: Path, heard: Heard) -> None:
    site.answers = [answering(503)] * 9
    with pytest.raises(Temporary, match="answered 503"):
        await download(known(site.address), home, heard, [], among=quick(site.address))
    assert len(site.ranges) == 3


async def test_where_nothing_can_be_had_all_reasons_and_the_way_out_are_told(
    site: Site, mirror: Site, home: Path, heard: Heard
) -> None:
    site.answers, mirror.answers = [answering(404)], [answering(410)]
    with pytest.raises(Temporary, match=r"answered 404.*answered 410.*MAGICAI_MODEL_MIRRORS.*m\.gguf"):
        await download(known(site.address), home, heard, [mirror.address])


async def test_what_one_source_has_given_stays_while_another_fails(
    site: Site, mirror: Site, home: Path, heard: Heard
) -> None:
    site.answers = [site.cut_after(2_000_000), answering(404)]
    mirror.answers = [answering(404)]
    model, among = known(site.address), quick(site.address, mirror.address)
    with pytest.raises(Temporary):
        await download(model, home, heard, [], among=among)
    await download(model, home, heard, [], among=among)
    assert site.ranges[-1] is not None
    assert mirror.ranges == [None]


async def test_two_at_once_fetch_it_once_and_the_other_shows_its_progress(site: Site, home: Path, heard: Heard) -> None:
    waiting = asyncio.Event()
    site.answers = [site.cut_after(2_000_000, hold=waiting.wait)]
    model = known(site.address)
    process = await asyncio.to_thread(start, home, model)
    while "fetching" not in await asyncio.to_thread(process.stdout.readline):  # pyright: ignore[reportOptionalMemberAccess]
        pass

    def hear(progress: Progress) -> None:
        heard(progress)
        if progress.stage == "waiting" and progress.done:
            waiting.set()

    path = await download(model, home, hear, [])
    await asyncio.to_thread(process.communicate)
    assert path.read_bytes() == BODY
    assert {progress.stage for progress in heard} == {"waiting"}
    assert len(site.ranges) == 2


async def test_a_disk_without_room_is_said_before_anything_is_fetched(
    site: Site, home: Path, heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    almost_full = shutil.disk_usage(home.parent)._replace(free=50_000_000)

    def disk_usage(_: Path) -> object:
        return almost_full

    monkeypatch.setattr(shutil, "disk_usage", disk_usage)
    with pytest.raises(Permanent, check=says("model_needs_space", free="0.05", needed="0.10")):
        await download(known(site.address), home, heard, [])
    assert site.ranges == []


async def test_who_listens_can_end_it_and_it_goes_on_the_next_time(
    site: Site, home: Path, heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def slowly(request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse(headers={"Content-Length": str(len(BODY))})
        await answer.prepare(request)
        await answer.write(BODY[:1_500_000])
        await stopped.wait()
        return answer

    async def stop(progress: Progress) -> None:
        if progress.done >= 1_000_000:
            stopped.set()
            raise Cancelled("enough")

    stopped = asyncio.Event()
    site.answers = [slowly]
    monkeypatch.setattr("integrations.text.progress._INTERVAL_S", 0.0)
    model = known(site.address)
    with pytest.raises(Cancelled):
        await download(model, home, stop, [])
    await download(model, home, heard, [])
    assert site.ranges[1] is not None


async def test_an_address_that_is_none_is_named(home: Path, heard: Heard) -> None:
    with pytest.raises(Temporary, match="'ftp:no address' is not an address"):
        await download(known("ftp:no address"), home, heard, [])


def test_mirrors_follow_the_official_home_in_order() -> None:
    wheels = DataWheels("part", 2, "1")
    model = known("https://home.example/m", wheels=wheels)
    names = [source.name for source in sources(model, ["https://a.example/m", "pypi"])]
    assert names == ["home.example", "a.example", "pypi"]
    assert [source.name for source in sources(replace(model, wheels=None), ["pypi"])] == ["home.example"]
