from typing import Any

import pytest

from magicai.accounts.api_keys import add_key
from magicai.accounts.identity import Role, Scope
from tests.api.conftest import Api
from tests.api.test_command_line import said
from tests.kept_schedules import KeptSchedules

SHOP = {"competitor_url": "https://shop.example"}
URL = "/api/schedules/crawl-analyze-generate"


async def test_a_schedule_is_its_owners_alone(api: Api) -> None:
    kept = KeptSchedules()
    vars(api.gateway.ports)["schedules"] = kept
    ann, bob = await api.bearer(), await api.bearer("bob")
    query = {"cron": "0 7 * * 1", "zone": "Europe/Oslo"}
    answer = await api.http.post(URL, headers=ann, params=query, json=SHOP)
    assert answer.status_code == 201, answer.text
    made = answer.json()
    assert (made["when"], made["cron"], made["active"]) == (
        "Weekly on Monday at 07:00 (Europe/Oslo)",
        "0 7 * * 1",
        True,
    )
    assert made["request"]["competitor_url"] == ["https://shop.example/"]
    owners = await api.records.identities.schedule_owners()
    assert {name: one.user and one.user.name for name, one in owners.items()} == {made["schedule_id"]: "ann"}

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


async def test_a_schedule_is_asked_for_in_words_and_shows_its_next_three_times_before_it_is_made(api: Api) -> None:
    vars(api.gateway.ports)["schedules"] = KeptSchedules()
    ann = await api.bearer()
    asked = {"every": "week", "time": "07:00", "on": ["thu", "mon"], "zone": "Europe/Berlin"}
    previewed = (await api.http.get("/api/schedules/preview", headers=ann, params=asked)).json()
    assert previewed["when"] == "Weekly on Monday and Thursday at 07:00 (Europe/Berlin)"
    assert previewed["when_message"]["code"] == "schedule_weekly"
    assert [previewed[name] for name in ("every", "time", "on", "cron")] == [
        "week",
        "07:00",
        ["mon", "thu"],
        "0 7 * * 1,4",
    ]
    assert len(previewed["next_times"]) == 3
    assert {time[10:19] for time in previewed["next_times"]} == {"T07:00:00"}
    assert {time[19:] for time in previewed["next_times"]} <= {"+01:00", "+02:00"}
    made = (await api.http.post(URL, headers=ann, params=asked, json=SHOP)).json()
    assert previewed.items() <= made.items()
    its = f"/api/schedules/{made['schedule_id']}"

    async def listed() -> dict[str, Any]:
        (one,) = (await api.http.get("/api/schedules", headers=ann)).json()["items"]
        return one

    assert (await api.http.patch(its, headers=ann, json={"active": False})).status_code == 204
    assert await listed() == {**made, "active": False, "next_times": []}
    assert (await api.http.patch(its, headers=ann, json={"active": True})).status_code == 204
    assert await listed() == made


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({}, "schedule_time_missing"),
        ({"cron": "0 7 * * *", "every": "day", "time": "07:00"}, "schedule_time_twice"),
        ({"cron": "7"}, "schedule_cron_fields"),
        ({"cron": "0 0 7 * * *"}, "schedule_cron_fields"),
        ({"cron": "61 7 * * *"}, "schedule_invalid"),
        ({"cron": "0 0 30 2 *"}, "schedule_never_due"),
        ({"every": "day", "time": "24:00"}, "schedule_time_invalid"),
        ({"every": "day", "time": "7:5"}, "schedule_time_invalid"),
        ({"every": "week", "time": "07:00"}, "schedule_days_missing"),
        ({"every": "week", "time": "07:00", "on": ""}, "schedule_day_invalid"),
        ({"every": "month", "time": "07:00", "on": "31"}, "schedule_date_invalid"),
        ({"every": "day", "time": "07:00", "zone": "Mars/Olympus"}, "unknown_time_zone"),
    ],
)
async def test_what_is_no_schedule_is_refused_by_name_and_leaves_nothing(
    api: Api, query: dict[str, str], code: str
) -> None:
    vars(api.gateway.ports)["schedules"] = KeptSchedules()
    ann = await api.bearer()
    for answer in (
        await api.http.get("/api/schedules/preview", headers=ann, params=query),
        await api.http.post(URL, headers=ann, params=query, json=SHOP),
    ):
        told = answer.json()
        assert (answer.status_code, told["message"]["code"]) == (422, code), told
        assert told["way_out"]
    assert await api.records.identities.schedule_owners() == {}


