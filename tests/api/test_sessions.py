"""Where one is signed in: listed, ended one by one or together, and nobody else's."""

import httpx

from magicai.accounts.identity import Role
from magicai.accounts.users import add_user
from tests.api.conftest import Api

PASSWORD = "correct horse battery"


async def signed_in(api: Api, name: str, agent: str) -> dict[str, str]:
    answer = await api.http.post(
        "/api/tokens", json={"name": name, "password": PASSWORD}, headers={"User-Agent": agent}
    )
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}


async def listed(api: Api, headers: dict[str, str]) -> list[tuple[str, bool]]:
    found = (await api.http.get("/api/sessions", headers=headers)).json()["items"]
    return [(one["client"], one["current"]) for one in found]


async def me(api: Api, headers: dict[str, str]) -> int:
    # What a gateway remembers of a session is up to a second old.
    api.gateway.callers._memory.clear()  # pyright: ignore[reportPrivateUsage]
    answer: httpx.Response = await api.http.get("/api/me", headers=headers)
    return answer.status_code


async def test_sessions_are_listed_and_ended_by_whose_they_are(api: Api) -> None:
    for name in ("ann", "bob"):
        await add_user(api.records.identities, name, Role.USER, PASSWORD)
    laptop, phone, lost = [await signed_in(api, "ann", agent) for agent in ("laptop", "phone", "lost")]
    bob = await signed_in(api, "bob", "bob's")
    assert await listed(api, laptop) == [("lost", False), ("phone", False), ("laptop", True)]
    assert await listed(api, bob) == [("bob's", True)]
    first = (await api.http.get("/api/sessions", headers=laptop, params={"limit": 1})).json()
    second = await api.http.get("/api/sessions", headers=laptop, params={"limit": 1, "cursor": first["next_cursor"]})
    assert [one["client"] for one in second.json()["items"]] == ["phone"]
    address = f"/api/sessions/{first['items'][0]['session_id']}"
    assert (await api.http.delete(address, headers=bob)).status_code == 404
    assert await me(api, lost) == 200
    assert (await api.http.delete(address, headers=laptop)).status_code == 204
    assert await me(api, lost) == 401
    assert (await api.http.delete("/api/sessions", headers=laptop)).status_code == 204
    assert await listed(api, laptop) == [("laptop", True)]
    assert [await me(api, one) for one in (laptop, phone, bob)] == [200, 401, 200]
