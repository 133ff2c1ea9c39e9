"""Steps: the verbs that a plan may use, with what they need and give.

    @step(provides="analysis", retries=2, resources=Resources(cpu=1, memory=200))
    async def analyse_shops(run: StepRun, saved: Saved) -> Analysed: ...

A step's arguments after `run` are what it needs, by the names under which other steps give them; `request` is there
from the start. An argument with a default is used where the plan has it, and done without where not. Arguments and
results are pydantic models or JSON values, so that a result can be kept and read again by another process.

Keyword-only arguments are the ports that it uses, by their names in `Ports` (integrations/open.py), opened when it is
called; a test gives its own:

    async def analyse_shops(run: StepRun, saved: Saved, *, analytics: Analytics) -> Analysed: ...
"""

import inspect
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, get_type_hints

from pydantic import TypeAdapter

from magicai.brain.choice_points import USE, ChoicePoint
from magicai.brain.situation import Situation
from magicai.brain.step_decisions import Measured, StepDecisions
from magicai.errors import Invalid
from magicai.messages import Message
from magicai.ports import Reporter, Spender
from magicai.runs.items import StepItems
from magicai.runs.plan import Resources

StepFunction = Callable[..., Awaitable[Any]]
# Why a step can't be used in a situation, or None.
Unless = Callable[[Situation], Message | None]
# Given the situation and what earlier steps gave: why the step is to be added, or None.
Trigger = Callable[[Situation, Mapping[str, Any]], Message | None]


def always_usable(_situation: Situation) -> Message | None:
    """No situation rules a step out."""
    return None


@dataclass(frozen=True, slots=True)
class Generation:
    """How a language model is asked: its temperature, where answers may vary, and the longest answer in tokens."""

    temperature: float = 0.0
    max_tokens: int = 256


@dataclass(frozen=True, slots=True)
class StepRun:
    """What every step is told: whose run this is, which options were chosen, how to tell of progress.

    Attributes:
        generation: how to ask the language model, as the plan has it.
        text_role: whose language model the step uses; "" uses the default one.
        attempt: the number of the run's attempt.
        items: what `each` works on (magicai/runs/items.py); None only where a test calls a step by itself.
        decisions: what `decide` chooses from; likewise.
        budget: the most that the run may cost, in US dollars; None where only settings say.
        person: the user who started the run; "" where nobody is known.
    """

    run_id: str
    owner_id: str
    step: str
    reporter: Reporter
    options: dict[str, Any] = field(default_factory=dict[str, Any])
    generation: Generation = Generation()
    text_role: str = ""
    attempt: int = 0
    items: StepItems | None = None
    decisions: StepDecisions | None = None
    budget: float | None = None
    person: str = ""

    async def decide(
        self,
        name: str,
        *,
        item: str | None = None,
        features: Mapping[str, float] | None = None,
        options: Sequence[str] = (),
    ) -> str:
        """Choose an option of a ChoicePoint that is `inside`; a later attempt gets the same one.

        Args:
            item: the key of the item that it is about.
            features: those that the choice point declares.
            options: only these, the usual one first.

        Raises:
            Invalid: the step declares no such choice or feature.
            ValueError: an option is not declared.
        """
        if self.decisions is None:
            raise Invalid("step_decisions_unavailable")
        return await self.decisions.decide(name, item=item, features=features, options=options)

    async def reward(
        self,
        name: str,
        *,
        item: str | None = None,
        quality: float | None = None,
        seconds: float | None = None,
        cost: float | None = None,
        failed: bool | None = None,
    ) -> None:
        """Say what was measured of what a choice made by `decide` could change.

        Args:
            quality: 0 to 1.
            cost: US dollars.
        """
        if self.decisions is not None:
            measured = Measured(quality=quality, seconds=seconds, cost=cost, failed=failed)
            await self.decisions.reward(name, measured, item=item)

    @property
    def spender(self) -> Spender:
        """Whose money the language model spends."""
        own = (self.owner_id, self.run_id, self.attempt, self.step, self.budget, self.text_role)
        return Spender(*own, person=self.person)


