"""A command works on a gateway too, unless it looks after this machine."""

import importlib
import inspect

import pytest
from click.testing import CliRunner

from magicai.cli import root
from magicai.errors import Invalid

# What opens the stores of this machine although its command works over a gateway, and why.
HERE = {
    "models": "set and embed install a model's packages and files, and make vectors, on the machine that has them",
    "schedules": "starts what keeps schedules, only where no gateway is named",
    "users": "user add --local gives the owner of this machine's runs a password",
    "subjects.catalogue": "categories get installs a taxonomy on the machine that reads it",
}


def modules() -> dict[str, set[str]]:
    """The modules of commands that are not for this machine alone, with their commands."""
    found: dict[str, set[str]] = {}
    listed = {**root._COMMANDS, **root._of_subjects()}  # pyright: ignore[reportPrivateUsage]
    for command, (module, _) in listed.items():
        if command not in root._LOCAL:  # pyright: ignore[reportPrivateUsage]
            found.setdefault(module, set()).add(command)
    return found


def local_modules() -> set[str]:
    """The modules of commands that are."""
    listed = {**root._COMMANDS, **root._of_subjects()}  # pyright: ignore[reportPrivateUsage]
    return {listed[command][0] for command in root._LOCAL}  # pyright: ignore[reportPrivateUsage]


def opens_ports(module: str) -> bool:
    """Whether a module of commands opens the stores of this machine by itself, and not through what it asks."""
    source = inspect.getsource(importlib.import_module(f"magicai.cli.{module}"))
    return any(opener in source for opener in ("open_ports(", "own_ports(", "with_ports("))


@pytest.mark.parametrize("module", sorted(modules().keys() - local_modules()))
def test_a_command_that_is_not_for_this_machine_asks_a_gateway_where_one_is_named(module: str) -> None:
    assert opens_ports(module) == (module in HERE), "see HERE: its reason is listed once"


@pytest.mark.parametrize("server", ["", " "])
def test_an_empty_server_is_refused_and_not_this_machine(server: str) -> None:
    refused = CliRunner().invoke(root.root, ["--server", server, "runs"])
    assert isinstance(refused.exception, Invalid)
    assert "not the address of a gateway" in str(refused.exception)
