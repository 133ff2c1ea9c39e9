"""What only a bucket has: an address, keys, others in it, a server with a life of its own."""

import asyncio
import hashlib
import traceback
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from obstore.store import S3Store

from integrations.files.s3 import S3Files
from integrations.open import open_ports
from magicai.errors import Invalid, MagicError, Missing, NotFound, Permanent, Temporary
from magicai.runs.exports import with_document_here
from magicai.runs.run import Origin, Run, RunStatus
from magicai.settings import Settings
from magicai.values.times import now_us
from tests.faulty import Faulty
from tests.lab.lab import Lab
from tests.own_lab import own_lab, started
from tests.servers import address, namespace, value

from .s3_keys import keys_of_s3

Open = Callable[..., S3Files]


@pytest.fixture(autouse=True)
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    keys_of_s3(monkeypatch)


@pytest.fixture
async def connect(tmp_path: Path) -> AsyncIterator[Open]:
    """Opens files in the tests' bucket, below a namespace that is empty at first."""
    own = namespace()
    used = {own}

    def open_one(url: str = "", *, called: str = own, limit_s: float = 30.0) -> S3Files:
        used.add(called)
        return S3Files(url or address("s3"), called, tmp_path / "copies", limit_s=limit_s)

    yield open_one
    for one in used:
        files = S3Files(address("s3"), one, tmp_path / "copies")
        await files.discard([name async for name in files.results()])
        await files.prune(nothing(), before=now_us() + 3_600_000_000)


@pytest.fixture
def faulty() -> Iterator[Faulty]:
    with Faulty(value("s3", "AWS_ENDPOINT_URL")) as proxy:
        yield proxy


def held(place: str) -> bytes:
    return Path(place).read_bytes()


async def nothing() -> AsyncIterator[str]:
    for digest in ():
        yield digest


def bucket() -> S3Store:
    return S3Store(
        "magicai", client_options={"allow_http": True}, retry_config={"max_retries": 0, "retry_timeout": timedelta(9)}
    )


# ── Others in the same bucket ──


async def test_installations_in_one_bucket_do_not_meet(connect: Open) -> None:
    one, other = connect(), connect(called=namespace())
    (digest,) = await one.put([b"a"])
    await one.save("r/a.md", b"one")
    await other.save("r/a.md", b"other")
    assert await other.prune(nothing(), before=now_us() + 3_600_000_000) == 0
    with pytest.raises(NotFound):
        await other.get(digest)
    assert (await one.get(digest), await one.result("r/a.md")) == (b"a", b"one")


async def test_a_prefix_keeps_them_below_it(connect: Open) -> None:
    deeper = connect(f"{address('s3')}/some/where")
    location = await deeper.save("r/a.md", b"x")
    assert location.startswith("s3://magicai/some/where/t")
    assert [name async for name in deeper.results()] == ["r/a.md"]
    assert [name async for name in connect().results()] == []
    await deeper.discard(["r/a.md"])


async def test_a_check_leaves_nothing_in_the_bucket(connect: Open) -> None:
    files = connect()
    assert await files.check() == f"stores files in {files.results_at.removesuffix('/results')}"
    prefix = files.results_at.removeprefix("s3://magicai/").removesuffix("/results")
    left: Any = cast("Any", bucket()).list(prefix)
    assert [page async for page in left] == []


async def test_results_say_what_they_are(connect: Open) -> None:
    files = connect()
    location = await files.save("r/report.html", b"x")
    found = await bucket().get_async(location.removeprefix("s3://magicai/"))
    assert found.attributes["Content-Type"] == "text/html; charset=utf-8"


@pytest.mark.parametrize("damage", [b"", b"no zstandard"])
async def test_a_damaged_body_is_not_handed_out_and_can_be_kept_again(connect: Open, damage: bytes) -> None:
    files = connect()
    (digest,) = await files.put([b"a" * 1000])
    root = files.results_at.removeprefix("s3://magicai/").removesuffix("/results")
    await bucket().put_async(f"{root}/bodies/{digest[:2]}/{digest}", damage)
    for words in ("damaged", "has been deleted"):
        with pytest.raises(NotFound, match=words):
            await files.get(digest)
    await files.put([b"a" * 1000])
    assert await files.get(digest) == b"a" * 1000


# ── Reports are opened on this machine ──


async def test_a_document_in_a_bucket_is_had_here(connect: Open) -> None:
    files = connect()
    places = {kind: await files.save(f"run-1/report.{kind}", kind.encode()) for kind in ("markdown", "html")}
    run = Run(
        run_id="run-1", owner_id="o", workflow="crawl-analyze-generate", request={}, origin=Origin.CLI,
        status=RunStatus.COMPLETED, created_at=1, result={"run_id": "run-1", "report": {"title": "T", **places}},
    )  # fmt: skip
    assert run.result is not None
    report = (await with_document_here(files, run, run.result))["report"]
    assert [held(report[kind]) for kind in ("html", "markdown")] == [b"html", b"markdown"]
    assert run.result["report"]["html"].startswith("s3://")
    await files.discard(["run-1/report.html", "run-1/report.markdown"])
    assert (await with_document_here(files, run, run.result))["report"]["html"] == places["html"]
    assert await with_document_here(files, run, {"run_id": "run-1"}) == {"run_id": "run-1"}


# ── The address, and who may ask ──


@pytest.mark.parametrize(
    "url",
    [
        "http://h/b",
        "s3://",
        "s3://b?endpoint=h:9",
        "s3://b?secret=x",
        "s3://b?x",
        "s3://key:passw0rd@b/p",
        "b",
        "s3:/b",
    ],
)
def test_what_is_no_address_is_named(url: str, tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="MAGICAI_FILES_URL") as caught:
        S3Files(url, "n", tmp_path)
    assert "passw0rd" not in str(caught.value)


