import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from requirements import installer, pythons
from requirements.failures import InstallationError
from requirements.pythons import Python


class Disk(NamedTuple):
    """What is asked of a disk."""

    free: int


@pytest.fixture
def python(tmp_path: Path) -> Python:
    """The Python of an environment, without the wheel of pip."""
    found = pythons.this()
    return found._replace(path="/venv/python", pip_folder=str(tmp_path / "bundled"))


def answers(monkeypatch: pytest.MonkeyPatch, says: Callable[[list[str]], str]) -> None:
    """Have each program that is run print what SAYS makes of its words; where that is nothing, it fails."""

    def run(words: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        said = says(words)
        return subprocess.CompletedProcess(words, 0 if said else 1, stdout=said, stderr="")

    monkeypatch.setattr(subprocess, "run", run)


def test_the_wheel_that_the_environments_python_carries_is_taken(python: Python) -> None:
    wheel = Path(python.pip_folder) / "pip-25.0-py3-none-any.whl"
    wheel.parent.mkdir()
    wheel.touch()

    assert installer.find(python) == ["/venv/python", "-I", "-u", str(wheel / "pip")]


def test_without_it_the_pip_of_this_python_does_it(python: Python, monkeypatch: pytest.MonkeyPatch) -> None:
    answers(monkeypatch, lambda _: "pip 23.0.1 from /usr/lib/python3/dist-packages/pip (python 3.11)\n")

    assert installer.find(python) == [sys.executable, "-I", "-m", "pip", "--python", "/venv/python"]


def test_a_pip_on_the_path_does_too_where_it_runs_in_the_environments_python(
    python: Python, monkeypatch: pytest.MonkeyPatch
) -> None:
    def which(name: str) -> str:
        return f"/bin/{name}"

    monkeypatch.setattr("shutil.which", which)
    answers(
        monkeypatch, lambda words: "pip 26.3" if words == ["/bin/pip", "--python", python.path, "--version"] else ""
    )

    assert installer.find(python) == ["/bin/pip", "--python", "/venv/python"]


def test_without_any_pip_the_package_to_install_is_named(python: Python, monkeypatch: pytest.MonkeyPatch) -> None:
    answers(monkeypatch, lambda _: "")

    with pytest.raises(InstallationError, match="apt install python3-venv"):
        installer.find(python)


def test_pip_settings_are_read_as_pip_does(monkeypatch: pytest.MonkeyPatch) -> None:
    answers(
        monkeypatch,
        lambda _: (
            ":env:.proxy='http://127.0.0.1:3128'\n"
            "download.index-url='http://127.0.0.1/wrong'\n"
            "global.find-links='/a b\\n/c'\n"
            "global.index-url='http://127.0.0.1/global'\n"
            "install.index-url='http://127.0.0.1/install'\n"
            "global.user='true'\n"
        ),
    )

    assert installer.settings(["pip"]) == {
        "proxy": "http://127.0.0.1:3128",
        "find-links": "/a b\n/c",
        "index-url": "http://127.0.0.1/install",
        "user": "true",
    }


def test_pip_gets_the_network_settings_and_none_of_the_others(tmp_path: Path) -> None:
    environ = {"HOME": "/h", "HTTPS_PROXY": "http://p", "PIP_TARGET": "/t", "PIP_CONFIG_FILE": "/c", "PYTHONPATH": "/x"}
    settings = {"index-url": "http://127.0.0.1/simple", "no-index": "true", "target": "/t", "user": "true"}

    assert installer.variables(environ, settings, tmp_path) == {
        "HOME": "/h",
        "HTTPS_PROXY": "http://p",
        "PIP_INDEX_URL": "http://127.0.0.1/simple",
        "PIP_NO_INDEX": "true",
        "PIP_CONFIG_FILE": os.devnull,
        "TMPDIR": str(tmp_path),
        "TEMP": str(tmp_path),
        "TMP": str(tmp_path),
    }


@pytest.fixture
def pip(tmp_path: Path) -> Callable[[str], installer.Job]:
    """Make a job whose pip is a script with the given body; `words` are what it was called with."""

    def make(body: str) -> installer.Job:
        script = tmp_path / "pip.py"
        script.write_text(
            f"import sys\nif sys.argv[1:] == ['config', 'list']:\n    sys.exit()\nwords = sys.argv[1:]\n{body}\n"
        )
        return installer.Job(
            command=[sys.executable, str(script)],
            requirements=[tmp_path / "a.txt", tmp_path / "b.txt"],
            wheels=[tmp_path / "wheels"],
            log=tmp_path / "start.log",
            scratch=tmp_path,
        )

    return make


def test_only_hashed_wheels_are_installed_and_nothing_that_is_not_named(
    pip: Callable[[str], installer.Job], tmp_path: Path
) -> None:
    job = pip("print(words)")

    with (tmp_path / "guard").open("w") as guard:
        for _ in job.run(guard.fileno()):
            pass

    said = job.log.read_text()
    for words in ("'--require-hashes'", "'--only-binary', ':all:'", "'--no-deps'", f"'-r', '{tmp_path / 'b.txt'}'"):
        assert words in said


def test_a_pip_that_fails_is_explained(pip: Callable[[str], installer.Job], tmp_path: Path) -> None:
    job = pip("print('ERROR: No matching distribution found for six==1.17.0'); sys.exit(1)")

    with (tmp_path / "guard").open("w") as guard, pytest.raises(InstallationError, match=r"no wheel of six==1\.17\.0"):
        list(job.run(guard.fileno()))


def test_a_full_disk_is_recognised_where_pip_had_no_room_to_say_so(
    pip: Callable[[str], installer.Job], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_path: Path) -> Disk:
        return Disk(free=0)

    monkeypatch.setattr("shutil.disk_usage", full)

    with (tmp_path / "guard").open("w") as guard, pytest.raises(InstallationError, match="became full"):
        list(pip("sys.exit(1)").run(guard.fileno()))


def test_a_start_that_is_stopped_takes_its_pip_along(pip: Callable[[str], installer.Job], tmp_path: Path) -> None:
    job = pip("import os, time\nprint(os.getpid(), flush=True)\ntime.sleep(120)")

    with (tmp_path / "guard").open("w") as guard:
        running = job.run(guard.fileno())
        while not next(running) and not job.log.read_text():
            pass
        running.close()  # what a KeyboardInterrupt in the loop over it does

    with pytest.raises(ProcessLookupError):
        os.kill(int(job.log.read_text()), 0)


def test_a_silent_index_is_noticed_while_pip_tries_again(pip: Callable[[str], installer.Job]) -> None:
    job = pip("")
    job.log.write_text("Collecting six\nWARNING: Retrying (Retry(total=4)) after connection broken by 'x': /six/\n")
    assert job.is_trying_again()

    job.log.write_text(job.log.read_text() + "  Downloading six.whl\n")
    assert not job.is_trying_again()
