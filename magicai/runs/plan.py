"""A plan is data: which steps, in which variants, and why."""

from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True)


class Priority(StrEnum):
    """Which queue a run waits in."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"


class Resources(_Model):
    """What a step takes of its machine while it runs; steps run side by side only as far as the machine has it.

    Attributes:
        cpu: cores that it keeps busy.
        memory: megabytes at its peak.
    """

    cpu: float = 0.1
    memory: int = 50


class Interval(_Model):
    """A range that is meant to hold the true value nine times in ten."""

    low: float
    high: float


class Choice(_Model):
    """One thing that the brain decided.

    Attributes:
        name: what was chosen about, e.g. `writer`.
        value: what was chosen, e.g. `composer`.
        options: what could have been chosen.
        propensity: the probability with which `policy` chooses this value in this context.
        reason: one sentence for a person.
        explored: whether it was chosen to learn rather than because it looked best.
    """

    name: str
    value: str
    options: tuple[str, ...]
    propensity: float
    reason: str
    explored: bool = False


class Decision(_Model):
    """What the brain decided about a run."""

    task_sequence: tuple[str, ...]
    modules: tuple[str, ...]
    resources: Resources
    priority: Priority
    estimated_time: Interval
    estimated_cost: Interval
    model: str | None = None
    temperature: float | None = None
    max_tokens: int | None = None
    confidence: float = Field(ge=0, le=1)
    reasoning: str
    propensity: float
    policy: str
    features: str = Field(default="", description="version of the features that the policy saw")
    choices: tuple[Choice, ...] = ()

    def choice(self, name: str, default: str) -> str:
        """What was chosen about `name`, or the default where nothing was."""
        return next((choice.value for choice in self.choices if choice.name == name), default)


class PlannedStep(_Model):
    """A step of a plan: what it waits for, and with which options it runs.

    Attributes:
        provides: the name of its result; `gives` in JSON, as in plans that were saved.
        needs: what must be there first: what the step needs, and what it can use and the plan has.
        revision: of the plan that brought it; its result is kept under this one.
        ways_out: steps that give the same, the cheapest first; the next one is planned if this step fails.
    """

    model_config = ConfigDict(frozen=True, validate_by_name=True, serialize_by_alias=True)

    name: str
    provides: str = Field(validation_alias="gives", serialization_alias="gives")
    needs: tuple[str, ...] = ()
    revision: int = 1
    options: dict[str, Any] = Field(default_factory=dict)
    reason: str = ""
    ways_out: tuple[str, ...] = ()


class Plan(_Model):
    """The graph that a run walks. A new revision never changes what has been done.

    Attributes:
        revision: 1 for the first; an adaptation while running is the next, with its reason.
        context: the features that the decision was made on, kept so that it can be learnt from.
        failed: steps that failed, and why; no later revision plans them again.
    """

    run_id: str
    workflow: str
    revision: int
    reason: str
    decision: Decision
    steps: tuple[PlannedStep, ...]
    context: dict[str, float] = Field(default_factory=dict)
    failed: dict[str, str] = Field(default_factory=dict)


def plan_as_markdown(plan: Plan) -> str:
    """Render the plan for an operator: its steps in order with their dependencies, and each choice with its reason."""
    giver = {step.provides: step.name for step in plan.steps}
    lines = [f"# Plan {plan.revision}: {plan.workflow}", "", f"Why: {plan.reason}. {plan.decision.reasoning}", ""]
    lines += ["| | step | waits for | if it fails |", "|---|---|---|---|"]
    for number, step in enumerate(plan.steps, start=1):
        why = f" ({step.reason})" if step.reason else ""
        waits_for = ", ".join(giver.get(n, n) for n in step.needs) or "–"
        lines.append(f"| {number} | {step.name}{why} | {waits_for} | {', '.join(step.ways_out) or '–'} |")
    lines += ["", *(f"- {name} failed: {why}" for name, why in plan.failed.items())]
    lines += ["", "| choice | value | probability | why |", "|---|---|---|---|"]
    lines += [f"| {c.name} | {c.value} | {c.propensity:.2f} | {c.reason} |" for c in plan.decision.choices]
    return "\n".join(lines)
