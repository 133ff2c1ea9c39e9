"""The command line over a gateway: the same words, progress, files and exit statuses as on one's own machine."""

import asyncio
import contextlib
import json
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner

from magicai.accounts.api_keys import add_key
from magicai.accounts.identity import Scope
from magicai.cli.root import root
from magicai.errors import Invalid
from magicai.ports import NewItem
from magicai.runs.requests.files_in import body_of
from magicai.runs.run import Attempt, RunStatus
from tests.api.conftest import Api

RUN = ("run", "crawl-analyze-generate", "https://shop.example", "--max-pages", "5")
LIMIT_S = 120


async def key(api: Api, *scopes: Scope) -> str:
    """An API key of ann's."""
    given = frozenset(scopes or Scope)
    _, secret = await add_key(api.records.identities, await api.user(), "k", given, days=None, once=None)
    assert secret is not None
    return secret


async def started(api: Api, *words: str, token: str | None = None, url: str = "", **variables: str) -> Process:
    """A command that asks the gateway."""
    foreign = ("MAGICAI_", "PREFECT_", "HTTP", "NO_PROXY")
    kept = {name: value for name, value in os.environ.items() if not name.upper().startswith(foreign)}
    token = await key(api) if token is None else token
    ours = {"MAGICAI_SERVER": url or api.url, "MAGICAI_TOKEN": token, "MAGICAI_HOME": "/nowhere/at/all"}
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "magicai", *words, env={**kept, **ours, **variables}, stdin=-3, stdout=PIPE, stderr=PIPE
    )


async def ended(process: Process) -> tuple[int, str, str]:
    """Exit status, standard output, standard error."""
    async with asyncio.timeout(LIMIT_S):
        out, err = await process.communicate()
    return process.returncode or 0, out.decode(), err.decode()


async def said(api: Api, *words: str, **more: Any) -> tuple[int, str, str]:
    """The same of a command that needs nobody else."""
    return await ended(await started(api, *words, **more))


async def begun(api: Api) -> Attempt:
    """The attempt at the run that a command has queued."""
    async with asyncio.timeout(LIMIT_S):
        while not (waiting := await api.records.runs.waiting()):  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0.02)
    return await api.begin(waiting[0].run_id)


async def heard(process: Process, words: str) -> str:
    """What the command says until it has said this."""
    assert process.stderr is not None
    text = ""
    async with asyncio.timeout(LIMIT_S):
        while words not in text:
            line = await process.stderr.readline()
            assert line, f"it never said {words!r}, but: {text}"
            text += line.decode()
    return text


async def step(api: Api, run_id: str, name: str, state: str) -> None:
    """A line of the run's picture."""
    event = await api.tell(run_id, "step", state=state, duration_s=1.0, task=name)
    assert event.sequence


def result(run_id: str, status: RunStatus) -> dict[str, Any]:
    return {"run_id": run_id, "workflow": "crawl-analyze-generate", "status": status, "problems": []}


async def finish(api: Api, attempt: Attempt, status: RunStatus = RunStatus.COMPLETED, **more: Any) -> None:
    await api.records.runs.finish(attempt, status, {**result(attempt.run_id, status), **more})


async def test_a_file_of_this_machine_is_handed_in_where_the_run_is(api: Api, tmp_path: Path) -> None:
    own = tmp_path / "own.csv"
    own.write_text("name,price,currency\nLamp,3.00,EUR\n")
    status, out, err = await said(api, *RUN, "--own-catalogue", str(own), "--no-follow")
    assert status == 0, err
    file_id = (await api.row(out.strip())).request["own_catalogue"]
    body = await body_of(api.records, api.gateway.ports.files, file_id, owner_id="id-ann")
    assert body == own.read_bytes()
    assert (await said(api, "upload", str(own)))[:2] == (0, f"{file_id}\n")
    status, _, err = await said(api, *RUN, "--own-catalogue", str(tmp_path / "none.csv"))
    assert (status, "there is no such file" in err) == (2, True)


@pytest.mark.parametrize(
    ("status", "code"),
    [(RunStatus.COMPLETED, 0), (RunStatus.FAILED, 1), (RunStatus.PARTIAL, 3), (RunStatus.CANCELLED, 130)],
)
async def test_a_run_is_followed_to_its_end_and_its_status_is_the_commands(
    api: Api, status: RunStatus, code: int
) -> None:
    process = await started(api, *RUN, "--json")
    attempt = await begun(api)
    run = await api.row(attempt.run_id)
    assert (run.owner_id, run.origin) == ("id-ann", "api")
    assert run.request["competitor_url"] == ["https://shop.example/"]
    assert run.request["max_pages"] == 5
    await finish(api, attempt, status)
    returned, out, _ = await ended(process)
    assert returned == code
    assert json.loads(out) == result(attempt.run_id, status)


