import sys
import tomllib
from pathlib import Path

import pytest
from packaging.specifiers import SpecifierSet

from requirements import pythons
from requirements.pythons import Python

ROOT = Path(__file__).resolve().parents[3]


def python(version: str, *, kind: str = "cpython", bits: int = 64, free_threaded: bool = False) -> Python:
    numbers = [int(part) for part in version.split(".")]
    return Python(f"/bin/python-{version}", numbers, kind, bits, free_threaded)


@pytest.mark.parametrize("version", ["3.11.0", "3.12.1", "3.13.0", "3.14.3"])
def test_these_pythons_are_fit(version: str) -> None:
    assert pythons.fault(python(version)) == ""


@pytest.mark.parametrize(
    ("found", "why"),
    [
        (python("3.10.13"), "too old"),
        (python("2.7.18"), "too old"),
        (python("3.15.0"), "too new"),
        (python("4.0.0"), "too new"),
        (python("3.11.9", kind="pypy"), "pypy"),
        (python("3.13.1", free_threaded=True), "free-threaded"),
        (python("3.12.1", bits=32), "32-bit"),
    ],
)
def test_others_are_refused_by_version_path_and_reason(found: Python, why: str) -> None:
    fault = pythons.fault(found)

    assert why in fault
    assert found.path in fault
    assert ".".join(str(part) for part in found.version) in fault


def test_the_limits_are_those_of_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    allowed = SpecifierSet(project["requires-python"])

    fit = [minor for minor in range(30) if f"3.{minor}.5" in allowed]

    assert [(3, minor) for minor in fit] == [(3, minor) for minor in range(pythons.OLDEST[1], pythons.NEWEST[1] + 1)]
    assert sorted(pythons.PREFERRED) == [f"3.{minor}" for minor in fit]


def test_this_python_describes_itself() -> None:
    found = pythons.this()

    assert found.version == list(sys.version_info[:3])
    assert found.kind == "cpython"


@pytest.mark.parametrize("content", ["#!/bin/sh\necho pyenv: no such version >&2; exit 127\n", "#!/bin/sh\necho {}\n"])
@pytest.mark.skipif(sys.platform == "win32", reason="a shell script stands in for a pyenv shim")
def test_a_shim_without_a_python_behind_it_is_none(tmp_path: Path, content: str) -> None:
    shim = tmp_path / "python3.13"
    shim.write_text(content)
    shim.chmod(0o755)

    assert pythons.describe(str(shim)) is None


def test_the_first_fit_python_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    found = {"a": None, "b": python("3.9.1"), "c": python("3.12.4"), "d": python("3.13.0")}
    monkeypatch.setattr(pythons, "candidates", lambda: list(found))
    monkeypatch.setattr(pythons, "describe", found.get)

    assert pythons.another() == "c"


def test_pythons_are_looked_for_on_the_path_and_where_installers_put_them(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    places = ["on path/python3.12", "on path/python3", "pyenv [x]/versions/3.13.2/bin/python3.13"]
    for place in places:
        (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / place).touch()
    monkeypatch.setenv("PATH", str(tmp_path / "on path"))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv [x]"))

    found = [Path(path).relative_to(tmp_path).as_posix() for path in pythons.candidates() if str(tmp_path) in path]

    assert found == [places[2], places[0], places[1]]
