"""What is committed of the locks, against what they are made from."""

import re
import tomllib
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import start
from magicai.extras import MODULES

PYPROJECT: dict[str, Any] = tomllib.loads(start.PYPROJECT.read_text(encoding="utf-8"))
OPTIONAL: dict[str, list[str]] = PYPROJECT["project"]["optional-dependencies"]
EXTRAS = [requirement for extra in start.optional_packages() for requirement in OPTIONAL[extra]]
GROUPS: dict[str, list[str]] = PYPROJECT["dependency-groups"]
RUN = PYPROJECT["project"]["dependencies"] + EXTRAS
WANTED = {"start": GROUPS["start"], "run": RUN, "dev": RUN + [one for group in start.GROUPS for one in GROUPS[group]]}


def text(name: str) -> str:
    return (start.LOCKS / f"{name}.txt").read_text(encoding="utf-8")


def blocks(name: str) -> list[tuple[Requirement, str]]:
    """A lock's requirements, each with its text, hashes included."""
    found = re.findall(r"^(?![#\s-]).+\n(?:\s+.+\n)*", text(name), re.MULTILINE)
    return [(Requirement(re.split(r"\s*\\?\n", block, maxsplit=1)[0]), block) for block in found]


def versions(name: str) -> set[tuple[str, str]]:
    return {(found.name, str(found.specifier)) for found, _ in blocks(name)}


@pytest.mark.parametrize("name", WANTED)
def test_a_lock_holds_what_the_project_pins(name: str) -> None:
    pinned = {(canonicalize_name(found.name), str(found.specifier)) for found in map(Requirement, WANTED[name])}

    assert pinned - versions(name) == set(), "run `python3 start.py lock`"


@pytest.mark.parametrize("name", WANTED)
def test_every_requirement_is_exact_and_has_hashes(name: str) -> None:
    found = blocks(name)

    assert len(found) >= len(WANTED[name])
    for requirement, block in found:
        assert re.fullmatch(r"==[\w.+]+", str(requirement.specifier)), requirement
        assert requirement.url is None, requirement
        assert re.search(r"--hash=sha256:[0-9a-f]{64}\b", block), requirement


def test_the_development_lock_holds_the_others() -> None:
    assert versions("run") - versions("dev") == set()
    shared = {name for name, _ in versions("start")} & {name for name, _ in versions("dev")}
    assert {one for one in versions("start") if one[0] in shared} <= versions("dev"), "pip and uv would take turns"


@pytest.mark.parametrize("name", WANTED)
def test_a_lock_takes_wheels_alone_and_names_no_registry_and_no_path(name: str) -> None:
    options = {line for line in text(name).splitlines() if line.startswith("-")}

    assert options == {"--only-binary :all:", *(f"--no-binary {source}" for source in start.SOURCES)}
    assert "://" not in text(name)
    assert str(start.ROOT) not in text(name)


def test_what_is_left_out_of_the_locks_is_not_in_them() -> None:
    left_out = set((start.LOCKS / "excluded.txt").read_text(encoding="utf-8").splitlines())

    for name in WANTED:
        assert left_out.isdisjoint(package for package, _ in versions(name))


def test_only_what_needs_no_compiler_is_built_where_users_install() -> None:
    assert {name for name, _ in versions("run")} & set(start.SOURCES) == {"pyvips"}


def test_every_extra_is_locked_but_the_one_that_needs_a_compiler() -> None:
    assert set(OPTIONAL) - set(start.optional_packages()) == {"llama-cpp-python"}


def test_each_extra_of_the_product_is_one_of_the_installation() -> None:
    later = set(start.optional_packages()) - set(start.SMALL)
    assert later - set(MODULES) == {"prefect-redis"}, "a setting of several machines, which install it"
    assert set(MODULES) <= later