class Line:
    """A connection that can be cut, as cables and proxies are."""

    def __init__(self) -> None:
        self.open: set[asyncio.StreamWriter] = set()
        self.made = 0

    def cut(self) -> None:
        for writer in self.open:
            writer.transport.abort()


@asynccontextmanager
async def line_to(api: Api) -> AsyncGenerator[tuple[str, Line]]:
    """A gateway's address through a line."""
    line = Line()

    async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        its_reader, its_writer = await asyncio.open_connection("127.0.0.1", urlsplit(api.url).port)
        line.made += 1
        line.open |= {writer, its_writer}
        await asyncio.gather(pump(reader, its_writer), pump(its_reader, writer), return_exceptions=True)
        line.open -= {writer, its_writer}

    async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            while part := await reader.read(65536):
                writer.write(part)
                await writer.drain()
        writer.close()

    server = await asyncio.start_server(pass_on, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", line
    finally:
        server.close()
        line.cut()


async def test_a_lost_connection_comes_back_and_tells_everything_once(api: Api) -> None:
    async with line_to(api) as (url, line):
        process = await started(api, *RUN, url=url)
        attempt = await begun(api)
        await api.tell(attempt.run_id, "finding", words="The first.")
        text = await heard(process, "The first.")
        line.cut()
        await api.tell(attempt.run_id, "finding", words="The second.")
        text += await heard(process, "The second.")
        await finish(api, attempt)
        code, _, rest = await ended(process)
    text += rest
    assert code == 0
    assert text.count("The first.") == text.count("The second.") == 1
    assert text.index("The connection is lost. The run continues") < text.index("The connection is back.")
    assert f"Run {attempt.run_id}: crawl-analyze-generate" in text
    assert "crawl-analyze-generate: completed" in text


@pytest.mark.parametrize("how", ["run", "show --follow"])
async def test_who_watches_no_longer_is_told_that_the_run_goes_on(api: Api, how: str) -> None:
    variables = {"MAGICAI_SERVER": ""}
    if how == "run":
        process = await started(api, "--server", api.url, *RUN, **variables)
        attempt = await begun(api)
    else:
        attempt = await api.begin(await api.start(await api.bearer()))
        process = await started(api, "--server", api.url, "show", attempt.run_id, "--follow", **variables)
    await api.tell(attempt.run_id, "finding", words="Something.")
    await heard(process, "Something.")
    process.send_signal(signal.SIGINT)
    code, _, err = await ended(process)
    assert code == 130
    assert "continues in the background" in err
    assert f"magicai --server {api.url} show {attempt.run_id} --follow" in err
    assert f"magicai --server {api.url} cancel {attempt.run_id}" in err
    assert not (await api.row(attempt.run_id)).cancel_requested


async def test_runs_are_listed_shown_and_stopped_by_a_part_of_their_id(api: Api) -> None:
    made = [await api.start(await api.bearer()) for _ in range(3)]
    theirs = await api.start(await api.bearer("bob"))
    code, out, _ = await said(api, "runs", "--limit", "2")
    assert (code, [line.split()[0] for line in out.splitlines()]) == (0, ["ID", *(one[-8:] for one in made[:0:-1])])
    code, out, _ = await said(api, "runs", "--json", "--status", "queued")
    assert [run["run_id"] for run in json.loads(out)] == made[::-1]
    answer = await api.http.get("/api/runs", params={"status": "queued"}, headers=await api.bearer())
    assert json.loads(out) == answer.json()["items"]
    code, _, err = await said(api, "cancel", made[0][-12:])
    assert (code, err) == (0, f"Run {made[0]}: cancelled.\n")
    code, out, _ = await said(api, "show", made[0])
    assert (code, out) == (130, "crawl-analyze-generate: cancelled\nTook     0 s, no cost\n")
    code, _, err = await said(api, "show", theirs)
    assert (code, err) == (2, f"There is no run '{theirs}'. To list your runs: magicai runs\n")
    code, _, err = await said(api, "show", made[0][:4])
    assert (code, "matches several" in err) == (2, True), err


async def test_what_a_run_works_on_is_listed_by_as_many_pages_as_it_takes(api: Api) -> None:
    run_id = await api.start(await api.bearer())
    attempt = await api.begin(run_id)
    await api.records.items.add(attempt, "price", "1", [NewItem(f"p{n:03}", None, "d") for n in range(250)], at=0)
    code, out, err = await said(api, "items", run_id, "--limit", "230")
    assert (code, err) == (0, "price: 250 pending\n")
    assert [line.split()[1] for line in out.splitlines()] == [f"p{n:03}" for n in range(230)]


async def test_a_run_that_failed_goes_on(api: Api) -> None:
    attempt = await api.begin(await api.start(await api.bearer()))
    await api.tell(attempt.run_id, "finding", words="Of the first attempt.")
    await finish(api, attempt, RunStatus.FAILED)
    process = await started(api, "resume")
    again = await begun(api)
    assert again.run_id == attempt.run_id
    await finish(api, again)
    code, _, err = await ended(process)
    assert code == 0
    assert "Of the first attempt." not in err
    assert (await said(api, "resume"))[2] == "There is no run to resume. To list all runs: magicai runs\n"


async def test_a_plan_who_one_is_and_what_was_used(api: Api) -> None:
    attempt = await api.begin(await api.start(await api.bearer()))
    cost = {"amount": "0.25", "currency": "USD", "prompt_tokens": 900, "completion_tokens": 100, "estimated": False}
    await finish(api, attempt, execution_time=90.0, cost=cost)
    code, out, _ = await said(api, "plan", *RUN[1:], "--json")
    assert code == 0
    assert "crawl_shops" in [step["name"] for step in json.loads(out)["steps"]]
    assert (await said(api, "me"))[1] == "ann (id-ann): user; account, read, run\n"
    assert (await said(api, "usage"))[1].splitlines() == [
        "Runs of the last 30 days: 1 completed",
        "crawl-analyze-generate: 1 min 30 s, 1,000 tokens, $0.25",
        "together: 1 min 30 s, 1,000 tokens, $0.25",
    ]


REFUSALS: dict[str, tuple[dict[str, str], int, str]] = {
    "a wrong key": ({"MAGICAI_TOKEN": "mak_wrong"}, 2, "The API key is not valid. Create an API key"),
    "none": ({"MAGICAI_TOKEN": ""}, 2, "There is no API key for http"),
    "no key": ({"MAGICAI_TOKEN": "a\nb"}, 2, "The token has characters"),
    "in the clear": ({"MAGICAI_SERVER": "http://shop.example"}, 1, "would send your token unencrypted"),
    "no address": ({"MAGICAI_SERVER": "ftp://shop.example"}, 2, "'ftp://shop.example' is not the address of a"),
    "a port": ({"MAGICAI_SERVER": "localhost:99999"}, 2, "'localhost:99999' is not the address of a gateway."),
    "nobody": ({"MAGICAI_SERVER": "localhost:9"}, 1, "No answer from the gateway at http://localhost:9: "),
}


@pytest.mark.parametrize("why", REFUSALS)
async def test_what_cannot_be_asked_is_one_sentence_and_a_way_out(api: Api, why: str) -> None:
    variables, status, words = REFUSALS[why]
    code, out, err = await said(api, "runs", **variables)
    assert (code, out) == (status, "")
    assert words in err
    assert len(err.splitlines()) == 1, err


async def test_a_key_that_may_only_read_starts_nothing(api: Api) -> None:
    code, _, err = await said(api, *RUN, token=await key(api, Scope.READ))
    assert code == 1
    assert "This API key does not have the scope 'run'." in err
    assert await api.records.runs.waiting() == []


async def test_a_site_that_is_no_gateway_is_called_so(api: Api) -> None:
    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\nConnection: close\r\n\r\nHi")
        writer.close()

    async with await asyncio.start_server(greet, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        code, _, err = await said(api, "runs", url=f"http://127.0.0.1:{port}")
    assert (code, "is not a MagicAI gateway: it answers 404 Not Found." in err) == (2, True), err


@pytest.mark.parametrize(("mode", "code"), [(0o600, 0), (0o644, 1)])
async def test_a_token_is_read_from_a_file_that_others_cannot_read(
    api: Api, tmp_path: Path, mode: int, code: int
) -> None:
    path = tmp_path / "token"
    path.write_text(f"{await key(api)}\n")
    path.chmod(mode)
    got, out, err = await said(api, "--token-file", str(path), "me", token="mak_wrong")
    assert got == code, err
    assert ("ann" in out) if code == 0 else (err == f"Other users can read the token in {path}. chmod 600 {path}\n")


@pytest.mark.parametrize("words", ["up", "doctor", "backup", "delete", "stores list", "mcp", "ui", "sample-shop"])
def test_what_is_for_this_machine_says_so(words: str) -> None:
    outcome = CliRunner(env={"MAGICAI_SERVER": "x.example"}).invoke(root, words.split())
    assert isinstance(outcome.exception, Invalid)
    said_of = outcome.exception.message
    assert (said_of.code, said_of.params["server"]) == ("command_local_only", "x.example")


async def test_the_sample_shop_and_hard_ends_are_for_this_machine(api: Api) -> None:
    run_id = await api.start(await api.bearer())
    for words in (("run", "crawl-analyze-generate", "--sample"), ("cancel", run_id, "--now")):
        code, _, err = await said(api, *words)
        assert (code, "this machine" in err) == (2, True), err
