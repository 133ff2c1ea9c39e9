"""What is committed of the locks, against what they are made from."""

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from requirements import lock, stamp

ROOT = Path(__file__).resolve().parents[3]
PYPROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
EXTRAS = [requirement for extra in lock.EXTRAS for requirement in PYPROJECT["project"]["optional-dependencies"][extra]]
GROUPS = [requirement for group in lock.GROUPS for requirement in PYPROJECT["dependency-groups"][group]]
RUN = PYPROJECT["project"]["dependencies"] + EXTRAS
WANTED = {"run": RUN, "dev": RUN + GROUPS + PYPROJECT["build-system"]["requires"]}


def text(name: str) -> str:
    return stamp.lock_file(ROOT, name).read_text(encoding="utf-8")


def versions(name: str) -> set[tuple[str, str]]:
    return {(found.name, str(found.specifier)) for found, _ in lock.blocks(text(name))}


@pytest.mark.parametrize("name", stamp.LOCKS)
def test_a_lock_holds_what_the_project_pins(name: str) -> None:
    pinned = {(canonicalize_name(found.name), str(found.specifier)) for found in map(Requirement, WANTED[name])}

    assert pinned - versions(name) == set(), "run `python3 start.py lock`"


@pytest.mark.parametrize("name", stamp.LOCKS)
def test_every_requirement_is_exact_and_has_hashes(name: str) -> None:
    found = list(lock.blocks(text(name)))

    assert len(found) > len(WANTED[name])
    for requirement, block in found:
        assert re.fullmatch(r"==[\w.+]+", str(requirement.specifier)), requirement
        assert requirement.url is None, requirement
        assert re.search(r"--hash=sha256:[0-9a-f]{64}\b", block), requirement


def test_the_development_lock_holds_the_other() -> None:
    assert versions("run") - versions("dev") == set()


@pytest.mark.parametrize("path", ["requirements/run.txt", "requirements/dev.txt", "requirements/sizes.json"])
def test_no_registry_and_no_path_is_named(path: str) -> None:
    content = (ROOT / path).read_text(encoding="utf-8")

    assert "://" not in content
    assert "pypi" not in content.replace("pypika", "").replace("implementation_name == 'pypy'", "")
    assert str(ROOT) not in content


def test_uv_installs_the_same_versions() -> None:
    constraints = PYPROJECT["tool"]["uv"]["constraint-dependencies"]
    of_build = {Requirement(entry).name for entry in PYPROJECT["tool"]["uv"]["build-constraint-dependencies"]}

    assert {Requirement(entry) for entry in constraints} == {found for found, _ in lock.blocks(text("dev"))}
    assert {Requirement(entry).name for entry in PYPROJECT["build-system"]["requires"]} <= of_build


def test_sizes_are_known_of_all_that_is_locked() -> None:
    sizes: dict[str, Any] = json.loads((ROOT / "requirements" / "sizes.json").read_text(encoding="utf-8"))
    names = {found.name for found, _ in lock.blocks(text("dev"))}

    assert list(sizes) == [target.name for target in lock.TARGETS]
    for target in lock.TARGETS:
        taken = {found.name for found, _ in lock.blocks(text("dev")) if lock.applies(found.marker, target)}
        weighed = set(sizes[target.name]["packages"])
        assert weighed <= taken <= names
        # A marker on a Python's first releases, out of date on its later ones, is all that may be left out.
        assert len(taken - weighed) <= 1, taken - weighed


def test_the_wheels_that_come_with_the_project_are_locked_by_their_hash() -> None:
    import hashlib

    for wheel in (ROOT / "requirements" / "wheels").glob("*"):
        assert f"sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}" in text("dev"), wheel.name
