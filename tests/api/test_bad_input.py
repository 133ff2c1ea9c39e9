"""What is no request, or one that means harm: refused with a reason, and the gateway stays up."""

import asyncio
import json
import re
from typing import Any
from urllib.parse import quote, urlsplit

import pytest

from magicai.accounts.identity import Role
from tests.api.conftest import CRAWL, SHOP, Api

HEAD = f"POST {CRAWL} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nAuthorization: Bearer "


async def raw(api: Api, *parts: bytes, limit_s: float = 60.0) -> bytes:
    """What comes back to bytes, until the connection ends or an answer is there."""
    port = urlsplit(api.url).port
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    got = b""
    try:
        async with asyncio.timeout(limit_s):
            for part in parts:
                writer.write(part)
                await writer.drain()
            while part := await reader.read(65536):
                got += part
                if b"\r\n\r\n" in got:
                    break
    except (ConnectionError, TimeoutError):
        pass
    finally:
        writer.close()
    return got


async def is_up(api: Api) -> bool:
    return (await api.http.get("/health/live")).status_code == 200


BODIES: dict[str, tuple[bytes, int]] = {
    "nothing": (b"", 400),
    "a key twice": (b'{"competitor_url": "a.example", "competitor_url": "b.example"}', 400),
    "a key twice, deep": (b'{"competitor_url": [{"a": 1, "a": 2}]}', 400),
    "not UTF-8": (b'{"competitor_url": "\xff\xfe"}', 400),
    "UTF-16": (json.dumps(SHOP).encode("utf-16"), 400),
    "half a surrogate pair": (b'{"competitor_url": "a.example/\\ud800"}', 400),
    "nested deep": (b"[" * 100_000 + b"]" * 100_000, 400),
    "open for ever": (b'{"a":' * 50_000, 400),
    "a huge number": (b'{"competitor_url": "a.example", "max_pages": ' + b"9" * 100_000 + b"}", 400),
    "a huge exponent": (b'{"competitor_url": "a.example", "max_pages": 1e999999}', 400),
    "not a number": (b'{"competitor_url": "a.example", "max_pages": NaN}', 400),
    "infinity": (b'{"competitor_url": "a.example", "max_pages": Infinity}', 400),
    "two documents": (b"{}{}", 400),
    "a comment": (b"{/* */}", 400),
    "a byte order mark": (b"\xef\xbb\xbf{}", 400),
    "a number too large": (b'{"competitor_url": "a.example", "max_pages": 99999999999999999999}', 422),
    "NUL": (b'{"competitor_url": "a\\u0000.example"}', 422),
    "__proto__": (b'{"competitor_url": "a.example", "__proto__": {}}', 422),
    "HTML in a name": (b'{"<script>alert(1)</script>": 1}', 422),
    "escaped quotes without end": (b'{"competitor_url": "' + b'\\"' * 490_000, 400),
    "an exponent again and again": (b'{"competitor_url": [' + b"1e300," * 160_000 + b"1]}", 422),
    "many names": (b"{" + b",".join(b'"k%d":1' % number for number in range(9000)) + b"}", 422),
    "too large": (b'{"competitor_url": "' + b"a" * 1_100_000 + b'"}', 413),
}


@pytest.mark.parametrize("body", BODIES)
async def test_a_body_that_is_none_is_refused_with_a_reason(api: Api, body: str) -> None:
    sent, status = BODIES[body]
    headers = {**await api.bearer(), "Content-Type": "application/json"}
    answer = await api.http.post(CRAWL, headers=headers, content=sent)
    assert answer.status_code == status, answer.text[:300]
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"]
    assert len(answer.content) < 3000
    assert (await api.http.get("/api/runs", headers=headers)).json()["items"] == []


