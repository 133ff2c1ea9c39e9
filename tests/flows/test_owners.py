"""Whose a run is that Prefect starts: its schedule's user, and nobody whom a parameter names."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest
from prefect.client.schemas.objects import FlowRun
from pydantic import ValidationError

from flows.crawl_analyze_generate import crawl_analyze_generate
from integrations.open import open_ports
from integrations.prefect.walk import _claim  # pyright: ignore[reportPrivateUsage]
from integrations.prefect.work_pool import MADE_FOR, parameters_of
from magicai.accounts.identity import Role, User
from magicai.errors import Invalid, Refused
from magicai.runs.requests.accept import accept
from magicai.runs.run import Origin
from magicai.settings import Settings
from magicai.shops.crawl_analyze_generate import WORKFLOW, CrawlAnalyzeGenerate
from tests.codes import says

REQUEST = {"competitor_url": "https://shop.example"}
SCHEDULE, OTHER = uuid4(), uuid4()


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Makes this a flow run as Prefect's server tells of it."""

    def start(
        kind: str | None, made_by: UUID = SCHEDULE, shown: str = "every-morning", **parameters: dict[str, Any]
    ) -> None:
        told: dict[str, Any] = {"id": uuid4(), "flow_id": uuid4(), "name": "a flow run", **parameters}
        if kind is not None:
            told["created_by"] = {"id": made_by, "type": kind, "display_value": shown}
        run = FlowRun.model_validate({**told, "auto_scheduled": kind == "SCHEDULE"})
        monkeypatch.setattr(
            "integrations.prefect.walk.FlowRunContext", SimpleNamespace(get=lambda: SimpleNamespace(flow_run=run))
        )
        monkeypatch.setattr("integrations.prefect.walk.flow_run", SimpleNamespace(get_id=lambda: str(run.id)))

    return start


async def test_a_run_is_its_schedules_users_and_otherwise_this_installations(
    tmp_path: Path, started: Callable[..., None]
) -> None:
    goal: Any = SimpleNamespace(workflow=WORKFLOW)
    request = CrawlAnalyzeGenerate.model_validate(REQUEST)
    async with open_ports(Settings(home=tmp_path, model="none")) as ports:
        identities = ports.records.identities
        await identities.add_user(User(user_id="id-ann", name="ann", role=Role.USER, created_at=1))
        await identities.bind_schedule(f"{WORKFLOW.name}/every-morning", "id-ann")
        await identities.bind_schedule(str(OTHER), "id-ann")

        async def claimed(*made: Any) -> tuple[str, Origin]:
            started(*made)
            run, *_ = await _claim(ports, goal, request)
            assert (await _claim(ports, goal, request))[0].run_id == run.run_id, "the same flow run is the same run"
            return run.owner_id, run.origin

        assert await claimed("SCHEDULE") == ("id-ann", Origin.SCHEDULE)
        assert await claimed("SCHEDULE", OTHER, "CronSchedule") == ("id-ann", Origin.SCHEDULE)
        assert await claimed("SCHEDULE", SCHEDULE, "every-night") == ("local", Origin.SCHEDULE)
        assert await claimed("AUTOMATION") == ("local", Origin.PREFECT)
        assert await claimed(None) == ("local", Origin.PREFECT)
        await identities.change_user("id-ann", enabled=False)
        with pytest.raises(Refused, check=says("schedule_user_disabled", name="ann")):
            await claimed("SCHEDULE")


async def test_a_flow_run_that_asks_for_something_else_than_its_run_is_refused(
    tmp_path: Path, started: Callable[..., None]
) -> None:
    goal: Any = SimpleNamespace(workflow=WORKFLOW)
    request = CrawlAnalyzeGenerate.model_validate(REQUEST)
    async with open_ports(Settings(home=tmp_path, model="none")) as ports:
        run = await accept(ports.records, WORKFLOW.name, request, owner_id="local", origin=Origin.API)
        labels = {MADE_FOR: run.run_id}
        started(None, parameters=parameters_of(run), labels=labels)
        assert (await _claim(ports, goal, request))[0].run_id == run.run_id
        altered = {**run.request, "max_pages": 7}
        started(None, parameters={"request": altered}, labels=labels)
        with pytest.raises(Invalid, check=says("run_parameters_mismatch")):
            await _claim(ports, goal, CrawlAnalyzeGenerate.model_validate(altered))


@pytest.mark.parametrize("typed", ["owner", "owner_id", "user", "user_id"])
def test_no_parameter_names_an_owner(typed: str) -> None:
    with pytest.raises(ValidationError, match="Extra inputs are not permitted"):
        CrawlAnalyzeGenerate.model_validate({**REQUEST, typed: "ann"})
    assert set(crawl_analyze_generate.parameters.properties) == {"request"}
