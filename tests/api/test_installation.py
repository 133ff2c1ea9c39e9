"""How the installation is doing, over HTTP."""

from pathlib import Path
from typing import Any

import pytest

from magicai.accounts.identity import Role
from magicai.errors import Temporary
from magicai.runs.run import Problem, RunStatus
from magicai.settings import Settings
from magicai.values.times import now_us
from tests.api.conftest import Api


async def failed(api: Api, headers: dict[str, str], *errors: Temporary) -> str:
    """A run that failed so."""
    run_id = await api.start(headers)
    attempt = await api.begin(run_id)
    problems = [Problem.of("plan", error).model_dump(mode="json") for error in errors]
    await api.records.runs.finish(attempt, RunStatus.FAILED, {"run_id": run_id, "problems": problems})
    return run_id


async def test_failures_of_the_day_stand_by_cause_without_what_was_asked(api: Api) -> None:
    operator, ann = await api.bearer("olga", Role.OPERATOR), await api.bearer()
    late = [
        await failed(api, ann, Temporary("step_timed_out", name=name, limit_s=9), Temporary("records_busy"))
        for name in ("fetch", "plan")
    ]
    mine = await failed(api, operator)
    answer = await api.http.get("/api/operations", headers=operator)
    assert answer.status_code == 200, answer.text
    told = answer.json()
    first, second = told["failures"]
    assert (first["count"], first["message"]["code"], first["message"]["params"]["name"]) == (
        2,
        "step_timed_out",
        "plan",
    )
    assert [(one["run_id"], one["yours"]) for one in first["latest"]] == [(late[1], False), (late[0], False)]
    assert (second["problem"], [one["run_id"] for one in second["latest"]]) == ("", [mine])
    assert second["latest"][0]["yours"]
    assert not told["more_failures"]
    assert "competitor_url" not in answer.text
    assert await api.records.runs.failed(since=now_us() + 1, limit=9) == []


async def test_only_operators_see_how_the_installation_is_doing(api: Api) -> None:
    ann = await api.bearer()
    assert (await api.http.get("/api/operations", headers=ann)).status_code == 403
    assert (await api.http.post("/api/operations/checks", headers=ann)).status_code == 403


class TestBackups:
    """Of an installation that makes them."""

    @pytest.fixture
    def settings(self, settings: Settings, tmp_path: Path) -> Settings:
        """Those of the gateway."""
        folder = tmp_path / "archive/backups"
        for name in ("20261201T000000.000000Z", "20261202T030405.000006Z"):
            (folder / name).mkdir(parents=True)
            (folder / name / "manifest.json").write_text("{}")
        return settings.model_copy(update={"backup_dir": tmp_path / "archive"})

    async def test_the_latest_backup_is_told(self, api: Api) -> None:
        operator = await api.bearer("olga", Role.OPERATOR)
        told = (await api.http.get("/api/operations", headers=operator)).json()
        assert told["backup"]["made_at"] == "2026-12-02T03:04:05.000006Z"


async def test_what_is_checked_is_what_doctor_checks(api: Api) -> None:
    operator = await api.bearer("olga", Role.OPERATOR)
    answer = await api.http.post("/api/operations/checks", headers=operator, timeout=300)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = {one["name"]: one for one in answer.json()["checks"]}
    assert found["records"]["health"] == "good"
    assert found["backup"]["health"] == "absent"
    assert found["backup"]["message"]["code"] == "backup_folder_not_set"
    assert found["backup"]["way_out"]