async def test_one_that_is_away_is_said_with_a_way_out(tmp_path: Path) -> None:
    files = S3Files("s3://b?endpoint=http://127.0.0.1:1&region=x", "n", tmp_path)
    with pytest.raises(Temporary, match="Check that it is running, and that MAGICAI_FILES_URL"):
        await files.get("0" * 64)


async def test_endpoint_and_region_may_stand_in_the_address(connect: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    endpoint = value("s3", "AWS_ENDPOINT_URL")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    files = connect(f"{address('s3')}?endpoint={endpoint}&region=us-east-1")
    assert "magicai" in await files.check()
    monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)


async def test_a_bucket_that_is_not_there_is_named(connect: Open) -> None:
    nowhere = connect("s3://nowhere")
    for ask in (nowhere.check, lambda: nowhere.put([b"a"]), lambda: nowhere.result("a")):
        with pytest.raises(Permanent, match=r"s3://nowhere.*no such bucket") as caught:
            await ask()
        assert not isinstance(caught.value, NotFound)


async def test_keys_that_are_refused_are_said_and_never_shown(
    connect: Open, faulty: Faulty, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = f"passw{0}rd"  # which the lines of a traceback do not hold
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", secret)
    files = connect(f"{address('s3')}?endpoint={faulty.url}")
    for status in (401, 403):
        faulty.http(status, {"Code": "SignatureDoesNotMatch"})
        for ask in (files.check, lambda: files.result("a"), lambda: files.discard(["a"])):
            with pytest.raises(Permanent, match=r"AWS_SECRET_ACCESS_KEY") as caught:
                await ask()
            assert secret not in "".join(traceback.format_exception(caught.value))


async def test_a_server_that_speaks_otherwise_is_said_with_a_way_out(connect: Open, faulty: Faulty) -> None:
    files = connect(f"{address('s3')}?endpoint={faulty.url}")
    for status in (400, 404):
        faulty.http(status, {"detail": "Not Found"})
        with pytest.raises(MagicError) as caught:
            await files.put([b"a"])
        assert "an S3-compatible store" in caught.value.way_out, status


async def test_without_obstore_the_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(_: str) -> None:
        return None

    monkeypatch.setattr("integrations.files.s3.find_spec", absent)
    with pytest.raises(Missing, match=r"start\.py install s3"):
        S3Files("s3://b", "n", tmp_path)


async def test_settings_choose_it(tmp_path: Path) -> None:
    chosen: Any = {"files_url": address("s3"), "stores_accepted": ("files",), "namespace": namespace()}
    async with open_ports(Settings(home=tmp_path, **chosen)) as ports:
        assert f"s3://magicai/{chosen['namespace']}" in await ports.files.check()


# ── A server that is spoiled, or dies ──


@pytest.mark.faults
@pytest.mark.parametrize("fault", ["refuse", "cut", "silent", "garbage", "500", "503", "429"])
async def test_a_spoiled_connection_is_told_in_time_and_used_again(connect: Open, faulty: Faulty, fault: str) -> None:
    files = connect(f"{address('s3')}?endpoint={faulty.url}", limit_s=3.0)
    (digest,) = await files.put([b"a"])
    await files.save("r/a.md", b"old")
    spoil: dict[str, Callable[[], object]] = {
        "refuse": faulty.refuse,
        "cut": lambda: faulty.cut(after=10),
        "silent": faulty.silent,
        "garbage": lambda: faulty.garbage(b"x" * 100),
    }
    asked = (
        lambda: files.put([b"b"]),
        lambda: files.get(digest),
        lambda: files.save("r/a.md", b"new"),
        lambda: files.prune(nothing(), before=0),
        files.check,
    )
    async with asyncio.timeout(60):
        for ask in asked:
            (spoil[fault] if fault in spoil else lambda: faulty.http(int(fault), {}))()
            with pytest.raises(Temporary, match="s3://magicai"):
                await ask()
    faulty.heal()
    await files.save("r/a.md", b"new")
    assert (await files.get(digest), await files.result("r/a.md")) == (b"a", b"new")


@pytest.fixture
def own(monkeypatch: pytest.MonkeyPatch) -> Iterator[Lab]:
    """A server that one test alone uses."""
    with own_lab() as lab:
        for variable, held in started(lab, "s3").items():
            monkeypatch.setenv(variable, held)
        yield lab


@pytest.mark.faults
async def test_a_server_that_is_paused_killed_and_empty_is_told_and_used_again(own: Lab, tmp_path: Path) -> None:
    files = S3Files("s3://magicai", "n", tmp_path, limit_s=3.0)
    (digest,) = await files.put([b"a"])
    await asyncio.to_thread(own.pause, "s3")
    with pytest.raises(Temporary):
        await files.put([b"b"])
    await asyncio.to_thread(own.resume, "s3")
    assert await files.get(digest) == b"a"

    done: list[str] = []

    async def write() -> MagicError:
        while True:
            try:
                done.extend(await files.put([str(len(done)).encode()]))
            except MagicError as exc:
                return exc

    task = asyncio.create_task(write())
    async with asyncio.timeout(60):
        while len(done) < 3:  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0.01)
    await asyncio.to_thread(own.kill, "s3")
    failure = await task
    assert isinstance(failure, Temporary), failure
    await asyncio.to_thread(own.start, "s3")  # the lab's keeps everything in memory: it comes back empty
    with pytest.raises(NotFound):
        await files.get(hashlib.sha256(b"a").hexdigest())
    assert await files.put([b"a"]) == [digest]
    assert await files.get(digest) == b"a"
