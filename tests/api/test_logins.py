import pytest

from magicai.accounts.identity import Role
from magicai.accounts.passes import issue
from magicai.accounts.users import add_user
from tests.api.conftest import Api

PASSWORD = "correct horse battery"


@pytest.fixture
async def ann(api: Api) -> dict[str, str]:
    await add_user(api.records.identities, "ann", Role.USER, PASSWORD)
    return {"name": "ann", "password": PASSWORD}


async def test_tokens_are_refreshed_and_revoked(api: Api, ann: dict[str, str]) -> None:
    first = (await api.http.post("/api/tokens", json=ann)).json()
    assert first["expires_in"] == 900
    second = (await api.http.post("/api/tokens/refresh", json={"refresh_token": first["refresh_token"]})).json()
    bearer = {"Authorization": f"Bearer {second['access_token']}"}
    assert (await api.http.get("/api/me", headers=bearer)).json()["name"] == "ann"
    stolen = await api.http.post("/api/tokens/refresh", json={"refresh_token": first["refresh_token"]})
    assert stolen.status_code == 401
    ended = await api.http.post("/api/tokens/refresh", json={"refresh_token": second["refresh_token"]})
    assert ended.status_code == 401
    third = (await api.http.post("/api/tokens", json=ann)).json()
    for _ in range(2):
        told = await api.http.post("/api/tokens/revoke", json={"refresh_token": third["refresh_token"]})
        assert told.status_code == 204
    assert (await api.http.post("/api/tokens/refresh", json={"refresh_token": third["refresh_token"]})).is_error


async def test_the_pages_cookie_is_kept_from_scripts_and_does_nothing_without_its_secret(
    api: Api, ann: dict[str, str]
) -> None:
    opened = await api.http.post("/api/session", json=ann)
    cookie = opened.headers["set-cookie"].lower()
    assert cookie.startswith(f"magicai_session_{api.url.rpartition(':')[2]}=")
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    secret = opened.json()["page_secret"]
    assert secret not in cookie
    for wrong in ({}, {"X-Page-Secret": ""}, {"X-Page-Secret": "wrong"}):
        assert (await api.http.get("/api/session", headers=wrong)).status_code == 401
    right = {"X-Page-Secret": secret}
    shown = await api.http.get("/api/session", headers=right)
    assert shown.json()["user"]["name"] == "ann"
    assert secret not in shown.text
    key = {"name": "k", "scopes": ["read"]}
    assert (await api.http.post("/api/api-keys", json=key, headers=right)).status_code == 201
    assert (await api.http.delete("/api/session", headers=right)).status_code == 204
    assert (await api.http.get("/api/session", headers=right)).status_code == 401


async def test_a_link_opens_the_page_once(api: Api) -> None:
    await api.user()
    link = {"link": await issue(api.gateway.cache, "link", {"user_id": "id-ann"})}
    first = await api.http.post("/api/session/link", json=link)
    own = {"X-Page-Secret": first.json()["page_secret"]}
    assert (await api.http.get("/api/me", headers=own)).json()["user_id"] == "id-ann"
    assert (await api.http.post("/api/session/link", json=link)).status_code == 401


async def test_a_ticket_opens_the_address_that_it_is_for_once_by_get_alone(api: Api) -> None:
    bearer = await api.bearer()

    async def ticket(path: str) -> str:
        answer = await api.http.post("/api/tickets", headers=bearer, params={"path": path})
        assert answer.status_code == 201, answer.text
        return answer.json()["ticket"]

    got = await ticket("/api/usage")
    answers = [await api.http.get("/api/usage", params={"ticket": got, "days": 1}) for _ in range(2)]
    assert [one.status_code for one in answers] == [200, 401]
    assert (await api.http.get("/api/me", params={"ticket": await ticket("/api/usage")})).status_code == 401
    posted = await api.http.post("/api/tickets", params={"path": "/", "ticket": await ticket("/api/tickets")})
    assert posted.status_code == 401


