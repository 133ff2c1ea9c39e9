import base64
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import Message, Receive, Scope, Send

from integrations.prefect.server_guard import Guard

PORT = 4321
OWN = f"http://127.0.0.1:{PORT}"
CREDENTIAL = "magicai:hidden"


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


class Behind:
    """What is behind the guard: remembers what came through."""

    def __init__(self) -> None:
        self.reached: list[str] = []
        self.cookies: list[str | None] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.reached.append(scope["path"])
        self.cookies.append(Headers(scope=scope).get("cookie"))
        if scope["type"] == "http":
            await PlainTextResponse("prefect")(scope, receive, send)


@pytest.fixture
def behind() -> Behind:
    return Behind()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def guard(behind: Behind, clock: Clock) -> Guard:
    return Guard(behind, port=PORT, credential=CREDENTIAL, clock=clock)


@pytest.fixture
async def client(guard: Guard) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(guard), base_url=OWN) as made:
        yield made


async def link(client: httpx.AsyncClient) -> str:
    return (await client.post("/login-links", auth=("magicai", "hidden"))).json()["path"]


@pytest.mark.parametrize("host", ["evil.example", f"evil.example:{PORT}", "127.0.0.1", "127.0.0.1:1", "", "127.0.0.2"])
async def test_a_foreign_host_is_refused(client: httpx.AsyncClient, behind: Behind, host: str) -> None:
    answer = await client.get("/api/flows", headers={"Host": host})
    assert (answer.status_code, behind.reached) == (403, [])


async def test_two_hosts_are_none(client: httpx.AsyncClient, behind: Behind) -> None:
    headers = [("Host", f"127.0.0.1:{PORT}"), ("Host", "evil.example")]
    assert (await client.get("/", headers=headers)).status_code == 403
    assert behind.reached == []


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1", "http://127.0.0.1:8080", ""])
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
async def test_a_foreign_origin_is_refused(client: httpx.AsyncClient, behind: Behind, method: str, origin: str) -> None:
    answer = await client.request(method, "/api/flows/filter", headers={"Origin": origin})
    assert (answer.status_code, behind.reached) == (403, [])


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
async def test_what_another_site_embeds_is_refused(client: httpx.AsyncClient, behind: Behind, site: str) -> None:
    for mode, dest in (("no-cors", "image"), ("no-cors", "script"), ("navigate", "iframe")):
        headers = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": mode, "Sec-Fetch-Dest": dest}
        assert (await client.get("/api/health", headers=headers)).status_code == 403
    assert behind.reached == []


async def test_a_link_from_another_site_opens_a_page_and_posts_nothing(client: httpx.AsyncClient) -> None:
    headers = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
    assert (await client.get("/runs", headers=headers)).status_code == 200
    assert (await client.post("/runs", headers=headers)).status_code == 403


@pytest.mark.parametrize("host", [f"127.0.0.1:{PORT}", f"localhost:{PORT}", f"LOCALHOST:{PORT}"])
async def test_its_own_pages_and_programs_are_let_through(client: httpx.AsyncClient, behind: Behind, host: str) -> None:
    for headers in ({"Host": host}, {"Host": host, "Origin": OWN, "Sec-Fetch-Site": "same-origin"}):
        assert (await client.get("/api/flows", headers=headers)).text == "prefect"
    assert behind.reached == ["/api/flows"] * 2


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/openapi.json", "/api/docs", "/api/redoc", "/api/openapi.json"])
async def test_the_documentation_of_the_api_is_closed(client: httpx.AsyncClient, behind: Behind, path: str) -> None:
    assert ((await client.get(path)).status_code, behind.reached) == (403, [])


