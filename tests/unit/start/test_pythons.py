import os
import sys
import sysconfig
import tomllib
from pathlib import Path
from types import SimpleNamespace

import pytest
from packaging.specifiers import SpecifierSet

import start

ROOT = Path(start.ROOT)


def is_now(monkeypatch: pytest.MonkeyPatch, version: str, **attributes: object) -> None:
    """Have start.py see another Python than this one."""
    numbers = tuple(int(part) for part in version.split("."))
    other = {"version_info": numbers, "executable": "/bin/other", "maxsize": 2**63 - 1, **attributes}
    other.setdefault("implementation", SimpleNamespace(name="cpython"))
    monkeypatch.setattr(start, "sys", SimpleNamespace(**other))


@pytest.mark.parametrize("version", ["3.11.0", "3.12.1", "3.13.0", "3.14.3"])
def test_these_pythons_are_fit(monkeypatch: pytest.MonkeyPatch, version: str) -> None:
    is_now(monkeypatch, version)

    assert start.fault() == ""


@pytest.mark.parametrize(
    ("version", "attributes", "why"),
    [
        ("3.10.13", {}, "too old"),
        ("3.6.15", {}, "too old"),
        ("3.15.0", {}, "too new"),
        ("4.0.0", {}, "too new"),
        ("3.11.9", {"implementation": SimpleNamespace(name="pypy")}, "pypy"),
        ("3.12.1", {"maxsize": 2**31 - 1}, "32-bit"),
    ],
)
def test_others_are_refused_by_version_path_and_reason(
    monkeypatch: pytest.MonkeyPatch, version: str, attributes: dict[str, object], why: str
) -> None:
    is_now(monkeypatch, version, **attributes)

    fault = start.fault()

    assert why in fault
    assert f"{version} (/bin/other)" in fault


def test_a_free_threaded_python_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sysconfig, "get_config_var", "Py_GIL_DISABLED".__eq__)

    assert "free-threaded" in start.fault()


def test_the_limits_are_those_of_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    allowed = SpecifierSet(project["requires-python"])

    fit = [minor for minor in range(30) if f"3.{minor}.5" in allowed]

    assert [(3, minor) for minor in fit] == [(3, minor) for minor in range(start.OLDEST[1], start.NEWEST[1] + 1)]
    assert sorted(start.PREFERRED) == [f"3.{minor}" for minor in fit]


def test_a_python_is_asked_by_running_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    (tmp_path / "start.py").write_text("raise SystemExit('another program was asked')")

    assert start.is_fit(sys.executable)


@pytest.mark.skipif(os.name == "nt", reason="a shell script stands in for a pyenv shim")
def test_a_shim_without_a_python_behind_it_is_none(tmp_path: Path) -> None:
    shim = tmp_path / "python3.13"
    shim.write_text("#!/bin/sh\necho pyenv: no such version >&2; exit 127\n")
    shim.chmod(0o755)

    assert not start.is_fit(str(shim))
    assert not start.is_fit(str(tmp_path / "python3.12"))


def test_pythons_are_looked_for_on_the_path_and_where_installers_put_them(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    places = ["on path/python3.12", "on path/python3", "pyenv [x]/versions/3.13.2/bin/python3.13"]
    for place in places:
        (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / place).touch()
    monkeypatch.setenv("PATH", str(tmp_path / "on path"))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv [x]"))

    found = [Path(path).relative_to(tmp_path).as_posix() for path in start.candidates() if str(tmp_path) in path]

    assert found == [places[2], places[0], places[1]]