@dataclass(frozen=True, slots=True)
class Step:
    """A step, which can be called like the function that it was made of.

    Attributes:
        provides: the name under which its result is found by others.
        needs, wants: what must be there, and what is used where it is.
        ports: names of those that it uses.
        choices: what it leaves to the brain.
        unless: why it cannot be used in a situation, if it cannot.
        optional: whether a plan is valid without it; planned where a planned step or the goal wants what it gives.
        trigger: a step with one is planned only once it says why.
        generation: how it asks the language model; None where it does not.
        text_role: whose language model it uses, such as `writer`; "" uses the default one.
        retries: how often a Temporary failure is tried again; delays grow from `retry_delay_s`.
        timeout_s: for one try, or None.
    """

    name: str
    function: StepFunction
    provides: str
    needs: tuple[str, ...]
    wants: tuple[str, ...]
    resources: Resources
    choices: tuple[ChoicePoint, ...]
    unless: Unless
    optional: bool
    trigger: Trigger | None
    generation: Generation | None
    text_role: str
    retries: int
    retry_delay_s: float
    timeout_s: float | None
    module: str
    arguments: dict[str, TypeAdapter[Any]]
    ports: tuple[str, ...]
    result: TypeAdapter[Any]

    def __call__(self, *arguments: Any, **more: Any) -> Awaitable[Any]:
        """Call the function itself."""
        return self.function(*arguments, **more)

    def after(self, *names: str) -> "Step":
        """The same step, begun once others have given what has these names; it does not take it."""
        return replace(self, needs=(*self.needs, *names))

    async def call(self, run: StepRun, inputs: Mapping[str, Any], ports: object) -> Any:
        """Run it on inputs by name, JSON or a model that was checked already; answers its result as JSON.

        Args:
            ports: whose attributes are the ports that it names.
        """
        arguments = {
            name: adapter.validate_python(inputs[name]) for name, adapter in self.arguments.items() if name in inputs
        }
        value = await self.function(run, **arguments, **{name: getattr(ports, name) for name in self.ports})
        return self.result.dump_python(value, mode="json")


def step(
    *,
    provides: str,
    resources: Resources | None = None,
    choices: tuple[ChoicePoint, ...] = (),
    unless: Unless = always_usable,
    optional: bool = False,
    trigger: Trigger | None = None,
    generation: Generation | None = None,
    text_role: str = "",
    retries: int = 0,
    retry_delay_s: float = 1.0,
    timeout_s: float | None = None,
) -> Callable[[StepFunction], Step]:
    """Make an async function a step of the same name, unique within a workflow.

    Raises:
        ValueError: two of its choices have one name; it may be used or not, but a plan is not valid without it; or it
            is triggered, and its choices would be made before anybody knows whether it will be.
    """
    names = [point.name for point in choices]
    if len(set(names)) < len(names):
        raise ValueError(f"Two choices are called {max(names, key=names.count)!r}.")
    if USE in names and not optional:
        raise ValueError(f"Only an optional step has a choice {USE!r}.")
    if trigger is not None and not all(point.inside for point in choices):
        raise ValueError("The choices of a step with a trigger are made inside.")

    def make(function: StepFunction) -> Step:
        hints = get_type_hints(function)
        declared = list(inspect.signature(function).parameters.values())[1:]
        parameters = [one for one in declared if one.kind is not one.KEYWORD_ONLY]
        return Step(
            name=function.__name__,
            function=function,
            provides=provides,
            needs=tuple(p.name for p in parameters if p.default is p.empty),
            wants=tuple(p.name for p in parameters if p.default is not p.empty),
            resources=resources or Resources(),
            choices=choices,
            unless=unless,
            optional=optional,
            trigger=trigger,
            generation=generation,
            text_role=text_role,
            retries=retries,
            retry_delay_s=retry_delay_s,
            timeout_s=timeout_s,
            module=function.__module__,
            arguments={p.name: TypeAdapter(hints[p.name]) for p in parameters},
            ports=tuple(one.name for one in declared if one.kind is one.KEYWORD_ONLY),
            result=TypeAdapter(hints["return"]),
        )

    return make