@pytest.mark.parametrize("value", ["a\0b", "x" * 5000], ids=("NUL", "long"))
async def test_no_text_of_a_request_breaks_anything(api: Api, value: str) -> None:
    """Wherever it goes: a path, the records, a header, a file's name."""
    described: dict[str, dict[str, Any]] = api.app.openapi()
    components = described["components"]["schemas"]
    own = {**SHOP, "own_catalogue": value}
    asked: list[tuple[str, str, dict[str, str], Any]] = [("POST", CRAWL, {}, own)]
    for path, methods in described["paths"].items():
        if path.startswith(("/api/workflow", "/api/plans")):
            continue
        for method, one in methods.items():
            names = [parameter["name"] for parameter in one.get("parameters", []) if parameter["in"] == "query"]
            body = one.get("requestBody", {}).get("content", {}).get("application/json", {})
            shape = components.get(body.get("schema", {}).get("$ref", "").rpartition("/")[2], {})
            where = re.sub(r"\{\w+\}", quote(value, safe=""), path)
            asked += [(method, where, {}, None), *((method, path, {name: value}, None) for name in names)]
            asked += [(method, path, {}, {**body["example"], name: value}) for name in shape.get("properties", {})]
    for method, path, query, body in asked:
        admin = await api.bearer("root", Role.ADMIN)  # anew, since one of the routes logs out
        headers = {**admin, "Idempotency-Key": re.sub(r"[^!-~]", "?", value)}
        answer = await api.http.request(method, path, headers=headers, params=query or None, json=body)
        assert answer.status_code < 500, f"{method} {path[:80]} {query} {str(body)[:80]}: {answer.text[:200]}"
    assert len(asked) > 60


@pytest.mark.parametrize(
    "kind", ["", "text/plain", "application/xml", "multipart/form-data; boundary=x", "application/jsonp", "a" * 500]
)
async def test_a_body_of_another_kind_is_refused(api: Api, kind: str) -> None:
    headers = {**await api.bearer(), "Content-Type": kind}
    answer = await api.http.post(CRAWL, headers=headers, content=json.dumps(SHOP))
    assert answer.status_code == 415


async def test_before_a_login_little_is_read(api: Api) -> None:
    sent = b'{"name": "ann", "password": "' + b'\\"' * 8_000
    for path in ("/api/tokens", "/api/tokens/refresh", "/api/tokens/revoke", "/api/session"):
        answer = await api.http.post(path, headers={"Content-Type": "application/json"}, content=sent)
        assert (answer.status_code, answer.json()["detail"]) == (413, "The body is larger than 16 kB.")
        assert answer.json()["way_out"]


async def test_a_compressed_body_is_refused(api: Api) -> None:
    headers = {**await api.bearer(), "Content-Type": "application/json", "Content-Encoding": "gzip"}
    assert (await api.http.post(CRAWL, headers=headers, content=b"\x1f\x8b")).status_code == 415


