"""A run's result as it is published, and what stands in it."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, cast

from pydantic import BaseModel, ConfigDict, TypeAdapter
from pydantic_core import to_jsonable_python

from magicai.messages import Message
from magicai.ports import Records
from magicai.runs import registry
from magicai.runs.run import JSON, Run, RunResult
from magicai.runs.workflow import Export, Workflow
from magicai.values.times import to_iso


class Summary(BaseModel):
    """What a language model says that a result means.

    Attributes:
        written_by: the model.
        notes: what a reader must know of it, a sentence each: who checked it, what was left out.
    """

    model_config = ConfigDict(frozen=True)

    text: str
    written_by: str
    notes: tuple[str, ...] = ()


async def whole_result(records: Records, run: Run) -> JSON:
    """A run's result with all its parts, as JSON; of a run that has not ended, what is known of it."""
    return to_jsonable_python(await expanded_result(records, run))


async def expanded_result(records: Records, run: Run) -> JSON:
    """The same, its large parts as models."""
    if run.result is not None:
        declared = registry.declared_of(run)
        return run.result if declared is None else await declared.expand(records, run.result)
    if not run.status.ended or run.finished_at is None:
        return {"run_id": run.run_id, "workflow": run.workflow, "status": run.status, "problems": []}
    # Cancelled before any attempt began.
    return RunResult(
        run_id=run.run_id,
        workflow=run.workflow,
        status=run.status,
        started_at=to_iso(run.created_at),
        finished_at=to_iso(run.finished_at),
        execution_time=0.0,
    ).model_dump(mode="json")


# After the place of the findings: that of their codes (magicai/runs/findings.py).
MESSAGES = "_messages"


def findings(workflow: Workflow | None, result: JSON) -> list[str]:
    """A result's main findings."""
    found = value_at(result, workflow.findings) if workflow is not None and workflow.findings else None
    return [one for one in cast("list[Any]", found) if isinstance(one, str)] if isinstance(found, list) else []


def finding_messages(workflow: Workflow | None, result: JSON) -> list[Message]:
    """The codes of a result's main findings, in their order; none where they have none."""
    place = workflow.findings if workflow is not None else ""
    found = value_at(result, f"{place}{MESSAGES}") if place else None
    return [Message(**one) for one in cast("list[JSON]", found)] if isinstance(found, list) else []


def summary(workflow: Workflow | None, result: JSON) -> Summary | None:
    """A language model's summary of a result, where it has one."""
    found = value_at(result, workflow.summary) if workflow is not None and workflow.summary else None
    return None if found is None else Summary.model_validate(found)


def value_at(result: JSON, place: str) -> Any:
    """What stands at a dotted place of a result, such as `report.html`; None where nothing does."""
    value: Any = result
    for name in place.split("."):
        value = cast("JSON", value).get(name) if isinstance(value, dict) else None
    return value


def with_values(result: JSON, values: Mapping[str, Any]) -> JSON:
    """The same result with other values at some dotted places that it has."""
    for place, value in values.items():
        result = _replaced(result, place.split("."), value)
    return result


def _replaced(part: JSON, names: Sequence[str], value: Any) -> JSON:
    first, *others = names
    return {**part, first: _replaced(part[first], others, value) if others else value}


def has_fields(workflow: Workflow, export: Export, names: Collection[str]) -> bool:
    """Whether a kept result has what an export needs of it."""
    return {*_needs(workflow, export)} <= set(names)


def to_export(workflow: Workflow, export: Export, result: JSON) -> RunResult:
    """A whole result as the model that an export writes; what it does not need may be missing."""
    model = export.result or workflow.result
    if not export.needs:
        return model.model_validate(result)
    fields = {name: field for name, field in model.model_fields.items() if name in result}
    values = {name: _valid(field.annotation, result[name]) for name, field in fields.items()}
    return model.model_construct(**values)


def _valid(annotation: Any, value: Any) -> Any:
    return TypeAdapter[Any](annotation).validate_python(value)


def _needs(workflow: Workflow, export: Export) -> Sequence[str]:
    model = export.result or workflow.result
    required = [name for name, field in model.model_fields.items() if field.is_required()]
    return export.needs or [name for name in required if name not in RunResult.model_fields]
