import errno
import importlib.metadata
import io
import os
import subprocess
import sys
import threading
import zipfile
from pathlib import Path
from typing import NamedTuple

import pytest

import start
from requirements import extras, install
from requirements.install import InstallationError
from tests.unit.start.stand_ins import always


class Disk(NamedTuple):
    """What is asked of a disk."""

    free: float


# The environment


def test_an_environment_is_made_and_kept(tmp_path: Path) -> None:
    venv = tmp_path / "环境 a"

    assert install.make(venv) is False
    (venv / "kept").touch()

    assert start.is_fit(start.python_of(str(venv)))
    assert install.make(venv) is True, "nothing was installed to the end yet"
    install.write_stamp(venv, {"venv": str(venv), "run": "x"})
    assert install.make(venv) is False
    assert (venv / "kept").exists()


def test_one_that_another_program_made_is_taken_as_whole(tmp_path: Path) -> None:
    install.make(tmp_path)
    (tmp_path / start.STAMP).unlink()

    assert install.make(tmp_path) is False


def test_one_whose_making_was_cut_or_that_was_moved_is_made_anew(tmp_path: Path) -> None:
    install.write_stamp(tmp_path, {"venv": "/elsewhere"})
    (tmp_path / "lib" / "half").mkdir(parents=True)
    (tmp_path / "half").touch()

    assert install.make(tmp_path) is False
    assert start.site_packages(str(tmp_path))
    assert not (tmp_path / "lib" / "half").exists()
    assert not (tmp_path / "half").exists()


def test_a_folder_with_something_else_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").touch()

    with pytest.raises(InstallationError, match=r"is not a virtual environment.*MAGICAI_VENV"):
        install.make(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_disk_too_small_is_refused_with_both_numbers(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("shutil.disk_usage", always(Disk(2e8)))

    with pytest.raises(InstallationError, match=r"need 0\.\d GB in .* 0\.2 GB are free there.*MAGICAI_VENV"):
        install.make(tmp_path / "new")


def test_a_python_without_the_module_that_makes_environments_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "venv", None)

    with pytest.raises(InstallationError, match=r"apt install python3-venv"):
        install.make(tmp_path)


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, ["(No space left on device)", "free some space"]),
        (errno.EROFS, ["(Read-only", "a folder of yours"]),
        (errno.EACCES, ["(Permission denied)", "a folder of yours"]),
    ],
)
def test_a_folder_that_cannot_be_written_is_named_with_the_way_out(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, number: int, words: list[str]
) -> None:
    def refuse(_: Path) -> bool:
        raise OSError(number, os.strerror(number), "/project/.venv")

    monkeypatch.setattr(install, "make", refuse)

    with pytest.raises(InstallationError) as caught:
        install.install(str(tmp_path / ".venv"), "run")
    for word in ("cannot write /project/.venv", "MAGICAI_VENV", *words):
        assert word in str(caught.value)


# Installing


class Programs:
    """A pip and a uv that write down how they were called, and do what they are told to."""

    def __init__(self, venv: Path) -> None:
        self.venv = venv
        self.calls: list[list[str]] = []
        self.pip_says = b""
        self.uv_status = 0
        self.uv_version = ""

    def run(self, words: list[str], **_: object) -> subprocess.CompletedProcess[bytes]:
        version = install.UV_LOCK.read_text().partition("uv==")[2].split()[0]
        if words[1:] == ["--version"]:
            return subprocess.CompletedProcess(words, 0, stdout=f"uv {self.uv_version or version} (x)".encode())
        self.calls.append(words)
        if words[0] == "pip" and str(install.UV_LOCK) in words and not self.pip_says:
            Path(start.python_of(str(self.venv))).with_name("uv").touch(mode=0o755)
        status = self.uv_status if words[0].endswith("uv") else int(bool(self.pip_says))
        if str(install.UV_LOCK) not in words and words[0] == "pip":
            status = 0
        return subprocess.CompletedProcess(words, status, stdout=self.pip_says)


