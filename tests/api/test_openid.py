"""Sign-in with an OpenID Connect provider, honest and lying: who gets in, and what everybody else is told."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from pydantic import SecretStr

from integrations.openid.provider import CALLBACK, CheckedProvider
from magicai.accounts.identity import Role, User
from magicai.accounts.users import add_user
from magicai.settings import Settings
from tests.api.conftest import Api
from tests.api.lying_provider import CLIENT, SECRET, LyingProvider

PUBLIC = "http://magicai.example"
PASSWORD = "correct horse battery"
OTHERS = "someone@elsewhere.example"


@pytest.fixture
async def provider() -> AsyncIterator[LyingProvider]:
    made = LyingProvider()
    await made.server.start_server()
    yield made
    await made.server.close()


@pytest.fixture
def settings(home: Path, provider: LyingProvider) -> Settings:
    return Settings(
        home=home, runs_at_once=0, rate_nobody=100_000, model="none",
        public_url=f"{PUBLIC}/", oidc_issuer=provider.issuer, oidc_client_id=CLIENT,
        oidc_client_secret=SecretStr(SECRET), oidc_name="Example", oidc_sign_up=("example.com",),
        oidc_allow_hosts=(provider.issuer.removeprefix("http://"),),
    )  # fmt: skip


@pytest.fixture
async def api(api: Api) -> Api:
    api.http.headers["Host"] = urlsplit(PUBLIC).netloc
    return api


def sent(provider: LyingProvider, address: str) -> str:
    """What a browser that is sent there brings back as its state."""
    asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    assert asked["redirect_uri"] == f"{PUBLIC}{CALLBACK}"
    assert (asked["code_challenge_method"], asked["scope"]) == ("S256", "openid email profile")
    provider.challenge, provider.nonce = asked["code_challenge"], asked["nonce"]
    return asked["state"]


async def begin(api: Api, provider: LyingProvider) -> str:
    begun = await api.http.get("/api/session/oidc")
    assert begun.status_code == 302, begun.text
    cookie = begun.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    return sent(provider, begun.headers["location"])


async def end(api: Api, **query: str) -> httpx.Response:
    """What the page is told, once the browser is back."""
    back = await api.http.get(CALLBACK, params={"code": "c", **query})
    assert back.status_code == 302, back.text
    return await opened(api, back)


async def opened(api: Api, back: httpx.Response) -> httpx.Response:
    link = back.headers["location"].removeprefix("/login/").partition("#")[0]
    return await api.http.post("/api/session/link", json={"link": link})


async def signed_in(api: Api, provider: LyingProvider) -> httpx.Response:
    return await end(api, state=await begin(api, provider))


async def link(api: Api, provider: LyingProvider, secret: str) -> httpx.Response:
    begun = await api.http.post("/api/session/oidc/link", headers={"X-Page-Secret": secret})
    assert begun.status_code == 200, begun.text
    state = sent(provider, begun.json()["address"])
    return await api.http.get(CALLBACK, params={"state": state, "code": "c"})


async def by_password(api: Api, name: str = "ann") -> str:
    """The page's secret of somebody who signs in by password."""
    return (await api.http.post("/api/session", json={"name": name, "password": PASSWORD})).json()["page_secret"]


