"""Being told when a run ends, where no page is open."""

from magicai.accounts.identity import Role
from magicai.runs.run import RunStatus
from tests.api.conftest import Api


async def test_one_is_notified_of_a_run_for_as_long_as_one_wishes(api: Api) -> None:
    ann, operator = await api.bearer(), await api.bearer("oscar", Role.OPERATOR)
    run_id = await api.start(ann)
    path = f"/api/runs/{run_id}/notice"
    assert (await api.http.get("/api/notifications", headers=ann)).json() == {
        "messages": False,
        "urgent": False,
        "webhooks": 0,
    }
    assert (await api.http.get(path, headers=ann)).json()["state"] == "none"
    asked = await api.http.put(path, headers=ann)
    assert asked.json()["state"] == "pending"
    assert (await api.http.get(path, headers=ann)).json() == asked.json()
    assert (await api.http.delete(path, headers=ann)).status_code == 204
    assert (await api.http.get(path, headers=ann)).json()["state"] == "none"
    await api.records.runs.finish(await api.begin(run_id), RunStatus.FAILED, {"run_id": run_id})
    assert (await api.http.put(path, headers=ann)).status_code == 409
    for headers, status in ((ann, 403), (operator, 409)):
        assert (await api.http.post("/api/notifications/test", headers=headers)).status_code == status
