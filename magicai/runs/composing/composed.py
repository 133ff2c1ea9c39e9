"""The general workflow: a run that is composed of what several workflows can do, or one of them in part."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Annotated, Any, cast

from pydantic import BaseModel, ConfigDict, Field, SerializeAsAny, WithJsonSchema, model_validator

from magicai.brain.situation import Machine
from magicai.errors import Invalid
from magicai.messages import Message
from magicai.ports import Records
from magicai.runs.composing.actions import Members, members
from magicai.runs.panel import Panel
from magicai.runs.plan import Priority
from magicai.runs.requests.accept import check_request
from magicai.runs.run import JSON, RunResult
from magicai.runs.workflow import Export, Workflow

_PARAMETERS: JSON = {"type": "object", "additionalProperties": True, "default": {}}


class Composed(BaseModel):
    """Run an action, which combines verbs of one or more workflows."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        title="Compose",
        json_schema_extra={
            "examples": [{"action": "crawl_and_analyze", "params": {"competitor_url": "https://shop.example"}}]
        },
    )

    action: Annotated[
        str, Field(min_length=1, max_length=200, title="Action", description="Verbs, such as crawl_and_analyze.")
    ]
    params: Annotated[
        SerializeAsAny[BaseModel],
        WithJsonSchema(_PARAMETERS),
        Field(title="Parameters", description="Parameters of these workflows, as JSON.", validate_default=True),
    ]

    @model_validator(mode="before")
    @classmethod
    def _checked(cls, values: Any) -> Any:
        """Check the parameters by the models of the workflows that do the action."""
        if not isinstance(values, Mapping):
            return values
        given = dict(cast("Mapping[str, Any]", values))
        action, parameters = given.get("action"), given.get("params", {})
        if not isinstance(action, str) or not isinstance(parameters, Mapping):
            return given
        typed = cast("Mapping[str, Any]", parameters)
        return {**given, "params": check_request(members(action, typed).parameters, typed)}

    def members(self) -> Members:
        """Which workflows do it."""
        return members(self.action, self.params.model_fields_set)


def of_request(request: Mapping[str, Any]) -> Workflow:
    """What is declared of a composed run: what the workflows declare that it is composed of, all of them together."""
    try:
        chosen = members(request["action"], request["params"])
    except Invalid:  # of a workflow that is there no longer
        return WORKFLOW
    return of_members(chosen)


def of_members(chosen: Members) -> Workflow:
    """What is declared of a run that these workflows do together."""
    parts = chosen.workflows
    # A workflow's last verb is what all of it is for: its document is made by nothing less.
    whole = [part for part in parts if [*part.actions][-1] in chosen.verbs[part.name]]
    document = next((part.document for part in whole if part.document is not None), None)
    formats = set(document.formats if document is not None else ())
    exports: list[Export] = []
    for part in parts:
        new = [export for export in part.exports if export.format not in formats]
        formats.update(export.format for export in new)
        exports += [replace(export, result=part.result) for export in new]
    return replace(
        WORKFLOW,
        expand=partial(_expanded, parts),
        exports=tuple(exports),
        document=document,
        findings=next((part.findings for part in whole if part.findings), ""),
        panels=_panels(parts, documents=document is not None),
        messages={kind: handler for part in reversed(parts) for kind, handler in part.messages.items()},
        parameters_model=chosen.parameters,
        size=partial(_size, chosen),
        subject=partial(_subject, parts),
        priority=partial(_priority, parts),
        models=partial(_models, parts),
        longest=partial(_longest, parts),
    )


async def _expanded(parts: Sequence[Workflow], records: Records, result: JSON) -> JSON:
    for part in parts:
        result = await part.expand(records, result)
    return result


def _panels(parts: Sequence[Workflow], *, documents: bool) -> tuple[Panel, ...]:
    """All tables and the like; one document, and the downloads once, at the end."""
    shown = [panel for part in parts for panel in part.panels]
    files = [panel for panel in shown if panel.kind == "files"]
    of_document = [panel for panel in shown if panel.kind == "document" and documents]
    return (*of_document[:1], *(panel for panel in shown if panel.kind not in ("files", "document")), *files[:1])


def _size(chosen: Members, parameters: Mapping[str, Any]) -> Mapping[str, float]:
    """Of each part, and what is done: runs that do something else are not comparable."""
    numbers = {name: value for part in chosen.workflows for name, value in part.size(parameters).items()}
    return numbers | {f"{name} {verb}": 1.0 for name, verbs in chosen.verbs.items() for verb in verbs}


def _subject(parts: Sequence[Workflow], parameters: Mapping[str, Any]) -> str:
    return " ".join(filter(None, (part.subject(parameters) for part in parts)))


def _priority(parts: Sequence[Workflow], parameters: Mapping[str, Any]) -> tuple[Priority, Message]:
    """That of the largest part."""
    return min((part.priority(parameters) for part in parts), key=lambda one: list(Priority).index(one[0]))


def _models(parts: Sequence[Workflow], parameters: Mapping[str, Any], machine: Machine) -> tuple[str, ...]:
    """Those of each part."""
    return tuple(dict.fromkeys(model for part in parts for model in part.models(parameters, machine)))


def _longest(parts: Sequence[Workflow], parameters: Mapping[str, Any]) -> float:
    return sum(part.longest(parameters) for part in parts)


def _parameters(request: Mapping[str, Any]) -> Mapping[str, Any]:
    return request["params"]


WORKFLOW = Workflow(name="magicai", request=Composed, result=RunResult, parameters=_parameters)
