"""Every module of operations: the general ones, and those of subjects."""

from types import ModuleType
from typing import Any

from magicai.operations import (
    account,
    columns,
    costs,
    decisions,
    effects,
    entities,
    files,
    home,
    models,
    notices,
    runs,
    schedules,
    search,
    shares,
    stores,
    users,
    webhooks,
    workflows,
)
from magicai.operations.operation import Operation, operations_of
from magicai.runs import declarations

_GENERAL = (
    *(account, costs, home, users, workflows, columns, runs, decisions, effects, notices, files, shares, stores),
    *(entities, search, schedules, models, webhooks),
)


def modules() -> list[ModuleType]:
    """In the order of the API's description."""
    return [*_GENERAL, *declarations.of_subjects("magicai.operations.subjects")]


def operations() -> list[Operation[..., Any]]:
    """Every operation."""
    return [operation for module in modules() for operation in operations_of(module)]
