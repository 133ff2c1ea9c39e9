"""All workflows by name: those that subjects declare, and the general one that is composed of what they can do."""

import importlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from magicai.runs import declarations

if TYPE_CHECKING:  # `magicai --help` asks here, too
    from magicai.runs.run import Run
    from magicai.runs.workflow import Workflow

GENERAL = "magicai"


def names() -> list[str]:
    """The names of the workflows that subjects declare, with hyphens; imports none of them.

    Raises:
        Invalid: a workflow is declared twice, or not at all.
    """
    return declarations.names()


def workflow(name: str) -> "Workflow":
    """A workflow's declaration, without importing its flow or Prefect.

    Raises:
        Invalid: no such workflow; names those that there are.
    """
    if name == GENERAL:
        from magicai.runs.composing.composed import WORKFLOW

        return WORKFLOW
    return declarations.workflow(name)


def known(name: str) -> "Workflow | None":
    """The workflow of a run, or None where this installation has it no longer, or not yet."""
    return workflow(name) if name in (GENERAL, *names()) else None


def of_run(name: str, request: Mapping[str, Any]) -> "Workflow | None":
    """What is declared of a run: as `known`, and of a composed one by the workflows that it is composed of."""
    if name == GENERAL:
        from magicai.runs.composing.composed import of_request

        return of_request(request)
    return known(name)


def declared_of(run: "Run") -> "Workflow | None":
    """What is declared of a run, of all its parts where it is composed; None of a workflow that is there no longer."""
    return of_run(run.workflow, run.request)


def chosen(name: str | None) -> list[str]:
    """The name of one workflow, or without one those of all, the general one among them.

    Raises:
        Invalid: no such workflow; names those that there are.
    """
    return [*names(), GENERAL] if name is None else [workflow(name).name]


def flow(name: str) -> Any:
    """A workflow's Prefect flow.

    Raises:
        Invalid: no such workflow; names those that there are.
    """
    function = workflow(name).name.replace("-", "_")
    return getattr(importlib.import_module(f"flows.{function}"), function)


def goal(name: str, request: Mapping[str, Any] | None = None) -> Any:
    """A workflow's goal; the general one's depends on the request.

    Raises:
        Invalid: no such workflow; names those that there are.
    """
    if name == GENERAL:
        from magicai.runs.composing.composed import Composed
        from magicai.runs.composing.composition import compose

        return compose(Composed.model_validate(request))
    return declarations.goal(name)
