"""What lets people in and mails them is set while the gateway runs, tested, used at once, and reset."""

from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from integrations.openid.provider import CALLBACK
from magicai.accounts.identity import Role
from magicai.settings import Settings
from tests.api.conftest import Api
from tests.api.lying_provider import CLIENT, SECRET, LyingProvider
from tests.contract.mail.receiver import Receiver

PUBLIC = "http://magicai.example"


@pytest.fixture
async def provider() -> AsyncIterator[LyingProvider]:
    made = LyingProvider()
    await made.server.start_server()
    yield made
    await made.server.close()


@pytest.fixture
def settings(home: Path, provider: LyingProvider) -> Settings:
    """A closed network's: that the provider may be asked there is not for the page to say."""
    allowed = (provider.issuer.removeprefix("http://"),)
    return Settings(home=home, runs_at_once=0, model="none", public_url=PUBLIC, oidc_allow_hosts=allowed)


async def change(api: Api, headers: dict[str, str], **values: object) -> None:
    for name, value in values.items():
        put = await api.http.put(f"/api/settings/{name}", json={"value": value, "version": 0}, headers=headers)
        assert put.status_code == 200, put.text


async def test_a_provider_is_set_tested_and_used_without_a_restart(api: Api, provider: LyingProvider) -> None:
    api.http.headers["Host"] = urlsplit(PUBLIC).netloc
    root = await api.bearer("root", Role.ADMIN)
    shown = (await api.http.get("/api/sign-in", headers=root)).json()
    assert shown == {"redirect_uri": f"{PUBLIC}{CALLBACK}", "is_set_up": False}
    untested = await api.http.post("/api/sign-in/test", headers=root)
    assert (untested.status_code, untested.json()["message"]["code"]) == (409, "oidc_not_configured")
    await change(api, root, oidc_issuer=provider.issuer, oidc_client_id=CLIENT, oidc_client_secret=SECRET)
    tested = await api.http.post("/api/sign-in/test", headers=root)
    assert tested.json() == {"answer": f"127.0.0.1, {provider.issuer}, 1 key"}
    begun = await api.http.get("/api/session/oidc")
    assert begun.headers["location"].startswith(f"{provider.issuer}/authorize?")
    assert parse_qs(urlsplit(begun.headers["location"]).query)["client_id"] == [CLIENT]
    provider.how = "nothing"
    failed = await api.http.post("/api/sign-in/test", headers=root)
    assert failed.json()["message"]["code"] == "oidc_answer_unreadable"
    await api.http.delete("/api/settings/oidc_issuer", params={"version": 1}, headers=root)
    assert (await api.http.get("/api/session/methods")).json()["oidc"] is None


async def test_a_mail_server_is_set_tested_and_reset_without_a_restart(api: Api) -> None:
    api.http.headers["Host"] = urlsplit(PUBLIC).netloc
    root, receiver = await api.bearer("root", Role.ADMIN), Receiver()
    async with receiver.listening():
        port = {"smtp_port": receiver.port, "smtp_security": "none"}
        await change(api, root, smtp_host="127.0.0.1", mail_from="magicai@shop.example", **port)
        tested = await api.http.post("/api/mails/test", headers=root, json={"to": "ann@shop.example"})
        assert tested.status_code == 200, tested.text
        assert (await api.http.get("/api/session/methods")).json()["reset"] is True
    assert [got["From"] for got in receiver.got] == ["magicai@shop.example"]
    await api.http.delete("/api/settings/smtp_host", params={"version": 1}, headers=root)
    untested = await api.http.post("/api/mails/test", headers=root, json={"to": "ann@shop.example"})
    assert untested.json()["message"]["code"] == "mail_not_set_up"


async def test_only_admins_of_the_installation_set_what_lets_people_in(api: Api) -> None:
    api.http.headers["Host"] = urlsplit(PUBLIC).netloc
    oscar = await api.bearer("oscar", Role.OPERATOR)
    body = {"value": "https://login.example", "version": 0}
    put = await api.http.put("/api/settings/oidc_issuer", json=body, headers=oscar)
    assert put.status_code == 403
    for method, path in (("GET", "/api/sign-in"), ("POST", "/api/sign-in/test")):
        assert (await api.http.request(method, path, headers=oscar)).status_code == 403
