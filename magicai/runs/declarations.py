"""Finds the workflows that subjects declare, by name, since general modules import no subject and no flow.

Each is a file in flows/ that assigns `GOAL`, and a subject's module of the same name that assigns `WORKFLOW`. The flow
itself has the name of its file.
"""

import functools
import importlib
import importlib.util
import logging
import pkgutil
import re
from collections.abc import Collection, Mapping
from pathlib import Path
from types import MappingProxyType, ModuleType
from typing import TYPE_CHECKING, Any

import magicai
from magicai.errors import Invalid

if TYPE_CHECKING:  # `magicai --help` asks here, too
    from magicai.runs.workflow import Workflow

_log = logging.getLogger(__name__)


def names() -> list[str]:
    """The workflows' names as people type them, with hyphens; imports none of them.

    Raises:
        Invalid: a workflow is declared twice, or not at all.
    """
    return sorted(_subjects())


def workflow(name: str) -> "Workflow":
    """A workflow's declaration, without importing its flow or Prefect.

    Raises:
        Invalid: no such workflow; names those that there are.
    """
    if name not in names():
        raise Invalid("workflow_not_found", name=name, names=", ".join(names()))
    return importlib.import_module(f"magicai.{_subjects()[name]}.{name.replace('-', '_')}").WORKFLOW


def goal(name: str) -> Any:
    """A workflow's goal; imports its flow.

    Raises:
        Invalid: no such workflow; names those that there are.
    """
    return importlib.import_module(f"flows.{workflow(name).name.replace('-', '_')}").GOAL


def goals(needed: Collection[str] = ()) -> dict[str, Any]:
    """The goals of all workflows, by name; one that is broken is logged and left out, unless it is needed."""
    found: dict[str, Any] = {}
    for name in names():
        try:
            found[name] = goal(name)
        except Exception:
            if name in needed:
                raise
            _log.exception("the workflow %s is broken, and left out", name)
    return found


def of_subjects(package: str) -> list[ModuleType]:
    """A package's modules that belong to one subject each, such as routes.

    They are named like its room, or begin with its name and an underscore.
    """
    spec, rooms = importlib.util.find_spec(package), set(_subjects().values())
    folders = spec.submodule_search_locations if spec is not None else None
    names = sorted({module.name for module in pkgutil.iter_modules(folders or ())})
    own = [name for name in names if any(name == room or name.startswith(f"{room}_") for room in rooms)]
    return [importlib.import_module(f"{package}.{name}") for name in own]


def assigned(name: str) -> list[Any]:
    """What all subjects' modules assign to a name, one after the other.

    `LOOPS`: what a subject does for as long as a gateway lives, each an async function that never returns, of the
    process's ports and of what tells the page's address. `CHANNEL_EVENTS`: what notification channels are told of.
    """
    found: list[Any] = []
    for room in sorted(set(_subjects().values())):
        files = sorted(file for folder in magicai.__path__ for file in Path(folder, room).glob("*.py"))
        for file in files:
            if _assigns(file, name):
                found += getattr(importlib.import_module(f"magicai.{room}.{file.stem}"), name)
    return found


def reset() -> None:
    """Forget which workflows there are; for tests, which add some to a running process."""
    _subjects.cache_clear()


@functools.cache
def _subjects() -> Mapping[str, str]:
    """The subject that declares a workflow, by the workflow's name."""
    spec = importlib.util.find_spec("flows")
    folders = spec.submodule_search_locations if spec is not None else None
    found: dict[str, str] = {}
    for flow in sorted(file for folder in folders or () for file in Path(folder).glob("*.py")):
        if not _assigns(flow, "GOAL"):
            continue
        modules = [module for folder in magicai.__path__ for module in Path(folder).glob(f"*/{flow.name}")]
        subjects = sorted(module.parent.name for module in modules if _assigns(module, "WORKFLOW"))
        if len(subjects) != 1:
            have = ", ".join(subjects) or "none"
            raise Invalid("flow_module_invalid", name=flow.name, have=have)
        found[flow.stem.replace("_", "-")] = subjects[0]
    return MappingProxyType(found)


def _assigns(module: Path, name: str) -> bool:
    """Whether a module assigns a name, by its text: `magicai --help` imports no workflow."""
    return re.search(rf"^{name}\b[^=\n]*=", module.read_text(encoding="utf-8"), re.MULTILINE) is not None
