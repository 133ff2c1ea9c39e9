"""A desk of its own for each test."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from integrations.open import open_ports
from integrations.records import sqlite
from magicai.errors import MagicError
from magicai.settings import Settings
from tests.desk import Desk
from tests.platforms.platform import Platform
from tests.scripted import ScriptedText


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "records.sqlite3"
    asyncio.run(sqlite.open(path).close())
    return path


@pytest.fixture
def settings(tmp_path: Path, template: Path, request: pytest.FixtureRequest) -> dict[str, Any]:
    """Those of a desk; a test may name others."""
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    shutil.copy(template, home / "records.sqlite3")
    others: dict[str, Any] = getattr(request, "param", {})
    return {"home": home, "model": "none", "publish_seconds": 0.3, "publish_settle": 0.0, **others}


@pytest.fixture
async def desk(
    settings: dict[str, Any], platforms: list[Platform], monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Desk]:
    monkeypatch.setattr("magicai.runs.execution.journal.BEAT_S", 0.05)
    monkeypatch.setattr("tasks.review_and_publish.publish_posts._PAUSE_S", 0.02)
    hosts = tuple(platform.host for platform in platforms)
    async with open_ports(Settings(**settings, publish_allow_hosts=hosts)) as ports:
        yield Desk(ports)


@pytest.fixture
def platforms() -> list[Platform]:
    """Those that may be posted to; a test module has its own."""
    return []


@pytest.fixture
def moderator(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Makes a scripted model the moderator; it may be asked as often as there are answers."""

    def chosen(*answers: str | BaseModel | MagicError) -> ScriptedText:
        model = ScriptedText(answers)

        async def text_model(spender: Any, **_: Any) -> ScriptedText:
            assert spender.role == "moderator"
            assert spender.run_id
            return model

        monkeypatch.setattr(desk.ports, "text_model", text_model)
        return model

    return chosen
