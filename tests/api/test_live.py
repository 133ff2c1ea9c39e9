"""Runs as they go: in order, each once, through any gateway, and no longer than the login lasts."""

import asyncio
import json
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
from pydantic import BaseModel
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from magicai.accounts.api_keys import add_key
from magicai.accounts.identity import Scope
from magicai.accounts.passes import issue
from magicai.api import gateway
from magicai.ports import Records
from magicai.runs import registry
from magicai.runs.run import JSON, RunStatus
from magicai.runs.workflow import Message, MessageHandler, Workflow
from magicai.settings import Settings
from tests.api.conftest import Api, serving


@asynccontextmanager
async def socket(
    api: Api, run_id: str, token: str = "", query: str = "", **more: Any
) -> AsyncGenerator[ClientConnection]:
    offered = [Subprotocol("magicai.v1"), Subprotocol(f"bearer.{token}")] if token else None
    url = f"{api.url.replace('http', 'ws')}/ws/task/{run_id}{query}"
    async with connect(url, subprotocols=offered, proxy=None, **more) as opened:
        yield opened


async def told(opened: ClientConnection) -> tuple[list[dict[str, Any]], int]:
    """Every event until it closes, and the code with which it does."""
    events: list[dict[str, Any]] = []
    try:
        async with asyncio.timeout(60):
            while True:
                events.append(json.loads(await opened.recv()))
    except ConnectionClosed as exc:
        return events, exc.rcvd.code if exc.rcvd else 1006


async def code_of(api: Api, run_id: str, token: str = "", query: str = "", **more: Any) -> int:
    async with socket(api, run_id, token, query, **more) as opened:
        return (await told(opened))[1]


async def run_of_ann(api: Api, events: int = 0) -> tuple[str, Any]:
    run_id = await api.start(await api.bearer())
    attempt = await api.begin(run_id)
    for number in range(events):
        await api.tell(run_id, number=number)
    return run_id, attempt


async def finish(api: Api, run_id: str, attempt: Any, status: RunStatus = RunStatus.FAILED) -> None:
    await api.records.runs.finish(attempt, status, {"run_id": run_id, "status": status, "problems": []})


async def test_events_come_in_order_each_once_and_a_failure_is_a_failure(api: Api) -> None:
    run_id, attempt = await run_of_ann(api, 3)
    async with socket(api, run_id, await api.token()) as opened:
        assert opened.subprotocol == "magicai.v1"
        following = asyncio.create_task(told(opened))
        for number in range(50):
            await api.tell(run_id, number=number)
        await finish(api, run_id, attempt)
        events, code = await following
    assert [event["sequence"] for event in events] == list(range(1, 56))
    assert (events[-1]["kind"], events[-1]["status"], code) == ("status", "failed", 1000)


