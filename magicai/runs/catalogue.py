"""Which workflows there are: a file in flows/ and a module of the same name in magicai/domain/ make one."""

import importlib
import importlib.util
import pkgutil
from types import ModuleType
from typing import Any

import flows
from magicai.errors import Invalid


def names() -> list[str]:
    """The workflows' names, such as `crawl-analyze-generate`; imports none of them."""
    modules = [module.name for module in pkgutil.iter_modules(flows.__path__)]
    return sorted(name.replace("_", "-") for name in modules if _find(f"magicai.domain.{name}"))


def parameters(workflow: str) -> Any:
    """A workflow's parameter model, without importing its flow or Prefect.

    Raises:
        Invalid: no such workflow; names those that there are.
    """
    return getattr(_domain(workflow), _capitals(workflow))


def result(workflow: str) -> Any:
    """A workflow's result model.

    Raises:
        Invalid: no such workflow; names those that there are.
    """
    return getattr(_domain(workflow), f"{_capitals(workflow)}Result")


def flow(workflow: str) -> Any:
    """A workflow's Prefect flow.

    Raises:
        Invalid: no such workflow; names those that there are.
    """
    _domain(workflow)
    name = workflow.replace("-", "_")
    return getattr(importlib.import_module(f"flows.{name}"), name)


def goal_of(workflow: str) -> Any:
    """A workflow's goal.

    Raises:
        Invalid: no such workflow; names those that there are.
    """
    _domain(workflow)
    return importlib.import_module(f"flows.{workflow.replace('-', '_')}").GOAL


def _domain(workflow: str) -> ModuleType:
    if workflow not in names():
        raise Invalid(f"There is no workflow {workflow!r}.", way_out=f"There are: {', '.join(names())}.")
    return importlib.import_module(f"magicai.domain.{workflow.replace('-', '_')}")


def _capitals(workflow: str) -> str:
    return "".join(word.capitalize() for word in workflow.split("-"))


def _find(module: str) -> bool:
    return importlib.util.find_spec(module) is not None
