"""Every module of operations: the general ones, and those of subjects."""

from types import ModuleType
from typing import Any

from magicai.operations import (
    account,
    audit,
    columns,
    costs,
    decisions,
    deletion,
    effects,
    entities,
    exporting,
    files,
    home,
    installation,
    mails,
    models,
    notices,
    notification_channels,
    runs,
    sample_data,
    schedules,
    search,
    sessions,
    settings,
    shares,
    sign_in,
    stores,
    users,
    webhooks,
    workflows,
    workspaces,
)
from magicai.operations.operation import Operation, operations_of
from magicai.runs import declarations

_GENERAL = (
    *(account, sessions, costs, home, users, workspaces, workflows, columns, runs, decisions, effects, notices, files),
    *(deletion, exporting, audit, shares, stores, entities, search, schedules, models, webhooks, notification_channels),
    *(settings, mails, sign_in, sample_data, installation),
)


def modules() -> list[ModuleType]:
    """In the order of the API's description."""
    return [*_GENERAL, *declarations.of_subjects("magicai.operations.subjects")]


def operations() -> list[Operation[..., Any]]:
    """Every operation."""
    return [operation for module in modules() for operation in operations_of(module)]