async def test_a_socket_outlasts_the_time_that_a_head_may_take(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("magicai.api.head_limits.HEAD_LIMIT_S", 0.2)
    run_id, attempt = await run_of_ann(api)
    async with socket(api, run_id, await api.token()) as opened:
        await asyncio.sleep(0.6)
        await finish(api, run_id, attempt)
        events, code = await told(opened)
    assert (events[-1]["status"], code) == ("failed", 1000)


@pytest.mark.parametrize("after", [0, 1, 7, 11, 99])
async def test_it_goes_on_after_a_sequence(api: Api, after: int) -> None:
    run_id, attempt = await run_of_ann(api, 10)
    await finish(api, run_id, attempt)
    async with socket(api, run_id, await api.token(), f"?after={after}") as opened:
        events, code = await told(opened)
    assert [event["sequence"] for event in events] == list(range(after + 1, 13))
    assert code == 1000


async def test_many_events_and_many_readers_miss_nothing(api: Api) -> None:
    run_id, attempt = await run_of_ann(api, 700)
    token = await api.token()

    async def read(after: int) -> list[int]:
        async with socket(api, run_id, token, f"?after={after}") as opened:
            return [event["sequence"] for event in (await told(opened))[0]]

    reading = [asyncio.create_task(read(after)) for after in (0, 0, 3, 500, 699, 701, 0)]
    for number in range(600):
        await api.tell(run_id, number=number)
    await finish(api, run_id, attempt)
    for sequences, after in zip(await asyncio.gather(*reading), (0, 0, 3, 500, 699, 701, 0), strict=True):
        assert sequences == list(range(after + 1, 1303))


async def test_a_reader_who_reads_nothing_holds_up_nobody(api: Api) -> None:
    run_id, attempt = await run_of_ann(api)
    token = await api.token()
    # It reads no goodbye either, so that its end is waited for in vain.
    async with socket(api, run_id, token, max_queue=1, close_timeout=0.2), socket(api, run_id, token) as other:
        following = asyncio.create_task(told(other))
        for number in range(100):
            await api.tell(run_id, number=number, words="x" * 20_000)
        await finish(api, run_id, attempt)
        assert len((await following)[0]) == 102


async def test_a_socket_moved_to_another_gateway_misses_nothing(settings: Settings) -> None:
    async with serving(settings) as one, serving(settings) as two:
        run_id, attempt = await run_of_ann(one)
        seen: list[int] = []
        token = await one.token()

        async def write() -> None:
            for number in range(120):
                await one.tell(run_id, number=number)
                await asyncio.sleep(0.002)
            await finish(one, run_id, attempt)

        writing = asyncio.create_task(write())
        for turn in range(100):
            async with socket((one, two)[turn % 2], run_id, token, f"?after={seen[-1] if seen else 0}") as opened:
                try:
                    for _ in range(10):
                        event = json.loads(await opened.recv())
                        seen.append(event["sequence"])
                except ConnectionClosed:
                    break
        await writing
    assert seen == list(range(1, 123))


async def test_who_may_not_see_it_is_told_so_by_the_code(api: Api) -> None:
    run_id, _ = await run_of_ann(api)
    assert await code_of(api, run_id) == 4401
    assert await code_of(api, run_id, "nonsense") == 4401
    assert await code_of(api, run_id, await api.token("bob")) == 4404
    assert await code_of(api, "none", await api.token()) == 4404
    assert await code_of(api, run_id, query="?ticket=none") == 4401
    for after in ("-1", "x", "9" * 40, "1.5", "%F0%9F%98%80", "٣"):
        assert await code_of(api, run_id, await api.token(), f"?after={after}") == 4422
    with pytest.raises(Exception, match=r"403|1008|rejected"):
        await code_of(api, run_id, await api.token(), origin="https://evil.example")


async def test_a_ticket_opens_one_socket(api: Api) -> None:
    run_id, attempt = await run_of_ann(api)
    await finish(api, run_id, attempt)
    bearer, path = await api.bearer(), {"path": f"/ws/task/{run_id}"}
    ticket = (await api.http.post("/api/tickets", headers=bearer, params=path)).json()["ticket"]
    assert await code_of(api, run_id, query=f"?ticket={ticket}") == 1000
    assert await code_of(api, run_id, query=f"?ticket={ticket}") == 4401
    other = (await api.http.post("/api/tickets", headers=bearer, params={"path": "/ws/task/x"})).json()["ticket"]
    assert await code_of(api, run_id, query=f"?ticket={other}") == 4401


async def test_the_pages_cookie_opens_a_socket_with_its_secret_alone(api: Api) -> None:
    run_id, attempt = await run_of_ann(api)
    await finish(api, run_id, attempt)
    link = await issue(api.gateway.cache, "link", {"user_id": "id-ann"})
    opened = await api.http.post("/api/session/link", json={"link": link})
    brought = {"Cookie": opened.headers["set-cookie"].partition(";")[0]}
    assert await code_of(api, run_id, additional_headers=brought) == 4401
    for secret, code in (("wrong", 4401), (opened.json()["page_secret"], 1000)):
        offered = [Subprotocol("magicai.v1"), Subprotocol(f"page.{secret}")]
        url = f"{api.url.replace('http', 'ws')}/ws/task/{run_id}"
        async with connect(url, subprotocols=offered, additional_headers=brought, proxy=None) as page:
            assert (await told(page))[1] == code
            assert page.subprotocol == "magicai.v1"


async def test_a_user_has_so_many_sockets_and_streams_and_no_more(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gateway, "SOCKETS_PER_USER", 2)
    async with serving(settings) as api:
        run_id, _ = await run_of_ann(api, 1)
        token, stream = await api.token(), f"/api/runs/{run_id}/events/stream"
        bearer = {"Authorization": f"Bearer {token}"}
        async with socket(api, run_id, token) as first:
            await first.recv()
            async with api.http.stream("GET", stream, headers=bearer) as second:
                lines = second.aiter_lines()  # held: a client ends what nobody reads any more
                assert (await anext(lines)).startswith("id: 1")
                assert await code_of(api, run_id, token) == 1013
                refused = await api.http.get(stream, headers=bearer)
                assert (refused.status_code, refused.json()["way"]["code"]) == (429, "close_a_socket")
                assert await code_of(api, "none", await api.token("bob")) == 4404
        for _ in range(3):  # those that ended count no more
            async with socket(api, run_id, token) as again:
                await again.recv()


@pytest.mark.parametrize("sent", ["half a body", "half a file", "a stream", "a socket", "half a handshake"])
async def test_who_hangs_up_leaves_no_traceback(api: Api, caplog: pytest.LogCaptureFixture, sent: str) -> None:
    run_id, _ = await run_of_ann(api, 1)
    head = f"Host: 127.0.0.1\r\nAuthorization: Bearer {await api.token()}\r\n"
    upgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    said = {
        "half a body": "POST /api/tokens/revoke HTTP/1.1\r\nContent-Type: application/json\r\n"
        f"Content-Length: 900\r\n{head}\r\n{{",
        "half a file": f"POST /api/files?name=a.csv HTTP/1.1\r\nContent-Length: 900\r\n{head}\r\nsku",
        "a stream": f"GET /api/runs/{run_id}/events/stream HTTP/1.1\r\n{head}\r\n",
        "a socket": f"GET /ws/task/{run_id} HTTP/1.1\r\n{upgrade}{key}{head}\r\n",
        "half a handshake": f"GET /ws/task/{run_id} HTTP/1.1\r\n{upgrade}{head}\r\n",
    }[sent]
    for wait_s in (0.0, 0.2):
        reader, writer = await asyncio.open_connection("127.0.0.1", int(api.url.rpartition(":")[2]))
        writer.write(said.encode())
        await writer.drain()
        if wait_s:
            await asyncio.sleep(wait_s)
        writer.transport.abort()
        del reader
    await asyncio.sleep(0.3)
    await api.tell(run_id)
    await asyncio.sleep(0.2)
    assert (await api.http.get("/health/live")).status_code == 200
    told = [record for record in caplog.records if record.exc_info or record.levelname in ("ERROR", "CRITICAL")]
    assert [record.getMessage() for record in told] == []


async def test_a_socket_closes_when_its_login_ends(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("magicai.api.routes.live._LOOK_AGAIN_S", 0.1)
    run_id, _ = await run_of_ann(api)
    token = await api.token()
    async with socket(api, run_id, token) as opened:
        await opened.recv()
        await api.records.identities.change_user("id-ann", password_hash="changed")
        assert (await told(opened))[1] == 4401


class Feedback(BaseModel):
    rating: int


async def thank(_records: Records, message: Message[Feedback]) -> JSON:
    return {"thanks": message.run.run_id}


@pytest.fixture
def takes_feedback(monkeypatch: pytest.MonkeyPatch) -> None:
    """The workflow takes feedback."""
    handler = MessageHandler(body=Feedback, handle=thank)
    known = replace(registry.workflow("crawl-analyze-generate"), messages={"feedback": handler})
    named: Callable[[str], Workflow] = lambda _: known  # noqa: E731
    monkeypatch.setattr(registry, "workflow", named)


async def answered(opened: ClientConnection, words: str | bytes) -> dict[str, Any]:
    """What is answered to what is said, events left out."""
    await opened.send(words)
    async with asyncio.timeout(60):
        while "type" not in (answer := json.loads(await opened.recv())):
            pass
    return answer


@pytest.mark.usefixtures("takes_feedback")
async def test_what_a_client_says_reaches_who_waits_for_it_even_after_the_end(api: Api) -> None:
    run_id, attempt = await run_of_ann(api)
    await finish(api, run_id, attempt)
    said = {"type": "feedback", "id": "7", "rating": 5}
    expected = {"type": "ack", "id": "7", "data": {"thanks": run_id}}
    async with socket(api, run_id, await api.token(), "?stay=1") as opened:
        assert await answered(opened, json.dumps(said)) == expected
    path = f"/api/runs/{run_id}/messages"
    answer = await api.http.post(path, headers=await api.bearer(), json=said)
    assert (answer.status_code, answer.json()) == (200, expected)
    assert (await api.http.post(path, headers=await api.bearer("bob"), json=said)).status_code == 404
    wrong = await api.http.post(path, headers=await api.bearer(), json={**said, "rating": "x"})
    assert (wrong.status_code, "rating is 'x'" in wrong.json()["detail"]) == (422, True)


SAID: dict[str, tuple[str | bytes, int, str]] = {
    "another type": ('{"type": "shout", "id": "1"}', 404, "It accepts: feedback"),
    "a wrong field": ('{"type": "feedback", "id": "1", "rating": "x"}', 422, "rating is 'x'"),
    "no type": ('{"id": "1"}', 422, "type is missing"),
    "no JSON": ("hello", 422, "not JSON"),
    "no text": (b"\xff", 422, "not bytes"),
    "too much": (json.dumps({"type": "feedback", "id": "1", "words": "x" * 20_000}), 422, "larger than 16 kB"),
    "nested": ("[" * 5000, 422, "nested too deep"),
}


@pytest.mark.usefixtures("takes_feedback")
@pytest.mark.parametrize("words", SAID)
async def test_what_nobody_waits_for_is_answered_and_the_socket_stays_open(api: Api, words: str) -> None:
    run_id, _ = await run_of_ann(api)
    said, status, why = SAID[words]
    async with socket(api, run_id, await api.token()) as opened:
        answer = await answered(opened, said)
        assert (answer["type"], answer["error"]["status"]) == ("error", status)
        assert why in f"{answer['error']['detail']} {answer['error']['way_out']}"
        assert answer["id"] == ("1" if words in ("another type", "a wrong field", "no type") else None)
        assert (await answered(opened, '{"type": "feedback", "rating": 1}'))["type"] == "ack"


async def test_a_workflow_without_messages_says_that_nobody_waits(api: Api) -> None:
    run_id, _ = await run_of_ann(api)
    async with socket(api, run_id, await api.token()) as opened:
        answer = await answered(opened, '{"type": "feedback", "id": "1"}')
    assert (answer["error"]["type"], answer["id"]) == ("urn:magicai:problem:conflict", "1")
    assert "Nothing waits for 'feedback'" in answer["error"]["detail"]


@pytest.mark.usefixtures("takes_feedback")
async def test_who_may_only_look_says_nothing_and_too_much_is_refused(settings: Settings) -> None:
    async with serving(settings.model_copy(update={"rate_run": 3})) as api:
        run_id, _ = await run_of_ann(api)
        _, secret = await add_key(
            api.records.identities, await api.user(), "k", frozenset({Scope.READ}), days=None, once=None
        )
        async with socket(api, run_id, secret or "") as opened:
            assert (await answered(opened, '{"type": "feedback", "rating": 1}'))["error"]["status"] == 403
        async with socket(api, run_id, await api.token()) as opened:
            told_ = [await answered(opened, '{"type": "feedback", "rating": 1}') for _ in range(3)]
        assert [one["type"] for one in told_] == ["ack", "error", "error"]
        assert told_[-1]["error"]["status"] == 429


Frame = Callable[[ClientConnection], Awaitable[Any]]
FRAMES: dict[str, Frame] = {
    "text": lambda opened: opened.send("hello"),
    "binary": lambda opened: opened.send(b"\xff" * 100),
    "JSON": lambda opened: opened.send('{"type": "websocket.disconnect"}'),
    "many": lambda opened: asyncio.gather(*(opened.send("x") for _ in range(500))),
    "a ping": lambda opened: opened.ping("x"),
    "much": lambda opened: opened.send("x" * 1_000_000),
}


@pytest.mark.parametrize("frame", FRAMES)
async def test_what_a_client_says_breaks_nothing(api: Api, frame: str) -> None:
    run_id, attempt = await run_of_ann(api)
    token = await api.token()
    async with socket(api, run_id, token) as opened:
        await opened.recv()
        await FRAMES[frame](opened)
        await finish(api, run_id, attempt)
        assert (await told(opened))[1] == (1009 if frame == "much" else 1000)
    assert await code_of(api, run_id, token) == 1000


async def test_server_sent_events_go_on_where_they_were_cut(api: Api) -> None:
    run_id, attempt = await run_of_ann(api, 5)
    await finish(api, run_id, attempt)
    path, headers = f"/api/runs/{run_id}/events/stream", await api.bearer()
    whole = (await api.http.get(path, headers=headers)).text
    assert [line for line in whole.splitlines() if line.startswith("id: ")] == [f"id: {n}" for n in range(1, 8)]
    rest = (await api.http.get(path, headers={**headers, "Last-Event-ID": "5"})).text
    assert [line for line in rest.splitlines() if line.startswith("id: ")] == ["id: 6", "id: 7"]
    assert json.loads(rest.splitlines()[-2].removeprefix("data: "))["status"] == "failed"


async def test_nothing_is_looked_at_for_readers_who_have_gone(api: Api) -> None:
    run_id, _ = await run_of_ann(api)
    async with socket(api, run_id, await api.token()) as opened:
        await opened.recv()
        assert api.gateway.tails.followed == [run_id]
    async with asyncio.timeout(120):
        while api.gateway.tails.followed:  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0.02)