@pytest.mark.parametrize(
    "headers", [{"host": "evil.example"}, {"host": f"127.0.0.1:{PORT}", "origin": "https://evil.example"}]
)
async def test_a_foreign_web_socket_is_closed(guard: Guard, behind: Behind, headers: dict[str, str]) -> None:
    sent: list[Message] = []
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    scope: dict[str, Any] = {"type": "websocket", "path": "/api/events/out", "headers": raw}

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    async def send(message: Message) -> None:
        sent.append(message)

    await guard(scope, receive, send)
    assert [(message["type"], message["code"]) for message in sent] == [("websocket.close", 1008)]
    assert behind.reached == []


@pytest.mark.parametrize(("method", "path"), [("POST", "/login-links"), ("GET", "/server"), ("POST", "/leave")])
async def test_its_own_routes_are_for_who_knows_the_secret(
    client: httpx.AsyncClient, guard: Guard, method: str, path: str
) -> None:
    assert (await client.request(method, path)).status_code == 401
    assert (await client.request(method, path, auth=("magicai", "guessed"))).status_code == 401
    assert not guard.leaving
    assert (await client.request(method, path, auth=("magicai", "hidden"))).status_code == 200


async def test_the_times_of_schedules_are_told_to_who_knows_the_secret(client: httpx.AsyncClient) -> None:
    asked = {"schedules": [{"cron": "0 7 * * *"}, {"cron": "no"}], "count": 3}
    assert (await client.post("/times", json=asked)).status_code == 401
    times = (await client.post("/times", json=asked, auth=("magicai", "hidden"))).json()["times"]
    assert ([time[10:] for time in times[0]], times[1]) == (["T07:00:00+00:00"] * 3, None)


async def test_a_link_logs_in_once(client: httpx.AsyncClient) -> None:
    path = await link(client)
    page = await client.get(path)
    assert base64.b64encode(CREDENTIAL.encode()).decode() in page.text
    assert page.headers["cache-control"] == "no-store"
    again = await client.get(path)
    assert (again.status_code, "localStorage" in again.text) == (403, False)


async def test_a_link_is_of_no_use_after_five_minutes(client: httpx.AsyncClient, clock: Clock) -> None:
    path = await link(client)
    clock.now += 301
    assert (await client.get(path)).status_code == 403


@pytest.mark.parametrize(
    ("asked", "leads_to"),
    [
        ("/runs/flow-run/0198", "/runs/flow-run/0198"),
        ("//evil.example", "/"),
        ("https://evil.example", "/"),
        ("/\\evil.example", "/"),
        ("/</script><script>alert(1)", "/"),
        ("/runs\n", "/"),
    ],
)
async def test_logging_in_leads_to_a_page_of_its_own_only(client: httpx.AsyncClient, asked: str, leads_to: str) -> None:
    page = await client.get(await link(client), params={"next": asked})
    assert f"location.replace({json.dumps(leads_to)})" in page.text


async def test_a_page_that_was_left_open_is_no_program_that_needs_it(
    client: httpx.AsyncClient, guard: Guard, clock: Clock
) -> None:
    await client.get("/api/health")
    clock.now += 60
    await client.get("/api/health", headers={"Sec-Fetch-Site": "same-origin"})
    assert (guard.is_idle(1.0), guard.unneeded_s()) == (False, 60.0)


async def test_nobody_is_kept_waiting_by_a_short_idle_limit(
    client: httpx.AsyncClient, guard: Guard, clock: Clock
) -> None:
    clock.now += 100
    guard.begin()
    clock.now += 50
    assert not guard.is_idle(5.0), "whoever started it imports Prefect before asking"
    await client.get("/server", auth=("magicai", "secret"))
    clock.now += 50
    assert not guard.is_idle(5.0), "to be looked for is no use of it"
    await client.get("/api/health")
    clock.now += 4
    assert not guard.is_idle(5.0)
    clock.now += 2
    assert guard.is_idle(5.0)


async def test_no_cookie_comes_through(client: httpx.AsyncClient, behind: Behind) -> None:
    await client.get("/api/flows", headers={"Cookie": 'a="' + "\\\\" * 15_000 + '"'})
    assert behind.cookies == [None]
