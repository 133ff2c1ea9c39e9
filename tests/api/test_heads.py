"""What an answer says in its head: HEAD, and the address of what was made."""

from magicai.accounts.identity import Role
from magicai.api.gateway import SOCKETS_PER_USER
from tests.api.conftest import CRAWL, SHOP, Api
from tests.api.test_walls import ann_has_something, routes

# Of this request alone.
OWN = {"date", "x-request-id", "ratelimit"}


async def test_head_answers_as_get_does_and_without_a_body(api: Api) -> None:
    ids = await ann_has_something(api)
    headers = await api.bearer("ann", Role.ADMIN)
    asked = [path for method, path in routes(api) if method == "GET"]
    assert {"/health/live", "/health/ready", "/api/runs/{run_id}/files/{name}"} <= set(asked)
    for path in (*asked, "/", "/api/openapi.json"):
        place = path.format(**ids, name="report.md")
        by_head = await api.http.head(place, headers=headers)
        assert by_head.content == b""
        if path.endswith("/stream"):  # which lasts as long as its run
            assert by_head.headers["content-type"].startswith("text/event-stream")
            continue
        if path.endswith(("export.zip", "audit.csv")):  # which hold that they were asked for before
            assert by_head.status_code == 200
            continue
        if path in ("/api/session/oidc", "/api/session/oidc/callback"):  # each leads elsewhere, once
            assert by_head.status_code == 302
            continue
        by_get = await api.http.get(place, headers=headers)
        told = [{name: one.headers[name] for name in one.headers.keys() - OWN} for one in (by_head, by_get)]
        assert (by_head.status_code, told[0]) == (by_get.status_code, told[1]), path


async def test_head_of_events_holds_none_of_a_users_sockets(api: Api) -> None:
    headers = await api.bearer()
    run_id = await api.start(headers)
    for _ in range(SOCKETS_PER_USER + 1):
        answer = await api.http.head(f"/api/runs/{run_id}/events/stream", headers=headers)
        assert answer.status_code == 200


async def test_what_was_made_is_told_by_its_address(api: Api) -> None:
    headers = await api.bearer("ann", Role.ADMIN)
    made = [
        await api.http.post(path, headers=headers, json=body)
        for path, body in (
            (CRAWL, SHOP),
            ("/api/users", {"name": "bob", "password": "correct horse battery staple"}),
            ("/api/api-keys", {"name": "nightly", "scopes": ["read"]}),
            ("/api/webhooks", {"url": "https://hooks.example/"}),
        )
    ]
    run_id = made[0].json()["run_id"]
    made.append(await api.http.post(f"/api/runs/{run_id}/cancel", headers=headers))
    assert [one.status_code for one in made] == [202, 201, 201, 201, 202]
    for one in made:
        there = await api.http.get(one.headers["location"], headers=headers)
        assert there.status_code == 200
        told, found = one.json(), there.json()
        (name,) = {"run_id", "user_id", "key_id", "webhook_id"} & told.keys()
        assert found[name] == told[name]
        assert not {"key", "secret"} & found.keys(), "these are shown once"
