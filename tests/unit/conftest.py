import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import hypothesis
import pytest

from integrations.records import sqlite
from magicai.ports import Records

# How long an example takes depends on what else the machine does.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")


@pytest.fixture(scope="session")
def empty_records(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Migrated once: each test works on a copy."""
    path = tmp_path_factory.mktemp("records") / "records.sqlite3"
    asyncio.run(sqlite.open(path).close())
    return path


@pytest.fixture
async def records(tmp_path: Path, empty_records: Path) -> AsyncIterator[Records]:
    shutil.copy(empty_records, tmp_path)
    made = sqlite.open(tmp_path / "records.sqlite3")
    yield made
    await made.close()
