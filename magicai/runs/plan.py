"""A plan is data: which steps, in which variants, and why."""

from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, Field

from magicai.messages import Message, plain
from magicai.values.frozen import Frozen
from magicai.values.money import DecimalString, money_in_words

# Plans of earlier versions say it in words.
_Why = Annotated[Message, BeforeValidator(lambda why: plain(why) if isinstance(why, str) else why)]


class Priority(StrEnum):
    """Which queue a run waits in."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"


class Resources(Frozen):
    """What a step takes of its machine while it runs; steps run side by side only as far as the machine has it.

    Attributes:
        cpu: cores that it keeps busy.
        memory: megabytes at its peak.
    """

    cpu: float = 0.1
    memory: int = 50


Basis = Literal["prior", "runs", "unknown"]


class Interval(Frozen):
    """A range that is meant to hold the true value eight times in ten.

    Attributes:
        basis: `runs` if earlier runs say it; `prior` if there are too few, and it is what the request allows.
    """

    low: float
    high: float
    basis: Basis = "prior"


class CostInterval(Frozen):
    """The same of an amount of money."""

    low: DecimalString
    high: DecimalString
    currency: str = "USD"
    basis: Basis = "prior"


class Expected(Frozen):
    """What an option is expected to give; null where nothing is known yet.

    Attributes:
        quality: 0 to 1, of what the choice can change.
        cost, seconds: of the step, or the item, that the choice belongs to.
    """

    quality: float | None = None
    cost: DecimalString | None = None
    currency: str = "USD"
    seconds: float | None = None


class Alternative(Frozen):
    """An option that was open.

    Attributes:
        propensity: the probability with which the policy takes it in this situation.
    """

    option: str
    propensity: float
    expected: Expected | None = None


class Choice(Frozen):
    """One thing that the brain decided.

    Attributes:
        id: of the decision; None where only one option was open, so that nothing was decided.
        step, choice: what was chosen about: `crawl_shops`, `concurrency`.
        item: the key of the step's item that it was decided for.
        option: what was chosen.
        alternatives: what was open, the default option first, the chosen one included.
        reason: one sentence for a person; `message` is its code.
        propensity: the probability with which the policy takes this option in this situation.
        explored: whether it was chosen to learn rather than because it looked best.
        features: what the policy saw.
        learns_from: kinds of reward that say something about it (magicai/values/rewards.py).
        counts: how many items got each option, where one entry tells of a choice that was made for many of them.
    """

    id: str | None = None
    step: str
    choice: str
    item: str | None = None
    option: str
    alternatives: tuple[Alternative, ...] = ()
    reason: str
    message: Message | None = None
    propensity: float
    explored: bool = False
    features: dict[str, float] = Field(default_factory=dict)
    learns_from: tuple[str, ...] = ()
    counts: dict[str, int] = Field(default_factory=dict)

    @property
    def name(self) -> str:
        """The choice's full name."""
        return f"{self.step}.{self.choice}"


class Decision(Frozen):
    """What the brain decided about a run."""

    task_sequence: tuple[str, ...]
    modules: tuple[str, ...]
    resources: Resources
    priority: Priority
    estimated_time: Interval = Field(description="Seconds.")
    estimated_cost: CostInterval
    model: str | None = None
    temperature: float | None = None
    max_tokens: int | None = None
    confidence: float | None = Field(
        default=None,
        ge=0,
        le=1,
        description="Probability that the quality reaches the bar; null if unknown.",
    )
    reasoning: str
    message: Message | None = Field(default=None, description="The code of `reasoning`.")
    choices: tuple[Choice, ...] = ()

    def option_of(self, step: str, choice: str, usual: str) -> str:
        """What was chosen, or the usual option where nothing was."""
        chosen = (one.option for one in self.choices if (one.step, one.choice, one.item) == (step, choice, None))
        return next(chosen, usual)


