"""What others say about a request: proxies that are believed, pages of other sites that may call."""

from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Origin, Subprotocol

from magicai.accounts.passes import issue
from magicai.errors import Temporary
from magicai.settings import Settings
from tests.api.conftest import Api, serving

NO_LINK = {"link": "none"}
SHOP = "https://shop.example"


async def statuses(api: Api, *addresses: str) -> list[int]:
    """What strangers get who come from these addresses, one after the other, as a proxy says."""
    return [
        (await api.http.post("/api/session/link", json=NO_LINK, headers={"X-Forwarded-For": address})).status_code
        for address in addresses
    ]


async def test_strangers_behind_a_proxy_that_is_believed_are_counted_apart(settings: Settings) -> None:
    behind = settings.model_copy(update={"proxies": ("127.0.0.1",), "rate_nobody": 2})
    async with serving(behind) as api:
        assert await statuses(api, "1.1.1.1", "2.2.2.2", "1.1.1.1", "1.1.1.1", "2.2.2.2") == [401, 401, 401, 429, 401]
        # What a stranger has put there themselves stands before what the proxy adds.
        assert await statuses(api, "9.9.9.9, 1.1.1.1", "1.1.1.1, 3.3.3.3") == [429, 401]


async def test_through_one_that_is_not_listed_nobody_logs_in(api: Api) -> None:
    """All who come through it would be one address: one of them could lock out everybody else."""
    assert await statuses(api, "1.1.1.1", "2.2.2.2") == [403, 403]
    login = {"name": "ann", "password": "wrong"}
    told = await api.http.post("/api/tokens", json=login, headers={"Forwarded": "for=1.1.1.1"})
    assert (told.status_code, "MAGICAI_PROXIES" in told.text) == (403, True)
    # Whoever has logged in is known, whichever way they come.
    known = await api.http.get("/api/me", headers={**await api.bearer(), "X-Forwarded-For": "1.1.1.1"})
    assert known.status_code == 200


async def test_a_wrong_proof_is_counted_by_address_and_a_right_one_is_not(settings: Settings) -> None:
    async with serving(settings.model_copy(update={"rate_nobody": 2})) as api:
        run_id = await api.start(await api.bearer())
        wrong = {"Authorization": "Bearer wrong"}
        answers = [await api.http.get("/api/me", headers=given) for given in (wrong, {}, wrong)]
        assert [answer.status_code for answer in answers] == [401, 401, 429]
        assert int(answers[-1].headers["retry-after"]) > 0
        assert (await api.http.get("/mcp", headers=wrong)).status_code == 429
        async with connect(f"{api.url.replace('http', 'ws')}/ws/task/{run_id}?ticket=x", proxy=None) as socket:
            with pytest.raises(ConnectionClosed):
                await socket.recv()
            assert socket.close_code == 1013
        assert (await api.http.get("/api/me", headers=await api.bearer())).status_code == 200


@pytest.mark.parametrize(("proxies", "secure"), [(("127.0.0.1",), True), ((), False)])
async def test_a_cookie_is_for_https_only_where_a_proxy_says_so(
    settings: Settings, proxies: tuple[str, ...], *, secure: bool
) -> None:
    async with serving(settings.model_copy(update={"proxies": proxies})) as api:
        user = await api.user()
        link = await issue(api.gateway.cache, "link", {"user_id": user.user_id})
        over = {"X-Forwarded-Proto": "https"}
        answer = await api.http.post("/api/session/link", json={"link": link}, headers=over)
        cookie = answer.headers["set-cookie"]
        back = {**over, "X-Page-Secret": answer.json()["page_secret"], "Cookie": cookie.partition(";")[0]}
        assert (await api.http.get("/api/session", headers=back)).status_code == 200
    assert ("; Secure" in cookie) is secure
    assert cookie.startswith("__Host-") is secure
    assert "domain" not in cookie.lower()


