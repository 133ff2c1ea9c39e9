"""A lab of one small server: started, disturbed, and gone without a trace."""

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from magicai.errors import Conflict, Invalid, Missing
from magicai.settings import Settings
from tests.house import ROOT
from tests.lab.lab import Lab
from tests.lab.probes import exchange
from tests.lab.servers import SERVERS
from tests.lab.servers.redis import Redis
from tests.lab.state import State

NAME = "redis"


@pytest.fixture
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Below a folder that the servers' account may enter."""
    if shutil.which("redis-server") is None:
        (pytest.fail if NAME in Settings().test_require else pytest.skip)("Redis is not installed")
    base = Path("/tmp", f"lab-{tmp_path_factory.getbasetemp().name}-{id(tmp_path_factory)}")
    base.mkdir(mode=0o755)
    yield base / "lab"
    Lab(base / "lab").down()
    shutil.rmtree(base)


@pytest.fixture
def lab(folder: Path) -> Lab:
    made = Lab(folder, cache=folder.parent / "cache")
    assert made.up([NAME]) == {}
    return made


def say(lab: Lab, words: str) -> bytes:
    kept = State(lab.folder, lab.folder).read(SERVERS[NAME])
    assert kept
    return exchange(kept.port, f"AUTH {kept.password}\r\n{words}\r\n".encode()).removeprefix(b"+OK\r\n")


def process_of(lab: Lab) -> psutil.Process:
    kept = State(lab.folder, lab.folder).read(SERVERS[NAME])
    assert kept
    assert kept.started
    return psutil.Process(kept.started.pid)


def test_a_second_up_finds_the_first_ones_server(lab: Lab) -> None:
    before, addresses = process_of(lab).pid, lab.addresses.read_text()

    assert Lab(lab.folder).up([NAME]) == {}

    assert process_of(lab).pid == before
    assert lab.addresses.read_text() == addresses


def test_what_it_writes_is_nobody_elses(lab: Lab) -> None:
    assert lab.addresses.stat().st_mode & 0o777 == 0o600
    assert (lab.folder / "redis").stat().st_mode & 0o077 == 0
    kept = State(lab.folder, lab.folder).read(SERVERS[NAME])
    assert kept
    assert kept.password not in " ".join(process_of(lab).cmdline())
    assert exchange(kept.port, b"PING\r\n").startswith(b"-NOAUTH")


def test_it_listens_on_loopback_alone(lab: Lab) -> None:
    listening = [one for one in process_of(lab).net_connections() if one.status == psutil.CONN_LISTEN]
    assert {one.laddr.ip for one in listening} == {"127.0.0.1"}


def test_killed_and_started_it_has_its_address_and_its_data(lab: Lab) -> None:
    assert say(lab, "SET kept 1") == b"+OK\r\n"
    addresses, before = lab.addresses.read_text(), process_of(lab).pid

    lab.kill(NAME)
    assert lab.status()[NAME] == "stopped"
    lab.start(NAME)

    assert process_of(lab).pid != before
    assert lab.addresses.read_text() == addresses
    assert say(lab, "GET kept") == b"$1\r\n1\r\n"


def test_wiped_it_has_its_address_and_no_data(lab: Lab) -> None:
    assert say(lab, "SET kept 1") == b"+OK\r\n"
    addresses = lab.addresses.read_text()

    lab.wipe(NAME)

    assert lab.addresses.read_text() == addresses
    assert say(lab, "GET kept") == b"$-1\r\n"


def test_paused_it_takes_connections_and_answers_when_resumed(lab: Lab) -> None:
    kept = State(lab.folder, lab.folder).read(SERVERS[NAME])
    assert kept
    lab.pause(NAME)
    assert lab.status()[NAME] == "paused"
    with socket.create_connection(("127.0.0.1", kept.port), timeout=10) as connection:
        connection.sendall(f"AUTH {kept.password}\r\n".encode())
        connection.settimeout(0.3)
        with pytest.raises(TimeoutError):
            connection.recv(10)

        lab.resume(NAME)

        connection.settimeout(60)
        assert connection.recv(10) == b"+OK\r\n"


def test_down_leaves_nothing_even_of_one_that_is_paused(lab: Lab) -> None:
    process = process_of(lab)
    lab.pause(NAME)

    lab.down()

    assert not process.is_running()
    assert not lab.folder.exists()
    lab.down()


def test_down_leaves_what_is_not_the_labs(lab: Lab) -> None:
    (lab.folder / "mine").touch()
    lab.down()
    assert [path.name for path in lab.folder.iterdir()] == ["mine"]


def test_a_server_that_cannot_be_had_is_left_out_with_its_reason(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fetch(_: Redis, cache: Path) -> None:
        raise Missing(f"There is no Redis for {cache.name}.")

    monkeypatch.setattr(Redis, "fetch", fetch)
    made = Lab(folder, cache=folder.parent / "cache")

    assert {name: str(reason) for name, reason in made.up([NAME]).items()} == {NAME: "There is no Redis for cache."}

    text = made.addresses.read_text()
    assert "# redis is left out: There is no Redis for cache." in text
    assert "REDIS_URL" not in text
    assert made.status()[NAME] == "absent"


def test_one_that_ends_while_it_starts_is_told_with_its_last_words(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def prepare(self: Redis, place: object) -> None:
        (folder / "redis" / "redis.conf").write_text("no such setting\n")

    monkeypatch.setattr(Redis, "prepare", prepare)

    left_out = Lab(folder, cache=folder.parent / "cache").up([NAME])

    assert "no such setting" in str(left_out[NAME])


def test_names_are_looked_at(folder: Path) -> None:
    with pytest.raises(Invalid, match="'oracle'"):
        Lab(folder).up(["oracle"])
    with pytest.raises(Conflict, match="redis does not run"):
        Lab(folder).kill(NAME)


def test_programs_are_fetched_by_a_python_without_any_package() -> None:
    done = subprocess.run(
        [sys.executable, "-S", "-m", "tests.lab", "fetch", "redis"],
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if name != "PYTHONSAFEPATH"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "redis: is here\n")
