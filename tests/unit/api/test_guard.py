from typing import Any

import pytest
from starlette.datastructures import Headers

from magicai.api.access import COOKIE
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