@pytest.fixture
def programs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Programs:
    """An empty environment, and programs that only seem to install."""
    venv = tmp_path / "环境 a"
    install.make(venv)
    install.write_stamp(venv, {"venv": str(venv), "run": "before"})
    programs = Programs(venv)
    monkeypatch.setattr(subprocess, "run", programs.run)
    monkeypatch.setattr(start, "is_fit", bool)
    monkeypatch.setattr(install, "find_pip", always(["pip"]))
    monkeypatch.setattr(install, "settings", always(dict[str, str]()))
    monkeypatch.setattr(install, "cache", always(dict[str, str]()))
    return programs


def test_pip_fetches_uv_and_uv_installs_only_what_is_locked_by_its_hash(programs: Programs) -> None:
    install.install(str(programs.venv), "dev")

    pip, uv = programs.calls
    assert [pip[0], "--require-hashes" in pip, pip[-1]] == ["pip", True, str(install.UV_LOCK)]
    assert uv[0] == str(programs.venv / "bin" / "uv")
    for word in ("--require-hashes", "--no-deps", start.lock_file("dev"), str(programs.venv / "start-project.txt")):
        assert word in uv
    assert "--reinstall" not in uv
    assert start.is_ready(str(programs.venv), "dev")
    assert start.is_ready(str(programs.venv), "run")

    programs.calls.clear()
    Path(start.site_packages(str(programs.venv)), "llama_cpp_python-1.dist-info").mkdir()
    install.install(str(programs.venv), "run")
    assert [words[0] for words in programs.calls] == [uv[0]], "uv was there already"


def test_an_extra_alone_leaves_the_project_as_it_is_and_is_told_before(
    programs: Programs, capsys: pytest.CaptureFixture[str]
) -> None:
    install.install(str(programs.venv), "run")
    capsys.readouterr()
    packages = extras.direct()
    for name in set[str]().union(*(packages[extra] for extra in extras.FIRST)):
        Path(start.site_packages(str(programs.venv)), f"{name}-1.dist-info").mkdir()
    install.write_stamp(
        programs.venv, {"venv": str(programs.venv), "run": start.fingerprint(str(programs.venv), "run")}
    )

    install.install(str(programs.venv), "run", ["neo4j"])

    part = programs.venv / "start-requirements.txt"
    assert "\nneo4j==" in part.read_text(encoding="utf-8")
    assert str(programs.venv / "start-project.txt") not in programs.calls[-1]
    assert "Installing the client of Neo4j (neo4j, " in capsys.readouterr().err
    assert start.is_ready(str(programs.venv), "run")

    programs.calls.clear()
    install.install(str(programs.venv), "run", ["excel"])
    assert programs.calls == [], "it was there"


def test_extras_that_are_there_are_kept_up_with_the_lock(programs: Programs) -> None:
    for name in ("psycopg-1", "adbc_driver_postgresql-1", "sqlalchemy-1"):
        Path(start.site_packages(str(programs.venv)), f"{name}.dist-info").mkdir()

    install.install(str(programs.venv), "run")

    part = (programs.venv / "start-requirements.txt").read_text(encoding="utf-8")
    assert "\npsycopg==" in part
    assert "\nplaywright==" not in part


def test_an_extra_that_there_is_not_is_refused_with_those_that_there_are(programs: Programs) -> None:
    with pytest.raises(InstallationError, match=r"no extra 'neo'; there are .*neo4j.*, all"):
        install.install(str(programs.venv), "run", ["neo"])
    assert programs.calls == []


def test_another_uv_or_half_of_one_is_not_used(programs: Programs) -> None:
    Path(start.python_of(str(programs.venv))).with_name("uv").touch(mode=0o755)
    programs.uv_version = "0.0.1"
    programs.pip_says = b"WARNING: Retrying"

    with pytest.raises(InstallationError, match="pip could not fetch uv"):
        install.install(str(programs.venv), "run")
    assert "--ignore-installed" in programs.calls[0]


def test_after_a_cut_everything_is_put_in_again(programs: Programs) -> None:
    install.write_stamp(programs.venv, {"venv": str(programs.venv)})

    install.install(str(programs.venv), "run")

    assert "--reinstall" in programs.calls[-1]