async def test_a_page_of_a_site_that_is_listed_may_call_and_no_other(settings: Settings) -> None:
    async with serving(settings.model_copy(update={"origins": (SHOP,)})) as api:
        bearer = await api.bearer()
        asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}
        preflight = await api.http.options("/api/runs", headers={"Origin": SHOP, **asked})
        assert preflight.status_code == 200
        assert preflight.headers["access-control-allow-origin"] == SHOP
        assert "authorization" in preflight.headers["access-control-allow-headers"].lower()
        answer = await api.http.get("/api/me", headers={**bearer, "Origin": SHOP, "Sec-Fetch-Site": "cross-site"})
        assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (200, SHOP)
        # Never with the page's cookie: only who holds a token may call from there.
        assert "access-control-allow-credentials" not in answer.headers
        for origin in ("https://evil.example", "https://shop.example.evil.example", "http://shop.example", "null"):
            refused = await api.http.options("/api/runs", headers={"Origin": origin, **asked})
            assert refused.status_code == 403, origin
            assert "access-control-allow-origin" not in refused.headers
        run_id = await api.start(bearer)
        offered = [Subprotocol("magicai.v1"), Subprotocol(f"bearer.{await api.token()}")]
        url = f"{api.url.replace('http', 'ws')}/ws/task/{run_id}"
        async with connect(url, subprotocols=offered, origin=Origin(SHOP), proxy=None) as socket:
            assert socket.subprotocol == "magicai.v1"
        with pytest.raises(InvalidStatus):
            async with connect(url, subprotocols=offered, origin=Origin("https://evil.example"), proxy=None):
                pass


async def test_whoever_is_not_known_is_told_no_host_of_a_store(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    async def gone(*_: Any, **__: Any) -> None:
        raise Temporary("PostgreSQL at db.internal:5432/secret does not answer")

    for name in ("key_of", "credentials", "session_of"):
        monkeypatch.setattr(type(api.records.identities), name, gone)
    monkeypatch.setattr(type(api.records.leases), "current", gone)
    key = {"Authorization": "Bearer mak_x"}
    answers = [
        await api.http.get("/api/me", headers=key),
        await api.http.post("/api/tokens", json={"name": "ann", "password": "x"}),
        await api.http.get("/health/ready"),
    ]
    assert [answer.status_code for answer in answers] == [503] * 3
    assert all(int(answer.headers["retry-after"]) > 0 and "secret" not in answer.text for answer in answers)
    async with connect(f"{api.url.replace('http', 'ws')}/ws/task/x", additional_headers=key, proxy=None) as socket:
        with pytest.raises(ConnectionClosed):
            await socket.recv()
        assert (socket.close_code, "secret" in (socket.close_reason or "")) == (1013, False)


async def test_ready_says_what_does_not_do_its_part(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    assert (await api.http.get("/health/ready")).json() == {
        "status": "ready",
        "stores": {"records": "answers", "cache": "answers"},
    }

    await api.records.leases.acquire("down:graph:times", "3", ttl_s=600)
    answer = await api.http.get("/health/ready")
    assert answer.status_code == 200
    stores = answer.json()["stores"]
    assert stores["graph"].startswith("recently down")
    assert "search" not in stores


@pytest.mark.parametrize("broken", ["cache", "accounts", "keys", "records"])
async def test_nothing_is_ready_while_nobody_can_sign_in(
    api: Api, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    async def gone(*_: Any, **__: Any) -> Any:
        raise Temporary("something://user:secret@somewhere does not answer")

    of, name = {
        "cache": (type(api.gateway.cache), "get"),
        "accounts": (type(api.records.identities), "credentials"),
        "keys": (type(api.gateway.ports.signing_keys), "known"),
        "records": (type(api.records.leases), "acquire"),  # read, but not written
    }[broken]
    monkeypatch.setattr(of, name, gone)
    answer = await api.http.get("/health/ready")
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
    assert "secret" not in answer.text
