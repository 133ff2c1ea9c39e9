import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from integrations.runs import ondemand


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """One installation, with one Prefect server, for all of these tests; nothing of it stays behind."""
    path = tmp_path_factory.mktemp("magicai-home")
    yield path
    server = ondemand.running(path)
    if server is not None:
        with suppress(ProcessLookupError):
            os.kill(server.pid, signal.SIGTERM)
        with suppress(psutil.NoSuchProcess):
            psutil.Process(server.pid).wait(20)


@pytest.fixture
def environment(home: Path) -> dict[str, str]:
    """What a user's shell would hold, without settings of the one that runs the tests."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("MAGICAI_", "PREFECT_"))}
    return {**kept, "MAGICAI_HOME": str(home), "MAGICAI_IDLE_SECONDS": "60"}