def test_an_installation_that_failed_is_not_finished(programs: Programs) -> None:
    programs.uv_status = 1

    with pytest.raises(InstallationError, match=r"uv could not install.*PIP_INDEX_URL.*MAGICAI_VENV.*to continue"):
        install.install(str(programs.venv), "run")
    assert start.read_stamp(str(programs.venv)) == {"venv": str(programs.venv)}


def test_where_the_index_has_no_uv_pip_does_it(programs: Programs, capsys: pytest.CaptureFixture[str]) -> None:
    programs.pip_says = b"ERROR: No matching distribution found for uv==0"

    install.install(str(programs.venv), "run")

    assert programs.calls[-1][0] == "pip"
    part = str(programs.venv / "start-requirements.txt")
    assert {"--require-hashes", "--no-deps", part} <= set(programs.calls[-1])
    assert "no uv" in capsys.readouterr().err


def test_without_a_network_pip_is_called_once_and_what_it_said_is_shown(
    programs: Programs, capfd: pytest.CaptureFixture[str]
) -> None:
    programs.pip_says = b"WARNING: Retrying after connection broken\nERROR: No matching distribution found for uv==0"

    with pytest.raises(InstallationError, match=r"pip could not fetch uv.*PIP_PROXY"):
        install.install(str(programs.venv), "run")
    assert len(programs.calls) == 1
    assert "connection broken" in capfd.readouterr().err


def test_without_pip_a_uv_on_the_path_does_it_or_the_package_to_install_is_named(
    programs: Programs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(install, "find_pip", always(list[str]()))
    monkeypatch.setattr("shutil.which", always("/bin/uv"))
    install.install(str(programs.venv), "run")
    assert [words[0] for words in programs.calls] == ["/bin/uv"]

    install.write_stamp(programs.venv, {"venv": str(programs.venv)})
    monkeypatch.setattr("shutil.which", always(None))
    with pytest.raises(InstallationError, match="apt install python3-venv"):
        install.install(str(programs.venv), "run")


# The project itself


def test_the_project_is_found_wherever_it_lies_and_whatever_the_encoding(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    root = tmp_path / 'a "b" \\ 店铺'
    root.mkdir()
    (root / "found_there.py").touch()
    (root / "pyproject.toml").write_bytes(Path(start.ROOT, "pyproject.toml").read_bytes())
    monkeypatch.setattr(install, "ROOT", root)
    install.project_requirement(tmp_path)
    site_packages = tmp_path / "site-packages"
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        wheel.extractall(site_packages)

    (pth,) = site_packages.glob("*.pth")
    assert pth.read_bytes().isascii()
    look = f"import site; site.addsitedir({str(site_packages)!a}); import found_there"
    subprocess.run([sys.executable, "-I", "-c", look], check=True)


def test_the_project_says_its_version_commands_and_plug_ins(tmp_path: Path) -> None:
    requirement = install.project_requirement(tmp_path)
    (path,) = tmp_path.glob("*.whl")
    assert requirement.startswith(f"magicai @ {path.as_uri()} --hash=sha256:")
    with zipfile.ZipFile(path) as wheel:
        wheel.extractall(tmp_path)
        names = wheel.namelist()

    (found,) = importlib.metadata.distributions(path=[str(tmp_path)])
    assert found.name == "magicai"
    assert "prefect==3.9.1" in (found.requires or ())
    assert {(entry.group, entry.name) for entry in found.entry_points} == {
        ("console_scripts", "magicai"),
        ("prefect.collections", "magicai"),
    }
    assert [str(file) for file in found.files or ()] == names


# One at a time


def test_two_starts_take_turns(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = tmp_path / "环境 .venv.lock"
    said = io.StringIO()
    monkeypatch.setattr(sys, "stderr", said)
    waits, entered = threading.Event(), threading.Event()

    def sleep(_: float) -> None:
        waits.set()

    monkeypatch.setattr("time.sleep", sleep)

    def second() -> None:
        with install.one_at_a_time(path):
            entered.set()

    thread = threading.Thread(target=second)
    with install.one_at_a_time(path):
        thread.start()
        assert waits.wait(60)
        assert not entered.is_set()
    thread.join(60)

    assert entered.is_set()
    assert str(path.with_suffix("")) in said.getvalue()
