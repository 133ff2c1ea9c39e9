"""The general workflow: a run that is composed of what several workflows can do, or one of them in part."""

from collections.abc import Mapping
from typing import Annotated, Any, cast

from pydantic import BaseModel, ConfigDict, Field, SerializeAsAny, WithJsonSchema, model_validator

from magicai.ports import Records
from magicai.runs import catalogue
from magicai.runs.accept import check_request
from magicai.runs.actions import Members, members
from magicai.runs.run import JSON, RunResult
from magicai.runs.workflow import Workflow

_PARAMETERS: JSON = {"type": "object", "additionalProperties": True, "default": {}}


class Composed(BaseModel):
    """Do what an action says, composed of what the workflows here can do."""

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


def aim(action: str, parameters: Mapping[str, Any]) -> tuple[str, BaseModel]:
    """The workflow that does an action, the general one where it takes several or one in part, and its request.

    Raises:
        Invalid: nothing here can do it, or with these parameters; names what.
    """
    if (whole := members(action, parameters).whole) is not None:
        return whole, check_request(catalogue.workflow(whole).request, parameters)
    return catalogue.GENERAL, check_request(Composed, {"action": action, "params": parameters})


async def _expanded(records: Records, result: JSON) -> JSON:
    for name in catalogue.names():
        result = await catalogue.workflow(name).expand(records, result)
    return result


def _unrated(_result: Mapping[str, Any]) -> tuple[float, tuple[str, ...]]:
    """Replaced where the goal is composed, since it depends on what was wanted (magicai/runs/composition.py)."""
    return 0.0, ()


WORKFLOW = Workflow(name=catalogue.GENERAL, request=Composed, result=RunResult, quality=_unrated, expand=_expanded)