async def test_guessing_is_answered_429_with_the_time_to_wait(api: Api, ann: dict[str, str]) -> None:
    answers = [(await api.http.post("/api/tokens", json={**ann, "password": "wrong"})).status_code for _ in range(9)]
    assert answers == [401] * 8 + [429]
    right = await api.http.post("/api/tokens", json=ann)
    assert right.status_code == 429
    assert int(right.headers["retry-after"]) > 0


async def test_an_api_key_does_what_it_is_for_and_makes_none_that_may_more(api: Api) -> None:
    bearer = await api.bearer()
    made = await api.http.post("/api/api-keys", headers=bearer, json={"name": "k", "scopes": ["read", "account"]})
    key = {"Authorization": f"Bearer {made.json()['key']}"}
    assert (await api.http.get("/api/runs", headers=key)).status_code == 200
    assert (await api.http.post("/api/workflows/crawl-analyze-generate", headers=key, json={})).status_code == 403
    more = await api.http.post("/api/api-keys", headers=key, json={"name": "m", "scopes": ["run"]})
    assert more.status_code == 403
    assert made.json()["key"] not in (await api.http.get("/api/api-keys", headers=bearer)).text
    assert (await api.http.delete(f"/api/api-keys/{made.json()['key_id']}", headers=bearer)).status_code == 204
    assert (await api.http.get("/api/runs", headers=key)).status_code == 401


async def test_a_password_is_changed_by_who_knows_it_and_ends_all_logins(api: Api, ann: dict[str, str]) -> None:
    bearer = {"Authorization": f"Bearer {(await api.http.post('/api/tokens', json=ann)).json()['access_token']}"}
    wrong = {"password": "not this one", "new_password": "another long password"}
    assert (await api.http.put("/api/me/password", headers=bearer, json=wrong)).status_code == 403
    right = {**wrong, "password": PASSWORD}
    assert (await api.http.put("/api/me/password", headers=bearer, json=right)).status_code == 204
    assert (await api.http.post("/api/tokens", json=ann)).status_code == 401
    assert (await api.http.post("/api/tokens", json={**ann, "password": right["new_password"]})).status_code == 200


async def test_no_key_sets_a_password_or_makes_a_user(api: Api, ann: dict[str, str]) -> None:
    admin = await api.bearer("root", Role.ADMIN)
    made = await api.http.post("/api/api-keys", headers=admin, json={"name": "k", "scopes": ["read", "account"]})
    key = {"Authorization": f"Bearer {made.json()['key']}"}
    (user,) = [one for one in (await api.http.get("/api/users", headers=key)).json()["items"] if one["name"] == "ann"]
    new = {"name": "eve", "role": "admin", "password": PASSWORD}
    for answer in (
        await api.http.post("/api/users", headers=key, json=new),
        await api.http.patch(f"/api/users/{user['user_id']}", headers=key, json={"password": "one of a thief's"}),
        await api.http.patch(f"/api/users/{user['user_id']}", headers=key, json={"role": "admin"}),
        await api.http.put("/api/me/password", headers=key, json={"password": "", "new_password": PASSWORD}),
    ):
        assert answer.status_code == 403, answer.text
    assert (await api.http.post("/api/tokens", json=ann)).status_code == 200


async def test_a_key_that_may_not_read_has_nothing_told_to_a_webhook(api: Api) -> None:
    bearer = await api.bearer()
    for scopes, status in ((["account"], 403), (["account", "read"], 201)):
        made = await api.http.post("/api/api-keys", headers=bearer, json={"name": "k", "scopes": scopes})
        key = {"Authorization": f"Bearer {made.json()['key']}"}
        hook = await api.http.post("/api/webhooks", headers=key, json={"url": "https://hooks.example/"})
        assert hook.status_code == status, hook.text