async def test_wrong_parameters_leave_no_schedule(api: Api) -> None:
    kept = KeptSchedules()
    vars(api.gateway.ports)["schedules"] = kept
    query = {"cron": "* * * * *"}
    answer = await api.http.post(URL, headers=await api.bearer(), params=query, json={"competitor_url": "ftp://x"})
    assert (answer.status_code, kept.kept, await api.records.identities.schedule_owners()) == (422, {}, {})


async def test_admins_of_the_installation_give_deployed_schedules_to_users(api: Api) -> None:
    kept = KeptSchedules()
    vars(api.gateway.ports)["schedules"] = kept
    name = "crawl-analyze-generate/every-morning"
    await kept.add(name, "crawl-analyze-generate", cron="0 7 * * *", zone="UTC", request={})
    bob, admin = await api.bearer("bob"), await api.bearer("eve", Role.ADMIN)

    async def listed(headers: dict[str, str]) -> list[str]:
        answer = await api.http.get("/api/schedules", headers=headers)
        return [one["owner"] for one in answer.json()["items"]]

    its = f"/api/schedules/{name}/owner"
    assert (await api.http.put(its, headers=bob, json={"name": "bob"})).status_code == 404
    assert (await api.http.put(its, headers=admin, json={"name": "bob"})).json()["owner"] == "bob"
    assert (await listed(admin), await listed(bob)) == ([], ["bob"])
    assert (await api.http.put(its, headers=admin, json={"name": "nobody"})).json()["message"][
        "code"
    ] == "user_not_found"
    assert (await api.http.put(its, headers=admin, json={"name": None})).json()["owner"] == "local"
    missing = await api.http.put("/api/schedules/none/owner", headers=admin, json={"name": "bob"})
    assert missing.json()["message"]["code"] == "schedule_not_found"


async def test_what_a_user_scheduled_no_admin_of_the_installation_sees_or_takes_over(api: Api) -> None:
    vars(api.gateway.ports)["schedules"] = KeptSchedules()
    ann, admin = await api.bearer(), await api.bearer("eve", Role.ADMIN)
    made = (await api.http.post(URL, headers=ann, params={"cron": "0 7 * * 1"}, json=SHOP)).json()
    assert (await api.http.get("/api/schedules", headers=admin)).json()["items"] == []
    taken = await api.http.put(f"/api/schedules/{made['schedule_id']}/owner", headers=admin, json={"name": "eve"})
    assert (taken.status_code, SHOP["competitor_url"] in taken.text) == (404, False)
    assert [one.user and one.user.name for one in (await api.records.identities.schedule_owners()).values()] == ["ann"]


async def test_the_command_line_says_when_in_the_same_words(api: Api) -> None:
    kept = KeptSchedules()
    vars(api.gateway.ports)["schedules"] = kept
    ann = await api.user(role=Role.ADMIN)
    _, token = await add_key(api.records.identities, ann, "k", frozenset(Scope), days=None, once=None)
    assert token is not None
    run_id = await api.start({"Authorization": f"Bearer {token}"})
    at = ("--every", "week", "--on", "thu", "--on", "mon", "--zone", "Europe/Berlin")
    status, _, err = await said(api, "schedule", "add", run_id[-12:], *at, "--at", "24:00", token=token)
    assert (status, "'24:00' is not a time of day." in err, kept.kept) == (2, True, {})
    status, out, err = await said(api, "schedule", "add", run_id[-12:], *at, "--at", "07:00", token=token)
    assert status == 0, err
    (added,) = kept.kept.values()
    assert (added.cron, added.request) == ("0 7 * * 1,4", (await api.row(run_id)).request)
    times = ", ".join(f"{time[:10]} 07:00" for time in added.next_times)
    when = f"{added.name}  Weekly on Monday and Thursday at 07:00 (Europe/Berlin)"
    assert out == f"{when}\n  Next runs: {times}\n"
    listed = ("schedule", "list")
    assert (await said(api, *listed, token=token))[1] == f"{when}  ann\n  Next runs: {times}\n"
    assert (await said(api, "schedule", "pause", added.name, token=token))[0] == 0
    assert (await said(api, *listed, token=token))[1] == f"{when}  ann  (paused)\n"
    assert (await said(api, "schedule", "activate", added.name, token=token))[0] == 0
    assert kept.kept == {added.name: added}
    assert (await said(api, "schedule", "delete", added.name, token=token))[0] == 0
    assert kept.kept == {}
