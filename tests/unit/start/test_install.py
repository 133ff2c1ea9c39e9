"""How an environment is brought to what a lock says, with programs that only seem to install."""

import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

import start
from tests.unit.start.stand_ins import always


class Programs:
    """A venv, a pip and a uv that write down how they were called, and do what they are told to."""

    def __init__(self, venv: Path) -> None:
        self.venv = venv
        self.calls: list[list[str]] = []
        self.fails = ""

    def run(self, words: list[object], _: object) -> None:
        said = [str(word) for word in words]
        self.calls.append(said[1:])
        if self.fails in said[1:4] and self.fails:
            raise subprocess.CalledProcessError(1, said)
        if said[1:3] == ["-m", "venv"]:
            python = start.python_of(self.venv)
            python.parent.mkdir(parents=True)
            python.symlink_to(sys.executable)
            (self.venv / "pyvenv.cfg").touch()
            self.add("pip-23.2")

    def add(self, *names: str) -> None:
        """Put packages into the environment."""
        for name in names:
            (self.venv / f"lib/python3.13/site-packages/{name}.dist-info").mkdir(parents=True, exist_ok=True)

    @property
    def extras(self) -> set[str]:
        """What uv was asked for the last time, beside the core."""
        words = next(call for call in reversed(self.calls) if "--extra" in call)
        return {extra for word, extra in pairwise(words) if word == "--extra"}


@pytest.fixture
def programs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Programs:
    programs = Programs(tmp_path / "环境 a")
    monkeypatch.setattr(start, "run", programs.run)
    monkeypatch.setattr("requirements.network.pip_settings", always(dict[str, str]()))
    return programs


def test_pip_installs_uv_and_uv_only_what_is_locked_by_its_hash(programs: Programs) -> None:
    start.install(programs.venv, "run", [])

    made, pip, uv, project = programs.calls
    assert made[:2] == ["-m", "venv"]
    assert [pip[1:3], "--require-hashes" in pip, pip[-1]] == [
        ["pip", "install"],
        True,
        str(start.LOCKS / "start.txt"),
    ]
    assert uv[uv.index("--constraints") + 1] == str(start.LOCKS / "run.txt")
    assert {"--require-hashes", "--only-binary"} <= set(uv)
    assert programs.extras == set(start.SMALL)
    assert project[-2:] == ["--editable", str(start.ROOT)]
    assert start.is_ready(programs.venv, "run")
    assert not start.is_ready(programs.venv, "dev")

    programs.calls.clear()
    start.install(programs.venv, "dev", [])
    assert programs.extras == set(start.optional_packages())
    assert [call[1] for call in programs.calls] == ["pip", "uv", "uv"], "the environment was there already"
    assert start.is_ready(programs.venv, "dev")
    assert start.is_ready(programs.venv, "run")


def test_extras_that_are_there_are_kept_up_with_the_lock(programs: Programs) -> None:
    start.install(programs.venv, "run", [])
    programs.add("psycopg-1", "adbc_driver_postgresql-1", "sqlalchemy-1", "playwrong-1")

    start.install(programs.venv, "run", ["neo4j"])

    assert programs.extras == {*start.SMALL, "postgresql", "neo4j"}


def test_an_extra_that_there_is_not_is_refused_with_those_that_there_are(programs: Programs) -> None:
    with pytest.raises(SystemExit, match=r"no extra 'neo'\. There are .*neo4j.*, and all"):
        start.install(programs.venv, "run", ["neo"])
    assert programs.calls == []


def test_after_an_interruption_everything_is_put_in_again(programs: Programs) -> None:
    programs.fails = "uv"
    with pytest.raises(subprocess.CalledProcessError):
        start.install(programs.venv, "run", [])
    assert not start.is_ready(programs.venv, "run")

    programs.fails = ""
    start.install(programs.venv, "run", [])

    assert "--reinstall" in programs.calls[-2]
    start.install(programs.venv, "run", [])
    assert "--reinstall" not in programs.calls[-2]


def test_an_environment_without_pip_gets_it_and_one_that_was_moved_is_made_anew(programs: Programs) -> None:
    programs.run(["python", "-m", "venv"], {})
    next(programs.venv.glob("lib/*/*/pip-*")).rmdir()  # as uv makes one
    programs.calls.clear()
    start.install(programs.venv, "run", [])
    assert programs.calls[0] == ["-m", "ensurepip"]

    start.write_stamp(programs.venv, {"venv": "/elsewhere"})
    start.python_of(programs.venv).unlink()
    start.python_of(programs.venv).parent.rmdir()
    programs.calls.clear()
    start.install(programs.venv, "run", [])
    assert programs.calls[0][:3] == ["-m", "venv", "--clear"]


def test_a_folder_with_something_else_in_it_is_left_alone(programs: Programs) -> None:
    programs.venv.mkdir()
    (programs.venv / "thesis.txt").touch()

    with pytest.raises(SystemExit, match=r"is not a virtual environment.*MAGICAI_VENV"):
        start.install(programs.venv, "run", [])
    assert [path.name for path in programs.venv.iterdir()] == ["thesis.txt"]


@pytest.mark.skipif(sys.platform == "win32", reason="uv alone waits there")
def test_a_start_waits_for_another_that_installs(tmp_path: Path) -> None:
    code = "import start, sys; from pathlib import Path\nwith start.take_turns(Path(sys.argv[1])):"
    holds = [sys.executable, "-c", f"{code} print('mine', flush=True); sys.stdin.read()", str(tmp_path / ".venv")]
    with subprocess.Popen(holds, cwd=start.ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == "mine\n"
        with subprocess.Popen(
            holds, cwd=start.ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True
        ) as other:
            assert other.stdout is not None
            with pytest.raises(subprocess.TimeoutExpired):
                other.wait(1)
            first.communicate(timeout=60)
            assert other.stdout.readline() == "mine\n"