class PlannedStep(Frozen):
    """A step of a plan: what it waits for, and with which options it runs.

    Attributes:
        provides: the name of its result; `gives` in JSON, as in plans that were saved.
        needs: what must be there first: what the step needs, and what it can use and the plan has.
        revision: of the plan that brought it; its result is kept under this one.
        reason: why it was added; `message` is its code.
        ways_out: steps that give the same, the cheapest first; the next one is planned if this step fails.
    """

    model_config = ConfigDict(frozen=True, validate_by_name=True, serialize_by_alias=True)

    name: str
    provides: str = Field(validation_alias="gives", serialization_alias="gives")
    needs: tuple[str, ...] = ()
    revision: int = 1
    options: dict[str, Any] = Field(default_factory=dict)
    reason: str = ""
    message: Message | None = None
    ways_out: tuple[str, ...] = ()


class PerItem(Frozen):
    """The most that each item of a run may take, such as a text.

    Attributes:
        unit: what an item is, in the singular.
        most_calls: of language models, those that are answered.
        most_cost: of these calls; None where a price is unknown.
    """

    unit: str
    most_calls: int
    most_cost: DecimalString | None
    currency: str = "USD"


class Plan(Frozen):
    """The graph that a run walks. A new revision never changes what has been done.

    Attributes:
        revision: 1 for the first; an adaptation while running is the next, with its reason.
        failed: steps that failed, and why; no later revision plans them again.
        most_calls: the most calls of language models; None where nobody knows before.
        per_item: the most that each of its items may take, where that is limited.
    """

    run_id: str
    workflow: str
    revision: int
    reason: str
    message: Message | None = None
    decision: Decision
    steps: tuple[PlannedStep, ...]
    failed: dict[str, _Why] = Field(default_factory=dict)
    most_calls: int | None = None
    per_item: PerItem | None = None


def expected_words(alternative: Alternative) -> str:
    """What is expected of an option: `quality 0.80, 12 s, $0.001`; empty where nothing was measured."""
    expected = alternative.expected
    if expected is None:
        return ""
    parts = [
        "" if expected.quality is None else f"quality {expected.quality:.2f}",
        "" if expected.seconds is None else f"{max(expected.seconds, 0.0):.3g} s",
        "" if not expected.cost else money_in_words(expected.cost, expected.currency),
    ]
    return ", ".join(part for part in parts if part)


def plan_as_markdown(plan: Plan) -> str:
    """Render the plan for an operator: its steps in order, each choice with its reason and what speaks for others."""
    giver = {step.provides: step.name for step in plan.steps}
    lines = [f"# Plan {plan.revision}: {plan.workflow}", "", f"Why: {plan.reason}. {plan.decision.reasoning}", ""]
    lines += ["| | step | waits for | if it fails |", "|---|---|---|---|"]
    for number, step in enumerate(plan.steps, start=1):
        why = f" ({step.reason})" if step.reason else ""
        waits_for = ", ".join(giver.get(n, n) for n in step.needs) or "–"
        lines.append(f"| {number} | {step.name}{why} | {waits_for} | {', '.join(step.ways_out) or '–'} |")
    lines += ["", *(f"- {name} failed: {why}" for name, why in plan.failed.items())]
    lines += ["", "| choice | option | probability | why | why not |", "|---|---|---|---|---|"]
    lines += [
        f"| {c.name} | {c.option} | {c.propensity:.2f} | {c.reason} | {_why_not(c)} |" for c in plan.decision.choices
    ]
    return "\n".join(lines)


def _why_not(choice: Choice) -> str:
    """The other options in short, with what is expected of them."""
    taken = next((expected_words(one) for one in choice.alternatives if one.option == choice.option), "")
    others = [
        f"{alternative.option} ({alternative.propensity:.2g}): {expected_words(alternative) or 'nothing measured yet'}"
        for alternative in choice.alternatives
        if alternative.option != choice.option
    ]
    return "; ".join([*others, *([f"here {taken}"] if taken else [])]) or "–"
