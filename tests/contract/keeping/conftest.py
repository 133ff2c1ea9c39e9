from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from integrations.archive.folder import FolderArchive
from magicai.stores.relay import drain
from tests.contract.keeping.homes import Home


@pytest.fixture
async def home(tmp_path: Path) -> AsyncIterator[Home]:
    made = Home(tmp_path / "home")
    for name in "abc":
        await made.work(name)
    await drain(made.records, made.stores, limit_s=240)
    yield made
    await made.close()


@pytest.fixture
def archive(tmp_path: Path) -> FolderArchive:
    return FolderArchive(tmp_path / "backups")
