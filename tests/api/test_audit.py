"""Who did what, as admins read and export it."""

import csv
import io
from typing import Any
from zipfile import ZipFile

import pytest

from magicai.accounts import audit
from magicai.accounts.identity import Role, WorkspaceRole
from magicai.accounts.users import add_user
from magicai.messages import names_in, table
from magicai.operations.modules import operations
from tests.api.conftest import Api
from tests.api.test_workspaces import Team, code, team

__all__ = ["team"]

# Operations that change an account, a key or who may do what, and are no event: nothing is changed by them.
_NO_EVENT = {"test_channel", "test_notification_channel", "test_webhook", "try_role", "try_setting"}


async def log(api: Api, headers: dict[str, str], **query: Any) -> list[dict[str, Any]]:
    answer = await api.http.get("/api/audit", headers=headers, params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


async def test_the_log_names_who_did_what_with_which_key_and_from_where(team: Team, api: Api) -> None:
    eve = await team.join("eve", "admin")
    made = (
        await api.http.post("/api/api-keys", headers=eve, json={"name": "nightly", "scopes": ["read", "account"]})
    ).json()
    by_key = {"Authorization": f"Bearer {made['key']}", "User-Agent": "magicai/0.1.0"}
    hook = {"url": "https://hooks.example/secret-path"}
    webhook = await api.http.post("/api/webhooks", headers=by_key, json=hook)
    assert webhook.status_code == 201, webhook.text
    await api.http.put("/api/workspace/members/id-eve", headers=team.ann, json={"role": "viewer"})
    found = [
        (one["person"], one["key"], one["via"], one["action"], one["description"]) for one in await log(api, team.ann)
    ]
    assert found == [
        ("ann", "", "api", "member.role_changed", "Changed the role of eve to viewer."),
        ("eve", "nightly", "cli", "webhook.created", "Added a webhook to hooks.example."),
        ("eve", "", "api", "key.created", "Created the API key nightly."),
        ("eve", "", "api", "invitation.accepted", "Accepted an invitation with the role admin."),
        ("ann", "", "api", "invitation.created", "Created an invitation with the role admin."),
        ("ann", "", "api", "workspace.created", "Created the workspace Shop team."),
    ]
    assert {one["address"] for one in await log(api, team.ann)} == {"127.0.0.1"}
    assert [one["action"] for one in await log(api, team.ann, person="eve", action="key")] == ["key.created"]
    assert await log(api, team.ann, to_day="2020-01-01") == []
    page = (await api.http.get("/api/audit", headers=team.ann, params={"limit": 4})).json()
    rest = await log(api, team.ann, cursor=page["next_cursor"])
    assert [*page["items"], *rest] == await log(api, team.ann)


async def test_only_admins_read_it_and_each_that_of_their_own_workspace(team: Team, api: Api) -> None:
    rita = await team.join("rita", "reviewer")
    refused = await api.http.get("/api/audit", headers=rita)
    assert (refused.status_code, code(refused)) == (403, "workspace_role_insufficient")
    bob = await api.bearer("bob")
    assert (await api.http.get("/api/audit", headers=team.within(bob))).status_code == 404
    assert (await api.http.get("/api/audit", headers=bob, params={"for_all": True})).status_code == 403
    assert {one["person"] for one in await log(api, bob)} <= {"bob"}
    for method in ("DELETE", "PUT", "POST", "PATCH"):
        assert (await api.http.request(method, "/api/audit", headers=team.ann)).status_code == 405


async def test_sign_ins_are_told_to_whom_they_are_of_and_to_admins_of_the_installation(api: Api) -> None:
    right = "correct horse battery staple"
    await add_user(api.records.identities, "ann", Role.USER, right)
    boss = await api.bearer("boss", role=Role.ADMIN)
    for name, password in (("ann", "wrong password"), ("hunter2-my-password", right), ("ann", right)):
        await api.http.post("/api/tokens", json={"name": name, "password": password})
    found = [(one["person"], one["description"]) for one in await log(api, boss, for_all=True, action="sign_in")]
    assert found[:3] == [
        ("ann", "Signed in: password."),
        ("", "Failed to sign in with an unknown name."),
        ("", "Failed to sign in as ann."),
    ]


async def test_who_is_let_into_a_personal_workspace_sees_and_exports_nothing_of_the_account(api: Api) -> None:
    ann = await api.bearer()
    user = await api.user()
    await audit.record_sign_in(api.records, user, audit.Source("page", "192.0.2.7"), "password")
    await audit.record_failed_sign_in(api.records, "ann", audit.Source("page", "192.0.2.7"))
    await api.http.delete("/api/review-channel", headers=ann)
    account = ["connection.channel_removed", "sign_in.failed", "sign_in.succeeded"]
    assert [one["action"] for one in await log(api, ann)] == account
    eve = await api.member("eve", WorkspaceRole.ADMIN)
    assert await log(api, eve) == await log(api, eve, person="ann") == []

    async def exported(headers: dict[str, str]) -> list[str]:
        csv_file = await api.http.get("/api/audit.csv", headers=headers)
        zip_file = await api.http.get("/api/workspace/export.zip", headers=headers)
        with ZipFile(io.BytesIO(zip_file.content)) as archive:
            return [csv_file.text, archive.read("rows/audit_events.jsonl").decode()]

    assert [[one for one in (*account, "192.0.2.7") if one in text] for text in await exported(eve)] == [[], []]
    assert all("192.0.2.7" in text and account[0] in text for text in await exported(ann))


async def test_settings_are_told_without_secrets(api: Api) -> None:
    boss = await api.bearer("boss", role=Role.ADMIN)
    for name, value in (("openai_api_key", "sk-very-secret-0123456789"), ("budget", 3.5)):
        answer = await api.http.put(f"/api/settings/{name}", headers=boss, json={"value": value, "version": 0})
        assert answer.status_code == 200, answer.text
    found = [one["description"] for one in await log(api, boss, action="setting")]
    assert found == ["Set MAGICAI_BUDGET to 3.5.", "Set OPENAI_API_KEY to ***."]


async def test_the_export_has_no_formulas_and_is_an_event_itself(api: Api) -> None:
    ann = await api.bearer()
    await api.http.post("/api/api-keys", headers=ann, json={"name": "=HYPERLINK(1)", "scopes": ["read"]})
    answer = await api.http.get("/api/audit.csv", headers=ann)
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [tuple(rows[0])] == [audit.COLUMNS]
    assert [row["description"] for row in rows if row["action"] == "key.created"] == [
        "Created the API key =HYPERLINK(1)."
    ]
    assert not any(cell.startswith("=") for row in rows for cell in row.values())
    assert (await log(api, ann))[0]["description"] == "Exported the audit log."


@pytest.mark.parametrize("operation", [one for one in operations() if one.audited], ids=lambda one: one.name)
def test_every_event_has_words_in_both_languages(operation: Any) -> None:
    entry = table()[audit.code_of(operation.audited)]
    assert all(f"{{{name}}}" in str(entry["zh"]) for name in names_in(audit.code_of(operation.audited)))


def test_what_changes_accounts_keys_or_rights_is_an_event() -> None:
    silent = {one.name for one in operations() if one.scope == "account" and one.method != "GET" and not one.audited}
    assert silent - _NO_EVENT == set()
