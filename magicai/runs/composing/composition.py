"""The goal of a composed run: what its verbs give, by the steps of all workflows."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Annotated, Any, get_type_hints

from pydantic import BaseModel, BeforeValidator, TypeAdapter

from magicai.brain.and_or import needs_of
from magicai.brain.planner import Goal
from magicai.brain.steps import Step
from magicai.runs import declarations
from magicai.runs.composing.composed import Composed, of_members
from magicai.runs.run import JSON


def compose(request: Composed) -> Goal:
    """The goal of a composed run; imports the flows, and Prefect with them.

    What a workflow gives that was asked for, only its own steps may give. Steps of the others may give what those need,
    where they can do with the parameters that there are. What is wanted beside is made if all it needs was asked for.
    """
    chosen = request.members()
    goals: dict[str, Goal] = declarations.goals(needed=chosen.verbs)
    mine = [goals[name] for name in chosen.verbs]
    provides = [
        gift for name, verbs in chosen.verbs.items() for verb in verbs for gift in goals[name].workflow.actions[verb]
    ]
    steps = _joined([*mine, *(goal for name, goal in goals.items() if name not in chosen.verbs)], request)
    asked = tuple(dict.fromkeys(provides))
    given = {step.provides for step in steps if set(needs_of(step)).issubset(asked)}
    declared = replace(of_members(chosen), make_result=partial(_result, mine))
    return Goal(
        declared,
        asked,
        tuple(steps),
        tuple(want for goal in mine for want in goal.wants if want in given),
    )


def _joined(goals: Sequence[Goal], request: Composed) -> list[Step]:
    """The steps of several goals, the first one's first: of a gift that two give, the first one's steps remain."""
    whose: dict[str, Goal] = {}
    steps: dict[str, Step] = {}
    for goal in goals:
        for step in goal.steps:
            if whose.setdefault(step.provides, goal) is not goal:
                continue
            if step.name in steps:
                step = replace(step, name=name_beside_another(goal, step))  # noqa: PLW2901
            if (made := _fitted(step, request.params)) is not None:
                steps[made.name] = made
    return list(steps.values())


def name_beside_another(goal: Goal, step: Step) -> str:
    """What a step is called in a composed run that has one of its name from another workflow."""
    return f"{goal.workflow.name.replace('-', '_')}_{step.name}"


def _fitted(step: Step, parameters: BaseModel) -> Step | None:
    """The step, given its own workflow's request; None where the parameters are not enough for one."""
    if "request" not in step.arguments:
        return step
    model: type[BaseModel] = get_type_hints(step.function)["request"]
    required = [name for name, field in model.model_fields.items() if field.is_required()]
    if any(name not in type(parameters).model_fields for name in required):
        return None
    annotated: Any = Annotated[model, BeforeValidator(partial(_own, model))]  # pyright: ignore[reportInvalidTypeForm]
    adapter: TypeAdapter[Any] = TypeAdapter(annotated)
    return replace(step, arguments={**step.arguments, "request": adapter})


def _own(model: type[BaseModel], request: Any) -> Any:
    """A workflow's own request, out of a composed one."""
    if not isinstance(request, Composed):
        return request
    return {name: getattr(request.params, name) for name in model.model_fields if hasattr(request.params, name)}


def _result(goals: Sequence[Goal], given: Mapping[str, Any]) -> JSON:
    """The union of what the workflows make of it."""
    made: JSON = {}
    for goal in goals:
        for name, value in goal.workflow.own_fields(goal.provides, given).items():
            made.setdefault(name, value)
    return made
