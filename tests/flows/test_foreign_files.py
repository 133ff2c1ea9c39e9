"""A file that somebody made to be long to read: its reading ends with the run, at Ctrl-C as at kill -9."""

import os
import signal
import time
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from integrations.prefect import server_on_demand
from magicai.runs.run import RunStatus
from tests.house import House, run_of, until

pytestmark = pytest.mark.faults
# Without an item; it is read for 20 seconds, unless its run ends before.
_ENDLESS = b"<rss>" + b"<a><b/></a>" * 8_000_000
_ENDED_S = 5.0


def readers(house: House) -> list[psutil.Process]:
    """The processes that read files of this house."""
    found: list[psutil.Process] = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            server = process.parent()
            ours = process.environ().get("PYTHONPATH") == str(house.folder)
            if ours and server and _is_server(process) and _is_server(server):
                found.append(process)
    return found


def _is_server(process: psutil.Process) -> bool:
    return "integrations.parsing.fork_server" in process.cmdline()


@pytest.fixture(name="endless")
def a_feed_without_items(tmp_path: Path) -> Path:
    path = tmp_path / "attack.xml"
    path.write_bytes(_ENDLESS)
    return path


@pytest.mark.parametrize("how", ["Ctrl-C", "kill -9"])
def test_reading_a_product_list_ends_with_its_run(
    how: str, house: House, server: server_on_demand.Server, endless: Path
) -> None:
    with house.start("run", "product-list", "--file", str(endless), "--json") as command:
        assert command.stderr is not None
        run_id = run_of(command.stderr.readline())
        until(lambda: readers(house))
        attempt = house.attempt(run_id).pid
        began = time.monotonic()
        if how == "Ctrl-C":
            command.send_signal(signal.SIGINT)
        else:
            os.kill(attempt, signal.SIGKILL)
        until(lambda: not readers(house))
        took = time.monotonic() - began
        command.communicate(timeout=60)
    assert took < _ENDED_S
    assert house.row(run_id).status is (RunStatus.CANCELLED if how == "Ctrl-C" else RunStatus.FAILED)