async def test_a_new_password_ends_the_keys_that_are_not_to_be_kept(api: Api, ann: dict[str, str]) -> None:
    bearer = {"Authorization": f"Bearer {(await api.http.post('/api/tokens', json=ann)).json()['access_token']}"}
    made = [
        (await api.http.post("/api/api-keys", headers=bearer, json={"name": "k", "scopes": ["read"]})).json()
        for _ in range(2)
    ]
    change = {"password": PASSWORD, "new_password": "another long password"}
    none = await api.http.put("/api/me/password", headers=bearer, json={**change, "keep_keys": ["none"]})
    assert none.status_code == 404
    kept = {**change, "keep_keys": [made[0]["key_id"]]}
    assert (await api.http.put("/api/me/password", headers=bearer, json=kept)).status_code == 204
    asked = [await api.http.get("/api/me", headers={"Authorization": f"Bearer {one['key']}"}) for one in made]
    assert [one.status_code for one in asked] == [200, 401]


async def test_a_device_that_is_known_logs_in_while_its_address_is_throttled(api: Api, ann: dict[str, str]) -> None:
    known = [(await api.http.post(path, json=ann)).json()["device"] for path in ("/api/tokens", "/api/session")]
    for _ in range(9):
        await api.http.post("/api/tokens", json={**ann, "password": "wrong"})
    for device, status in ((None, 429), ("made up", 429), (known[0], 200), (known[1], 200)):
        answer = await api.http.post("/api/session", json={**ann, "device": device})
        assert answer.status_code == status, device


async def test_a_first_password_is_set_by_who_logged_in_and_by_no_key(api: Api) -> None:
    bearer = await api.bearer()
    first = {"password": "", "new_password": "a first long password"}
    made = await api.http.post("/api/api-keys", headers=bearer, json={"name": "k", "scopes": ["account"]})
    key = {"Authorization": f"Bearer {made.json()['key']}"}
    refused = await api.http.put("/api/me/password", headers=key, json=first)
    assert refused.status_code == 403
    assert "can't set a password" in refused.json()["detail"]
    assert (await api.http.put("/api/me/password", headers=bearer, json=first)).status_code == 204
    login = {"name": "ann", "password": first["new_password"]}
    session = await api.http.post("/api/session", json=login)
    assert session.json()["has_password"]
    again = {"X-Page-Secret": session.json()["page_secret"]}
    assert (await api.http.put("/api/me/password", headers=again, json=first)).status_code == 403


async def test_admins_make_change_and_disable_users(api: Api) -> None:
    admin = await api.bearer("root", Role.ADMIN)
    new = {"name": "bob", "role": "user", "password": PASSWORD}
    made = (await api.http.post("/api/users", headers=admin, json=new)).json()
    assert (await api.http.post("/api/users", headers=admin, json=new)).status_code == 409
    once = {**admin, "Idempotency-Key": "1"}
    eve = {**new, "name": "eve"}
    ids = [(await api.http.post("/api/users", headers=once, json=eve)).json()["user_id"] for _ in range(2)]
    assert ids[0] == ids[1]
    assert (await api.http.post("/api/users", headers=once, json={**eve, "role": "admin"})).status_code == 422
    path = f"/api/users/{made['user_id']}"
    assert (await api.http.patch(path, headers=admin, json={"enabled": False})).json()["disabled_at"]
    assert (await api.http.get(path, headers=admin)).json()["disabled_at"]
    last = await api.http.patch("/api/users/id-root", headers=admin, json={"role": "user"})
    assert last.status_code == 409
    for role in (Role.USER, Role.OPERATOR):
        other = await api.bearer(role.value, role)
        assert (await api.http.get("/api/users", headers=other)).status_code == 403
        assert (await api.http.get("/metrics", headers=other)).status_code == (200 if role is Role.OPERATOR else 403)


async def test_a_new_signing_key_logs_nobody_out(api: Api) -> None:
    admin = await api.bearer("root", Role.ADMIN)
    assert (await api.http.post("/api/signing-keys", headers=admin)).status_code == 201
    assert (await api.http.get("/api/me", headers=admin)).status_code == 200
    assert (await api.http.get("/api/me", headers=await api.bearer())).status_code == 200
