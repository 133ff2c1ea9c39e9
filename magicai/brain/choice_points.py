"""Choice points: what a step leaves to the brain, and what tells whether it chose well.

    @step(provides="text", choices=(ChoicePoint(name="model", options=("small", "large"), features=("log_words",)),))
    async def write_text(run: StepRun, brief: Brief) -> Text:
        model = run.options["model"]

One with `inside=True` is decided while the step runs, once for the step or once for each of its items:

    model = await run.decide("model", item=key, features={"log_words": log10(1 + words)})
    ...
    await run.reward("model", item=key, quality=0.9, seconds=1.2)
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any

from magicai.brain.situation import Situation
from magicai.errors import Invalid
from magicai.messages import Message
from magicai.values.rewards import MEASURED, Kind

Options = tuple[str, ...] | Callable[[Situation], tuple[str, ...]]
# The options that are open in a situation, and why no others are.
Open = Callable[[Situation], tuple[tuple[str, ...], Message]]

# Its options are `yes` and `no`: whether an optional step is used.
USE = "use"
YES, NO = "yes", "no"
MOST_FEATURES = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoicePoint:
    """A choice that a step leaves to the brain.

    Attributes:
        name: unique within its step; elsewhere it is called STEP.NAME.
        options: the default option first; or what gives them, where they are known only in a situation.
        open: which of them a situation leaves open; all where None.
        features: at most four, of `Situation.features()`, or given to `run.decide`.
        rewards: kinds of reward that it can change, of the run's and of people's; others say nothing about it.
        quality: 0 to 1, of what it can change, made of the steps' results by the names that they provide; None where
            nothing can be said.
        inside: whether it is decided by `run.decide`, and not in the plan.
        explores: whether options are tried to learn about them; else the one that has done best is taken.
    """

    name: str
    options: Options
    open: Open | None = None
    features: tuple[str, ...] = ()
    rewards: tuple[Kind, ...] = MEASURED
    quality: Callable[[Mapping[str, Any]], float | None] | None = None
    inside: bool = False
    explores: bool = True

    def __post_init__(self) -> None:
        """Raise ValueError if the declaration contradicts itself."""
        if len(self.features) > MOST_FEATURES:
            raise ValueError(f"{self.name!r} declares {len(self.features)} features; the maximum is {MOST_FEATURES}.")
        if not self.rewards:
            raise ValueError(f"{self.name!r} has no reward: a choice needs one.")
        if not callable(self.options):
            _check(self.name, self.options)

    def all_options(self, situation: Situation) -> tuple[str, ...]:
        """Every option, the default option first."""
        if not callable(self.options):
            return self.options
        options = self.options(situation)
        _check(self.name, options)
        return options

    def open_options(self, situation: Situation) -> tuple[tuple[str, ...], Message | None]:
        """The options that are open, the default option first, and why no others are.

        Raises:
            ValueError: `open` names an option that is not declared, or none.
        """
        options = self.all_options(situation)
        if self.open is None:
            return options, None
        few, why = self.open(situation)
        unknown = sorted(set(few) - set(options))
        if unknown or not few:
            named = repr(unknown[0]) if unknown else "nothing"
            raise ValueError(f"{named} is not among the options of {self.name!r}: {', '.join(options)}.")
        return tuple(option for option in options if option in few), why

    def check_features(self, given: Mapping[str, float]) -> dict[str, float]:
        """The declared features; one that is missing is 0.

        Raises:
            Invalid: one is not declared, or no finite number.
        """
        for name, value in given.items():
            if name not in self.features:
                raise Invalid("unknown_feature", name=name, choice=self.name)
            if not isfinite(value):
                raise Invalid("feature_value_invalid", name=name, choice=self.name, value=value)
        return {name: float(given.get(name, 0.0)) for name in self.features}


def _check(name: str, options: tuple[str, ...]) -> None:
    if not options or len(set(options)) < len(options):
        raise ValueError(f"The options of {name!r} must differ, and there must be one: {', '.join(options)}.")
