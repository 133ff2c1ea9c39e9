"""A run that a schedule or Prefect's form starts: its request is taken in as anybody's is."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any, Self
from unittest.mock import AsyncMock
from uuid import uuid4

import pytest
from prefect.utilities.callables import parameter_schema

from integrations.files.folder import FolderFiles
from integrations.prefect import walk
from integrations.seal import SivSeal
from magicai.errors import Invalid
from magicai.ports import Records
from magicai.runs import registry
from magicai.runs.requests import choices
from magicai.runs.requests.secrets import as_row
from magicai.settings import Settings
from tests.unit.runs.every_shape import SOURCES, WORKFLOW, EveryShape


class Server:
    """What is told to Prefect's server."""

    def __init__(self) -> None:
        self.parameters: Any = None

    async def __aenter__(self) -> Self:
        """Ready."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Nothing to let go of."""

    async def update_flow_run(self, _flow_run_id: object, *, parameters: dict[str, Any]) -> None:
        """Keep other parameters."""
        self.parameters = parameters


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Server:
    made = Server()
    monkeypatch.setattr(walk, "get_client", lambda: made)
    return made


async def claim(
    records: Records,
    folder: Path,
    request: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
    labels: dict[str, str] | None = None,
) -> Any:
    """The run that a flow run with these parameters becomes."""
    started = SimpleNamespace(
        id=uuid4(), auto_scheduled=False, created_by=None, parameters={"request": request}, labels=labels or {}
    )
    monkeypatch.setattr(walk.FlowRunContext, "get", lambda: SimpleNamespace(flow_run=started))
    monkeypatch.setattr(walk.flow_run, "get_id", lambda: str(started.id))
    monkeypatch.setattr(choices, "_sources", SOURCES)
    files, settings = FolderFiles(folder / "files"), Settings(home=folder)
    ports: Any = SimpleNamespace(records=records, files=files, seal=SivSeal(folder / "key"), settings=settings)
    ports.of = AsyncMock(return_value=ports)
    goal: Any = SimpleNamespace(workflow=WORKFLOW)
    wanted = EveryShape.model_validate(request)
    run, taken, made_for = await walk._claim(ports, goal, wanted)  # pyright: ignore[reportPrivateUsage]
    assert made_for is (labels is not None)
    assert as_row(taken) == run.request, "what steps are given is what the row says"
    return run


async def test_prefect_keeps_no_secret_longer_than_until_the_run_is_claimed(
    records: Records, tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = await claim(records, tmp_path, {"topics": ["tea"], "token": "hunter2"}, monkeypatch)
    assert run.request["token"].startswith("sealed:")
    assert server.parameters == {"request": run.request}
    await claim(records, tmp_path, server.parameters["request"], monkeypatch)


async def test_what_holds_no_secret_is_left_as_it_is(
    records: Records, tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    await claim(records, tmp_path, {"topics": ["tea"]}, monkeypatch)
    assert server.parameters is None


@pytest.mark.parametrize("wrong", [{"rows": "/etc/passwd"}, {"model": "gpt"}])
async def test_what_does_not_fit_makes_no_run(
    records: Records, tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch, wrong: dict[str, Any]
) -> None:
    with pytest.raises(Invalid, match=next(iter(wrong))):
        await claim(records, tmp_path, {"topics": ["tea"], **wrong}, monkeypatch)
    assert await records.runs.listed() == []
    assert server.parameters is None


async def test_a_flow_run_that_was_made_for_a_run_carries_that_one_out(
    records: Records, tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = await claim(records, tmp_path, {"topics": ["tea"]}, monkeypatch)
    labels = {"magicai.for": run.run_id}
    again = await claim(records, tmp_path, run.request, monkeypatch, labels)
    assert again.run_id == run.run_id
    with pytest.raises(Invalid, match="with other parameters"):
        await claim(records, tmp_path, {"topics": ["coffee"]}, monkeypatch, labels)
    assert server.parameters is None


def test_prefects_form_asks_for_the_request_alone() -> None:
    for name in (*registry.names(), registry.GENERAL):
        assert [*parameter_schema(registry.flow(name).fn).properties] == ["request"]
