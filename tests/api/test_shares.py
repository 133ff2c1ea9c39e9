"""Links to a run's result: what whoever has one reads, for how long, and nothing else."""

from typing import Any

import pytest

from magicai.accounts.identity import Scope
from magicai.runs.run import RunStatus
from magicai.runs.views.share_links import MOST
from tests.api.conftest import Api

DAY_US = 86_400_000_000
SECRET_SHOP = "annssecretshop"


async def ended(api: Api, headers: dict[str, str], said: str = "Tea is cheaper.") -> str:
    """A run with a document and a finding."""
    run_id = await api.start(headers, competitor_url=f"https://{SECRET_SHOP}.example")
    attempt = await api.begin(run_id)
    place = await api.gateway.ports.files.save(f"{run_id}/report.html", f"<p>{said}</p>".encode())
    report = {"html": place, "findings": [said]}
    result = {"run_id": run_id, "status": "partial", "report": report, "cost": {"amount": "9"}, "decision": {"x": 1}}
    await api.records.runs.finish(attempt, RunStatus.PARTIAL, {**result, "problems": []})
    return run_id


async def made(api: Api, headers: dict[str, str], run_id: str, **more: Any) -> dict[str, Any]:
    answer = await api.http.post(f"/api/runs/{run_id}/shares", headers=headers, json=more)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def test_whoever_has_a_link_reads_the_result_and_its_files_without_an_account(api: Api) -> None:
    ann = await api.bearer()
    run_id = await ended(api, ann)
    link = await made(api, ann, run_id)
    page = link["path"]
    assert page.startswith("/shared/")
    shown = await api.http.get(f"/api{page}")
    assert shown.status_code == 200, shown.text
    told = shown.json()
    assert told["findings"] == ["Tea is cheaper."]
    assert [panel["kind"] for panel in told["panels"]] == ["document", "files"]
    assert {"decision", "cost"}.isdisjoint(told["result"])
    assert SECRET_SHOP not in shown.text, "the request is not the result"
    assert shown.headers["cache-control"] == "no-store"
    assert shown.headers["referrer-policy"] == "no-referrer"
    document = await api.http.get(f"/api{page}/document")
    assert "Tea is cheaper." in document.text
    assert "sandbox" in document.headers["content-security-policy"]
    (file,) = told["files"]
    assert "Tea is cheaper." in (await api.http.get(file["href"])).text


async def test_a_link_opens_nothing_but_its_run(api: Api) -> None:
    ann = await api.bearer()
    run_id, other = await ended(api, ann), await ended(api, ann, "Another run.")
    page = (await made(api, ann, run_id))["path"]
    secret = page.rpartition("/")[2]
    for name in (f"../{other}/report.html", f"..%2F{other}%2Freport.html", "records.sqlite3", other):
        answer = await api.http.get(f"/api{page}/files/{name}")
        assert answer.status_code in (404, 422), f"{name}: {answer.text}"
        assert "Another run." not in answer.text
    for path in ("", "/result", "/events", "/plans", "/view", "/document", "/shares", "/files/report.html"):
        for headers in ({"Authorization": f"Bearer {secret}"}, {"X-Page-Secret": secret}, {}):
            for query in ("", f"?ticket={secret}"):
                assert (await api.http.get(f"/api/runs/{run_id}{path}{query}", headers=headers)).status_code == 401
    for method in ("POST", "PUT", "DELETE"):
        assert (await api.http.request(method, f"/api{page}")).status_code == 405


async def test_a_link_is_not_guessed(api: Api) -> None:
    ann = await api.bearer()
    link = await made(api, ann, await ended(api, ann))
    secret = link["path"].rpartition("/")[2]
    (kept,) = await api.records.shares.of_run(link["run_id"], owner_id="id-ann")
    assert len(secret) >= 43
    assert secret not in str(kept), "it is kept as a digest"
    for wrong in (secret[:-1], secret.swapcase(), kept.digest, link["share_id"], link["run_id"], "x", "%00", "a" * 199):
        for path in ("", "/document", "/files/report.html"):
            assert (await api.http.get(f"/api/shared/{wrong}{path}")).status_code == 404, wrong


@pytest.mark.parametrize("how", ["expired", "revoked", "disabled"])
async def test_a_link_that_is_over_opens_nothing_and_says_the_same(
    api: Api, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = await api.bearer()
    run_id = await ended(api, ann)
    if how == "expired":
        with monkeypatch.context() as before:
            clock: Any = vars(api.gateway.records.shares)["clock"]
            past: int = clock(None) - 8 * DAY_US
            before.setattr("magicai.runs.views.share_links.now_us", lambda: past)
            link = await made(api, ann, run_id)
    else:
        link = await made(api, ann, run_id)
        assert (await api.http.get(f"/api{link['path']}")).status_code == 200
    if how == "revoked":
        for _ in range(2):
            gone = await api.http.delete(f"/api/runs/{run_id}/shares/{link['share_id']}", headers=ann)
            assert gone.status_code == 204
    if how == "disabled":
        await api.records.identities.change_user("id-ann", enabled=False)
    never = (await api.http.get("/api/shared/never")).json()
    for path in ("", "/document", "/files/report.html"):
        answer = await api.http.get(f"/api{link['path']}{path}")
        assert (answer.status_code, answer.json()["detail"]) == (404, never["detail"]), path


async def test_only_its_owner_makes_lists_and_revokes_links_and_a_key_needs_the_scope(api: Api) -> None:
    ann, bob = await api.bearer(), await api.bearer("bob")
    run_id = await ended(api, ann)
    link = await made(api, ann, run_id, days=30)
    address = f"/api/runs/{run_id}/shares"
    for method, path in (("GET", address), ("POST", address), ("DELETE", f"{address}/{link['share_id']}")):
        assert (await api.http.request(method, path, headers=bob, json={})).status_code == 404
        assert (await api.http.request(method, path, json={})).status_code == 401
    own = await ended(api, bob)
    crossed = await api.http.delete(f"/api/runs/{own}/shares/{link['share_id']}", headers=bob)
    assert crossed.status_code == 404
    key = await api.http.post("/api/api-keys", headers=ann, json={"name": "k", "scopes": [Scope.READ, Scope.RUN]})
    by_key = {"Authorization": f"Bearer {key.json()['key']}"}
    assert (await api.http.post(address, headers=by_key, json={})).status_code == 403
    listed = (await api.http.get(address, headers=by_key)).json()["items"]
    assert [one["share_id"] for one in listed] == [link["share_id"]]
    assert "path" not in listed[0]


async def test_bad_input_and_repetition(api: Api) -> None:
    ann = await api.bearer()
    run_id = await api.start(ann)
    address = f"/api/runs/{run_id}/shares"
    assert (await api.http.post(address, headers=ann, json={})).status_code == 409, "it has no result yet"
    run_id = await ended(api, ann)
    address = f"/api/runs/{run_id}/shares"
    for body in ({"days": 0}, {"days": 366}, {"days": "many"}, {"until": "x"}):
        assert (await api.http.post(address, headers=ann, json=body)).status_code == 422, body
    once = {**ann, "Idempotency-Key": "1"}
    first, again = [(await api.http.post(address, headers=once, json={})).json() for _ in range(2)]
    assert (again["share_id"], again["path"]) == (first["share_id"], None)
    assert (await api.http.post(address, headers=once, json={"days": 8})).status_code == 422
    for _ in range(MOST - 1):
        await made(api, ann, run_id)
    refused = await api.http.post(address, headers=ann, json={})
    assert refused.status_code == 403
    assert "Revoke one first." in refused.text
