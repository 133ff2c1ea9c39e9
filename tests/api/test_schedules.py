from dataclasses import replace

from magicai.accounts.identity import Role
from magicai.errors import Invalid
from magicai.ports.schedules import PlannedRuns
from magicai.runs.run import JSON
from tests.api.conftest import Api

SHOP = {"competitor_url": "https://shop.example"}
URL = "/api/schedules/crawl-analyze-generate"


class KeptSchedules:
    """Schedules in memory."""

    def __init__(self) -> None:
        self.kept: dict[str, PlannedRuns] = {}

    async def listed(self, *, start: bool = False) -> list[PlannedRuns]:
        assert not start
        return list(self.kept.values())

    async def add(self, name: str, workflow: str, *, cron: str, zone: str, request: JSON) -> PlannedRuns:
        if "*" not in cron:
            raise Invalid(f"{cron!r} in {zone!r} is not a schedule.")
        self.kept[name] = PlannedRuns(name, name, workflow, f"{cron} ({zone})", active=True, request=request)
        return self.kept[name]

    async def switch(self, name: str, *, active: bool) -> None:
        self.kept[name] = replace(self.kept[name], active=active)

    async def remove(self, name: str) -> None:
        del self.kept[name]


async def test_a_schedule_is_its_owners_alone(api: Api) -> None:
    kept = KeptSchedules()
    vars(api.gateway.ports)["schedules"] = kept
    ann, bob = await api.bearer(), await api.bearer("bob")
    query = {"cron": "0 7 * * 1", "zone": "Europe/Oslo"}
    answer = await api.http.post(URL, headers=ann, params=query, json=SHOP)
    assert answer.status_code == 201, answer.text
    made = answer.json()
    assert (made["when"], made["active"]) == ("0 7 * * 1 (Europe/Oslo)", True)
    assert made["request"]["competitor_url"] == ["https://shop.example/"]
    owners = await api.records.identities.schedule_owners()
    assert {name: one.user.name for name, one in owners.items()} == {made["schedule_id"]: "ann"}

    async def listed(headers: dict[str, str]) -> list[str]:
        found = (await api.http.get("/api/schedules", headers=headers)).json()["items"]
        return [one["schedule_id"] for one in found]

    its = f"/api/schedules/{made['schedule_id']}"
    assert (await listed(ann), await listed(bob)) == ([made["schedule_id"]], [])
    assert (await api.http.patch(its, headers=bob, json={"active": False})).status_code == 404
    assert (await api.http.delete(its, headers=bob)).status_code == 404
    assert (await api.http.patch(its, headers=ann, json={"active": False})).status_code == 204
    assert not kept.kept[made["schedule_id"]].active
    assert (await api.http.delete(its, headers=ann)).status_code == 204
    assert (await listed(ann), await api.records.identities.schedule_owners()) == ([], {})


async def test_what_is_no_schedule_is_refused_and_leaves_nothing(api: Api) -> None:
    vars(api.gateway.ports)["schedules"] = KeptSchedules()
    ann = await api.bearer()
    wrong: list[tuple[dict[str, str], dict[str, str]]] = [
        ({"cron": "7"}, SHOP),
        ({"cron": "* * * * *"}, {"competitor_url": "ftp://x"}),
        ({}, SHOP),
    ]
    for query, body in wrong:
        assert (await api.http.post(URL, headers=ann, params=query, json=body)).status_code == 422
    assert await api.records.identities.schedule_owners() == {}


async def test_admins_see_whose_schedules_are_and_give_them_to_others(api: Api) -> None:
    kept = KeptSchedules()
    vars(api.gateway.ports)["schedules"] = kept
    name = "crawl-analyze-generate/every-morning"
    kept.kept[name] = PlannedRuns("7", name, "crawl-analyze-generate", "0 7 * * *", active=True, request={})
    bob, admin = await api.bearer("bob"), await api.bearer("eve", Role.ADMIN)

    async def listed(owner: str, headers: dict[str, str]) -> list[str]:
        answer = await api.http.get("/api/schedules", params={"owner": owner}, headers=headers)
        assert answer.status_code == 200, answer.text
        return [one["owner"] for one in answer.json()["items"]]

    assert (await listed("*", admin), await listed("bob", admin)) == (["local"], [])
    its = f"/api/schedules/{name}/owner"
    assert (await api.http.put(its, headers=bob, json={"name": "bob"})).status_code == 404
    assert (await api.http.get("/api/schedules", params={"owner": "*"}, headers=bob)).status_code == 403
    assert (await api.http.put(its, headers=admin, json={"name": "bob"})).json()["owner"] == "bob"
    assert (await listed("*", admin), await listed("bob", admin)) == (["bob"], ["bob"])
    assert (await api.http.put(its, headers=admin, json={"name": "nobody"})).json()["message"][
        "code"
    ] == "user_not_found"
    assert (await api.http.put(its, headers=admin, json={"name": None})).json()["owner"] == "local"
    missing = await api.http.put("/api/schedules/none/owner", headers=admin, json={"name": "bob"})
    assert missing.json()["message"]["code"] == "schedule_not_found"
