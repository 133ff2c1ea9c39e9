from typing import Any

import pytest
from starlette.datastructures import Headers

from magicai.api.cookies import COOKIE, SIGN_IN_COOKIE, cookie_name
from magicai.api.guard import RequestGuard
from magicai.api.metrics import Metrics

OURS = f"{COOKIE}=mps_a-B_9"


@pytest.mark.parametrize("kind", ["http", "websocket"])
@pytest.mark.parametrize(
    ("sent", "seen"),
    [
        (OURS, OURS),
        (f"theme=dark; {OURS}; other=1", OURS),
        (f"{COOKIE}=first; {OURS}", OURS),
        (f"{SIGN_IN_COOKIE}=sent; a=b; {OURS}", f"{OURS}; {SIGN_IN_COOKIE}=sent"),
        ("theme=dark", None),
        (f"x{OURS}", None),
        # With Python before 3.11.10 three seconds of everybody's time, in one head.
        ('a="' + "\\\\" * 15_000 + '"', None),
        (f'{COOKIE}="' + "\\\\" * 15_000 + '"', None),
    ],
)
async def test_no_cookie_but_ours_is_read(kind: str, sent: str, seen: str | None) -> None:
    came: list[str | None] = []

    async def app(scope: Any, _receive: Any, _send: Any) -> None:
        came.append(Headers(scope=scope).get("cookie"))

    async def none(*_: Any) -> Any:
        return None

    guard = RequestGuard(app, hosts=(), origins=(), metrics=Metrics())
    headers = [(b"host", b"127.0.0.1"), (b"cookie", sent.encode())]
    await guard({"type": kind, "path": "/", "method": "GET", "headers": headers}, none, none)
    assert came == [seen]


@pytest.mark.parametrize(
    ("scheme", "host", "name"),
    [
        ("http", "127.0.0.1:8000", f"{COOKIE}_8000"),
        ("ws", "[::1]:9", f"{COOKIE}_9"),
        ("http", "[::1]", COOKIE),
        ("https", "magicai.example", f"__Host-{COOKIE}"),
        ("wss", "magicai.example:8443", f"__Host-{COOKIE}_8443"),
    ],
)
def test_a_cookie_is_that_of_a_port_and_over_tls_of_this_host_alone(scheme: str, host: str, name: str) -> None:
    assert cookie_name({"type": "http", "scheme": scheme, "headers": [(b"host", host.encode())]}) == name


@pytest.mark.parametrize(
    ("host", "here"),
    [
        ("127.0.0.1", True), ("127.0.0.1:8000", True), ("LOCALHOST:8000", True), ("[::1]", True), ("[::1]:8000", True),
        ("127.9.9.9:1", True), ("magicai.example", True), ("magicai.example:443", True), ("odd:name@x", True),
        ("127.0.0.1:8000@evil", False), ("127.0.0.1:@evil.example", False), ("evil@127.0.0.1", False),
        ("127.0.0.1:8000:8000", False), ("127.0.0.1:evil", False), ("127.0.0.1:", False), ("127.0.0.1:123456", False),
        ("127.0.0.1/x", False), ("127.0.0.1?x", False), ("127.0.0.1#", False), ("127.0.0.1\\", False),
        ("localhost:80 ", False), ("localhost:80\n", False), ("[::1]evil", False), ("[::1", False), ("::1", False),
        ("localhost,evil", False), ("evil.example", False), ("", False), ("127.0.0.1:\u0663", False),
    ],
)  # fmt: skip
async def test_a_host_is_a_name_and_a_port_and_nothing_else(host: str, *, here: bool) -> None:
    statuses: list[int] = []

    async def app(_scope: Any, _receive: Any, _send: Any) -> None:
        statuses.append(200)

    async def send(message: Any = None) -> Any:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    front = RequestGuard(app, hosts=("magicai.example", "odd:name@x"), origins=(), metrics=Metrics())
    headers = [(b"host", host.encode("utf-8"))]
    scope = {"type": "http", "path": "/", "method": "GET", "headers": headers, "client": None}
    await front(scope, send, send)
    assert statuses == [200 if here else 421]
