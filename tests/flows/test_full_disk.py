"""A disk that is full in the midst of a run."""

import subprocess
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import psutil
import pytest

from integrations.prefect import server_on_demand
from tests.flows.corner_shop import corner_shop
from tests.house import House, result_of, run_of

SIZE = "48m"
BLOCK = bytes(512)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small disk of its own."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(place)],
        capture_output=True,
        text=True,
        check=False,
    )
    if mounted.returncode:
        pytest.skip(f"a small disk can't be mounted here: {mounted.stderr.strip()}")
    yield place
    subprocess.run(["umount", str(place)], check=True)


@pytest.fixture
def small(house: House, server: server_on_demand.Server, disk: Path) -> Iterator[House]:
    """An installation on that disk; its servers end before the disk does."""
    made = house.another(disk / "home")
    yield made
    servers = made.processes()
    for process in servers:
        process.terminate()
    assert not psutil.wait_procs(servers, timeout=120)[1]


def fill(ballast: Path) -> None:
    """Leave no byte free."""
    with ballast.open("wb", buffering=0) as file:
        for block in (BLOCK * 1000, BLOCK):
            try:
                while True:
                    file.write(block)
            except OSError:
                continue


def test_a_disk_that_fills_up_stops_a_run_with_one_sentence_and_it_goes_on_once_there_is_room(
    small: House, disk: Path
) -> None:
    pages = count(1)

    def on_page() -> None:
        if next(pages) == 3:
            fill(disk / "ballast")

    with corner_shop(on_page=on_page) as shop:
        surroundings = {"MAGICAI_CRAWL_ALLOW_HOSTS": shop, "MAGICAI_CRAWL_DELAY": "0"}
        stopped = small.run("run", "crawl-analyze-generate", f"http://{shop}", "--json", **surroundings)
        assert stopped.returncode == 1
        assert "disk is full" in stopped.stderr + stopped.stdout
        assert "magicai resume" in stopped.stderr + stopped.stdout
        assert "Traceback" not in stopped.stderr

        (disk / "ballast").unlink()
        done = small.run("resume", run_of(stopped.stderr), "--json", **surroundings)
    assert done.returncode == 0, done.stderr
    result = result_of(done.stdout)
    assert result["status"] == "completed"
    assert len(result["crawl_data"]["products"]) == 8
    assert result["indexed"]["behind"] == {"search": 0, "vectors": 0, "graph": 0, "cache": 0}