def code_of(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["message"]["code"]


async def users(api: Api) -> list[User]:
    return await api.records.identities.users()


async def test_a_verified_address_of_a_listed_domain_makes_a_user_of_the_lowest_role_once(
    api: Api, provider: LyingProvider
) -> None:
    methods = (await api.http.get("/api/session/methods")).json()
    assert methods["oidc"] == {"name": "Example", "address": f"{PUBLIC}/api/session/oidc"}
    first = await signed_in(api, provider)
    assert first.status_code == 200, first.text
    own = {"X-Page-Secret": first.json()["page_secret"]}
    me = (await api.http.get("/api/me", headers=own)).json()
    assert (me["name"], me["role"]) == ("ann@example.com", "user")
    provider.claims = {"email": "renamed@example.com"}
    again = await signed_in(api, provider)
    assert again.json()["user"]["user_id"] == me["user_id"], "the subject says who it is"
    assert [user.email for user in await users(api)] == ["ann@example.com"]


LIES: dict[str, tuple[dict[str, Any], str, tuple[int, str]]] = {
    "another client's audience": ({"aud": "other"}, "", (403, "oidc_audience_wrong")),
    "another party": ({"aud": [CLIENT, "other"], "azp": "other"}, "", (403, "oidc_audience_wrong")),
    "many audiences, no party": ({"aud": [CLIENT, "other"]}, "", (403, "oidc_audience_wrong")),
    "an old nonce": ({"nonce": "of another sign-in"}, "", (403, "oidc_nonce_wrong")),
    "no nonce": ({"nonce": None}, "", (403, "oidc_nonce_wrong")),
    "another issuer": ({"iss": "https://other.example"}, "", (403, "oidc_issuer_wrong")),
    "expired": ({"exp": 1_000_000_000}, "", (403, "oidc_token_expired")),
    "no end": ({"exp": None}, "", (403, "oidc_token_invalid")),
    "an end in words": ({"exp": "never"}, "", (403, "oidc_token_invalid")),
    "no subject": ({"sub": ""}, "", (403, "oidc_token_invalid")),
    "signed by nobody": ({}, "none", (403, "oidc_signature_invalid")),
    "the public key as a secret": ({}, "hs256", (403, "oidc_signature_invalid")),
    "signed by somebody else": ({}, "foreign", (403, "oidc_signature_invalid")),
    "not JSON": ({}, "html", (503, "oidc_answer_unreadable")),
    "slow": ({}, "slow", (503, "oidc_timed_out")),
    "refused": ({}, "refuses", (403, "oidc_code_refused")),
    "an unverified address": ({"email_verified": False}, "", (403, "oidc_email_unverified")),
    "verified in words": ({"email_verified": "true"}, "", (403, "oidc_email_unverified")),
    "a foreign domain": ({"email": OTHERS}, "", (403, "oidc_user_unknown")),
    "a domain behind a listed one": ({"email": "a@evil-example.com"}, "", (403, "oidc_user_unknown")),
}


@pytest.mark.parametrize("lie", LIES)
async def test_a_wrong_answer_lets_nobody_in_and_says_why(api: Api, provider: LyingProvider, lie: str) -> None:
    vars(api.gateway.ports)["openid"] = impatient = CheckedProvider(api.gateway.settings, limit_s=5)
    provider.claims, provider.how, expected = LIES[lie]
    assert code_of(await signed_in(api, provider)) == expected
    await impatient.close()
    assert await users(api) == []


async def test_a_provider_that_is_down_or_shows_a_page_is_told_of(api: Api, provider: LyingProvider) -> None:
    provider.how = "nothing"
    assert code_of(await opened(api, await api.http.get("/api/session/oidc"))) == (503, "oidc_answer_unreadable")
    await provider.server.close()
    told = await opened(api, await api.http.get("/api/session/oidc"))
    assert code_of(told) == (503, "oidc_unreachable")
    assert provider.issuer not in told.text, "where it is, is the operator's"


async def test_a_new_key_of_the_provider_is_found(api: Api, provider: LyingProvider) -> None:
    assert (await signed_in(api, provider)).status_code == 200
    provider.renew("second")
    assert (await signed_in(api, provider)).status_code == 200


async def test_what_the_token_does_not_say_of_an_address_is_asked_for(api: Api, provider: LyingProvider) -> None:
    provider.claims = {"email": None, "email_verified": None}
    provider.user_info = {"sub": "somebody-else", "email": "eve@example.com", "email_verified": True}
    assert code_of(await signed_in(api, provider)) == (403, "oidc_answer_unusable")
    provider.user_info["sub"] = "ann-there"
    assert (await signed_in(api, provider)).json()["user"]["name"] == "eve@example.com"


async def test_a_sign_in_works_once_in_its_own_browser_and_ends_where_access_was_denied(
    api: Api, provider: LyingProvider
) -> None:
    state = await begin(api, provider)
    assert (await end(api, state=state)).status_code == 200
    assert code_of(await end(api, state=state)) == (401, "oidc_state_used")
    assert code_of(await end(api)) == (401, "oidc_state_used")
    state = await begin(api, provider)
    api.http.cookies.clear()
    assert code_of(await end(api, state=state)) == (401, "oidc_other_browser")
    denied = await end(api, state=await begin(api, provider), error="access_denied")
    assert code_of(denied) == (403, "oidc_access_denied")
    failed = await end(api, state=await begin(api, provider), error="server_error")
    assert code_of(failed) == (403, "oidc_refused")
    other = await end(api, state=await begin(api, provider), iss="https://other.example")
    assert code_of(other) == (403, "oidc_issuer_wrong")


async def test_the_address_of_a_member_takes_over_nobody_until_they_link_it(api: Api, provider: LyingProvider) -> None:
    identities = api.records.identities
    ann = await add_user(identities, "ann", Role.ADMIN, PASSWORD)
    secret = await by_password(api)
    provider.claims = {"sub": "ann-at-work", "email": "ann@example.com"}
    linked = await link(api, provider, secret)
    assert linked.headers["location"] == "/settings"
    assert (await identities.user(ann.user_id)).email == "ann@example.com"
    assert (await signed_in(api, provider)).json()["user"]["name"] == "ann"
    provider.claims = {"sub": "somebody-else", "email": "ANN@example.com"}
    assert code_of(await signed_in(api, provider)) == (403, "oidc_email_is_members")
    provider.claims |= {"email_verified": False}
    assert code_of(await signed_in(api, provider)) == (403, "oidc_email_unverified"), "it does not tell who is here"
    assert [user.name for user in await users(api)] == ["ann"]


async def test_an_account_is_linked_to_one_user_who_is_still_signed_in(api: Api, provider: LyingProvider) -> None:
    identities = api.records.identities
    for name in ("ann", "bob"):
        await add_user(identities, name, Role.USER, PASSWORD)
    assert (await link(api, provider, await by_password(api))).headers["location"] == "/settings"
    secret = await by_password(api, "bob")
    taken = await link(api, provider, secret)
    assert taken.headers["location"].endswith("#/settings")
    assert code_of(await opened(api, taken)) == (409, "oidc_identity_taken")
    begun = await api.http.post("/api/session/oidc/link", headers={"X-Page-Secret": secret})
    state = sent(provider, begun.json()["address"])
    provider.claims = {"sub": "bob-there"}
    await api.http.delete("/api/session", headers={"X-Page-Secret": secret})
    assert code_of(await end(api, state=state)) == (401, "session_ended")
    elsewhere = {"X-Page-Secret": await by_password(api, "bob"), "Host": urlsplit(api.url).netloc}
    assert (await api.http.post("/api/session/oidc/link", headers=elsewhere)).status_code in (401, 403)


async def test_who_is_disabled_does_not_come_back_by_the_provider(api: Api, provider: LyingProvider) -> None:
    user_id = (await signed_in(api, provider)).json()["user"]["user_id"]
    await api.records.identities.change_user(user_id, enabled=False)
    assert code_of(await signed_in(api, provider)) == (401, "user_disabled")


async def test_the_last_account_stays_while_there_is_no_password(api: Api, provider: LyingProvider) -> None:
    own = {"X-Page-Secret": (await signed_in(api, provider)).json()["page_secret"]}
    (linked,) = (await api.http.get("/api/me/identities", headers=own)).json()["items"]
    address = f"/api/me/identities/{linked['identity_id']}"
    assert code_of(await api.http.delete(address, headers=own)) == (409, "last_sign_in_method")
    await api.http.put("/api/me/password", headers=own, json={"password": "", "new_password": PASSWORD})
    own = {"X-Page-Secret": await by_password(api, "ann@example.com")}
    assert (await api.http.delete(address, headers=own)).status_code == 204
    assert code_of(await signed_in(api, provider)) == (403, "oidc_email_is_members")


async def test_a_link_of_anothers_sign_in_lets_no_other_browser_in(api: Api, provider: LyingProvider) -> None:
    state = await begin(api, provider)
    back = await api.http.get(CALLBACK, params={"code": "c", "state": state})
    mine = dict(api.http.cookies)
    api.http.cookies.clear()  # somebody else, who was sent the link
    assert code_of(await opened(api, back)) == (401, "oidc_other_browser")
    assert mine
    assert "magicai_session" not in "".join(api.http.cookies)