async def test_a_body_that_stays_away_is_not_waited_for(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("magicai.api.bodies.LIMIT_S", 0.2)
    head = f"{HEAD}{await api.token()}\r\nContent-Length: 100\r\n\r\n".encode()
    got = await raw(api, head, b'{"compet')
    assert b" 408 " in got.split(b"\r\n")[0]


async def test_a_body_that_is_cut_makes_no_run(api: Api) -> None:
    head = f"{HEAD}{await api.token()}\r\nContent-Length: 100\r\n\r\n".encode()
    await raw(api, head, b'{"competitor_url": "a.example"}', limit_s=0.5)
    assert (await api.http.get("/api/runs", headers=await api.bearer())).json()["items"] == []
    assert await is_up(api)


async def test_a_head_that_stays_away_is_not_waited_for(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("magicai.api.head_limits.HEAD_LIMIT_S", 0.2)
    for begun in (b"", b"GET / HT", b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: "):
        async with asyncio.timeout(120):
            assert b"200" not in await raw(api, begun)
    assert await is_up(api)


async def test_half_a_second_head_is_not_waited_for_either(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("magicai.api.head_limits.HEAD_LIMIT_S", 0.2)
    reader, writer = await asyncio.open_connection("127.0.0.1", urlsplit(api.url).port)
    async with asyncio.timeout(120):
        for _ in range(2):
            writer.write(b"GET /health/live HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            assert (await reader.readuntil(b"}}")).startswith(b"HTTP/1.1 200")
        writer.write(b"GET /health/live HTTP/1.1\r\nHo")
        assert await reader.read() == b""
    writer.close()


async def test_requests_that_come_at_once_are_answered_in_turn(api: Api) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", urlsplit(api.url).port)
    ask = b"GET /health/live HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    writer.write((ask + b"\r\n") * 50 + ask + b"Connection: close\r\n\r\n")
    async with asyncio.timeout(60):
        assert (await reader.read()).count(b"HTTP/1.1 200") == 51
    writer.close()


async def test_what_comes_behind_a_body_is_no_header(api: Api) -> None:
    for trailer in (f"Authorization: Bearer {await api.token()}", "Host: evil.example", "Origin: https://evil.example"):
        head = "POST /api/api-keys HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        body = "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n" + trailer + "\r\n\r\n"
        assert b" 401 " in (await raw(api, (head + body).encode())).split(b"\r\n")[0]


async def test_headers_behind_a_body_are_not_read_without_end(api: Api) -> None:
    head = f"{HEAD}{await api.token()}\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{{}}\r\n0\r\n".encode()
    got = await raw(api, head, b"X: a\r\n" * 200_000)
    assert not got or got.split()[1][:1] == b"4", got[:200]
    assert await is_up(api)


HEADS: dict[str, bytes] = {
    "1 MB in one header": b"GET /health/live HTTP/1.1\r\nHost: 127.0.0.1\r\nX: " + b"a" * 1_000_000 + b"\r\n\r\n",
    "1 MB of headers": b"GET /health/live HTTP/1.1\r\nHost: 127.0.0.1\r\n" + b"X: a\r\n" * 170_000 + b"\r\n",
    "1 MB of address": b"GET /" + b"a" * 1_000_000 + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    "no HTTP": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
    "no method": b"/ HTTP/1.1\r\n\r\n",
    "no Host": b"GET /api/me HTTP/1.1\r\n\r\n",
    "two Hosts": b"GET /api/me HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: evil.example\r\n\r\n",
    "two lengths": b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
    "length and chunks": b"POST /api/tokens HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "a length below zero": b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: -1\r\n\r\n",
    "NUL in a header": b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: a\x00b\r\n\r\n",
    "a line that is folded": b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: a\r\n\tb\nc\r\n\r\n",
    "HTTP/9": b"GET / HTTP/9.9\r\nHost: 127.0.0.1\r\n\r\n",
    "a whole address": b"GET http://evil.example/api/me HTTP/1.1\r\nHost: evil.example\r\n\r\n",
}


@pytest.mark.parametrize("head", HEADS)
async def test_a_head_that_is_none_is_refused(api: Api, head: str) -> None:
    got = await raw(api, HEADS[head])
    assert not got or got.split()[1][:1] == b"4", got[:200]
    assert await is_up(api)


@pytest.mark.parametrize(
    "path",
    [
        "/../../etc/passwd", "/assets/../../../settings.py", "/assets/..%2f..%2f..%2fsettings.py", "/%2e%2e/%2e%2e/etc",
        "/assets/%00", "/assets//etc/passwd", "//etc/passwd", "/..\\..\\x", "/.env", "/.git/config", "/index.html/..",
        "/api/runs/../users", "/api//runs", "/api/runs/", "/login/../api/me", "/%ff%fe", "/assets/" + "a/" * 2000,
    ],
)  # fmt: skip
async def test_tricks_with_paths_lead_nowhere(api: Api, path: str) -> None:
    got = await raw(api, f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
    assert got.split()[1] in (b"404", b"401", b"400"), got[:200]
    assert b"root:" not in got


async def test_methods_that_a_route_does_not_know_are_refused(api: Api) -> None:
    headers = await api.bearer()
    for method in ("DELETE", "TRACE", "PUT", "PROPFIND"):
        answer = await api.http.request(method, "/api/runs", headers=headers)
        assert answer.status_code == 405, method
        assert answer.json()["type"] == "urn:magicai:problem:not-allowed"
    unheard_of = await api.http.request("FOO", "/api/runs", headers=headers)
    assert unheard_of.status_code == 400
    assert unheard_of.json()["type"] == "urn:magicai:problem:malformed"


@pytest.mark.parametrize("query", ["limit=0", "limit=x", "limit=201", "status=done", "limit=1e3", "cursor=nothing"])
async def test_a_query_that_is_none_is_refused(api: Api, query: str) -> None:
    answer = await api.http.get(f"/api/runs?{query}", headers=await api.bearer())
    assert answer.status_code in (404, 422)


@pytest.mark.parametrize("key", ["", "a" * 129, "a b", "é".encode().decode("latin-1")])
async def test_an_idempotency_key_that_can_be_none_is_refused(api: Api, key: str) -> None:
    headers = [*(await api.bearer()).items(), ("Idempotency-Key", key)]
    sent = [(name.encode(), value.encode("latin-1")) for name, value in headers]
    assert (await api.http.post(CRAWL, headers=sent, json=SHOP)).status_code == 422


async def test_a_hundred_connections_that_say_nothing_hold_up_nobody(api: Api) -> None:
    port = urlsplit(api.url).port
    silent = [await asyncio.open_connection("127.0.0.1", port) for _ in range(100)]
    assert await is_up(api)
    for _, writer in silent:
        writer.close()
