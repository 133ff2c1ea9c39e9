"""Steps: the verbs that a plan may use, registered with what they need and give.

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
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, get_type_hints

from pydantic import TypeAdapter

from magicai.brain.situation import Situation
from magicai.ports import Reporter
from magicai.runs.items import StepItems
from magicai.runs.plan import Resources

StepFunction = Callable[..., Awaitable[Any]]
# By choice: the values that are open in a situation, and why no others are.
Limits = Callable[[Situation], Mapping[str, tuple[tuple[str, ...], str]]]
# Given the situation and what earlier steps gave: why the step is to be added, or None.
Trigger = Callable[[Situation, Mapping[str, Any]], str | None]


def no_limits(_situation: Situation) -> Mapping[str, tuple[tuple[str, ...], str]]:
    """Everything that a step declares is open."""
    return {}


@dataclass(frozen=True, slots=True)
class StepRun:
    """What every step is told: whose run this is, which options were chosen, how to tell of progress.

    Attributes:
        cost: what the run has cost until this try began, earlier attempts included; US dollars.
        items: what `each` works on (magicai/runs/items.py); None only where a test calls a step by itself.
    """

    run_id: str
    owner_id: str
    step: str
    reporter: Reporter
    options: dict[str, Any] = field(default_factory=dict[str, Any])
    cost: float = 0.0
    items: StepItems | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """A registered step.

    Attributes:
        provides: the name under which its result is found by others.
        needs, wants: what must be there, and what is used where it is.
        ports: names of those that it uses.
        variants: by choice name, the values that the brain may pick from, the default first.
        limits: which of them are open in a situation.
        harmless: names of choices that may be explored, since no value of them spoils a result.
        may_be_left_out: whether a plan is valid without it though its flow names it; then its name is a choice, too.
        trigger: a step with one is planned only once it says why.
        uses_model: whether it asks the language model.
        retries: how often a Temporary failure is tried again; delays grow from `retry_delay_s`.
        timeout_s: for one try, or None.
    """

    name: str
    function: StepFunction
    provides: str
    needs: tuple[str, ...]
    wants: tuple[str, ...]
    resources: Resources
    variants: Mapping[str, tuple[str, ...]]
    limits: Limits
    harmless: tuple[str, ...]
    may_be_left_out: bool
    trigger: Trigger | None
    uses_model: bool
    retries: int
    retry_delay_s: float
    timeout_s: float | None
    module: str
    arguments: dict[str, TypeAdapter[Any]]
    ports: tuple[str, ...]
    result: TypeAdapter[Any]

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


USE = ("yes", "no")


class Registry:
    """The steps that a process knows."""

    def __init__(self) -> None:
        self._steps: dict[str, Step] = {}

    def __iter__(self) -> Iterator[Step]:
        return iter(self._steps.values())

    def __getitem__(self, name: str) -> Step:
        return self._steps[name]

    def __contains__(self, name: str) -> bool:
        return name in self._steps

    def add(self, made: Step) -> None:
        """Register a step.

        Raises:
            ValueError: another function has that name.
        """
        known = self._steps.get(made.name)
        if known is not None and known.module != made.module:
            raise ValueError(f"two steps are called {made.name!r}: in {known.module} and in {made.module}")
        self._steps[made.name] = made


registry = Registry()


def step(
    *,
    provides: str,
    resources: Resources | None = None,
    variants: Mapping[str, tuple[str, ...]] | None = None,
    limits: Limits = no_limits,
    harmless: tuple[str, ...] = (),
    may_be_left_out: bool = False,
    trigger: Trigger | None = None,
    uses_model: bool = False,
    retries: int = 0,
    retry_delay_s: float = 1.0,
    timeout_s: float | None = None,
) -> Callable[[StepFunction], StepFunction]:
    """Register an async function as a step under its own name; the function itself stays as it is."""

    def register(function: StepFunction) -> StepFunction:
        hints = get_type_hints(function)
        declared = list(inspect.signature(function).parameters.values())[1:]
        parameters = [one for one in declared if one.kind is not one.KEYWORD_ONLY]
        registry.add(
            Step(
                name=function.__name__,
                function=function,
                provides=provides,
                needs=tuple(p.name for p in parameters if p.default is p.empty),
                wants=tuple(p.name for p in parameters if p.default is not p.empty),
                resources=resources or Resources(),
                variants={**(variants or {}), **({function.__name__: USE} if may_be_left_out else {})},
                limits=limits,
                harmless=harmless,
                may_be_left_out=may_be_left_out,
                trigger=trigger,
                uses_model=uses_model,
                retries=retries,
                retry_delay_s=retry_delay_s,
                timeout_s=timeout_s,
                module=function.__module__,
                arguments={p.name: TypeAdapter(hints[p.name]) for p in parameters},
                ports=tuple(one.name for one in declared if one.kind is one.KEYWORD_ONLY),
                result=TypeAdapter(hints["return"]),
            )
        )
        return function

    return register
