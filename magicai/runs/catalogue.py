"""Which workflows there are: a file in flows/ and a module of the same name in a subject's room make one.

Both are found by name: what is general imports no subject and no flow. The subject's module declares `WORKFLOW`, the
flow's has the flow under its own name, and `GOAL`.
"""

import importlib
import importlib.util
import pkgutil
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import magicai
from magicai.errors import Invalid

if TYPE_CHECKING:  # `magicai --help` asks here, too
    from magicai.runs.workflow import Workflow

# Rooms that are no subject's; a flow of upkeep is named like what it calls there.
_MACHINERY = frozenset({"accounts", "api", "brain", "cli", "mcp", "ports", "runs", "stores", "values", "web"})


def names() -> list[str]:
    """The workflows' names as people type them, with hyphens; imports none of them."""
    spec = importlib.util.find_spec("flows")
    folders = spec.submodule_search_locations if spec is not None else None
    modules = [module.name for module in pkgutil.iter_modules(folders)]
    return sorted(name.replace("_", "-") for name in modules if _room(name))


def workflow(name: str) -> "Workflow":
    """A workflow's declaration, without importing its flow or Prefect.

    Raises:
        Invalid: no such workflow; names those that there are.
    """
    if name not in names():
        raise Invalid(f"There is no workflow {name!r}.", way_out=f"There are: {', '.join(names())}.")
    module = name.replace("-", "_")
    return importlib.import_module(f"magicai.{_room(module)}.{module}").WORKFLOW


def known(name: str) -> "Workflow | None":
    """The workflow of a run, or None where this installation has it no longer, or not yet."""
    return workflow(name) if name in names() else None


def flow(name: str) -> Any:
    """A workflow's Prefect flow.

    Raises:
        Invalid: no such workflow; names those that there are.
    """
    return getattr(_flow_module(name), name.replace("-", "_"))


def goal(name: str) -> Any:
    """A workflow's goal.

    Raises:
        Invalid: no such workflow; names those that there are.
    """
    return _flow_module(name).GOAL


def of_subjects(package: str) -> list[ModuleType]:
    """What subjects have of their own in a package of the machinery: modules named like their rooms, such as routes."""
    rooms = sorted({room for name in names() if (room := _room(name.replace("-", "_"))) is not None})
    own = [f"{package}.{room}" for room in rooms]
    return [importlib.import_module(name) for name in own if importlib.util.find_spec(name) is not None]


def _flow_module(name: str) -> Any:
    return importlib.import_module(f"flows.{workflow(name).name.replace('-', '_')}")


def _room(module: str) -> str | None:
    """The subject's room that has a module of this name."""
    for folder in map(Path, magicai.__path__):
        for found in folder.glob(f"*/{module}.py"):
            if found.parent.name not in _MACHINERY:
                return found.parent.name
    return None
