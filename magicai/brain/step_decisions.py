"""Decisions that a step makes while it runs, and what it learns about them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from sys import float_info

from magicai.brain import sampler
from magicai.brain.choice_points import ChoicePoint
from magicai.brain.choosing import choose
from magicai.brain.recall import recall_choices
from magicai.brain.situation import Situation
from magicai.errors import Invalid
from magicai.messages import amount, say
from magicai.ports import DecisionRecords, Reward
from magicai.runs.plan import Alternative, Choice
from magicai.runs.run import Attempt
from magicai.values.rewards import cost_reward, time_reward

# Who tells what a run has measured.
RUN = "run"
# Of a choice that was made for more items than this, a result has one entry that counts them.
_MOST_LISTED = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What was measured of what a choice can change; None where it was not.

    Attributes:
        quality: 0 to 1.
        seconds, cost: what it took; cost in US dollars.
        failed: whether it failed.
    """

    quality: float | None = None
    seconds: float | None = None
    cost: float | None = None
    failed: bool | None = None

    def __post_init__(self) -> None:
        """Raise Invalid if a number is none that can be measured."""
        for name, value in self.measures().items():
            most = 1.0 if name == "quality" else float_info.max
            if not 0 <= value <= most:  # NaN is neither
                valid = "a number from 0 to 1" if name == "quality" else "a finite number from 0"
                raise Invalid("step_reward_invalid", name=name, value=value, valid=valid)

    def rewards(self, point: ChoicePoint, weights: Mapping[str, float]) -> list[Reward]:
        """The rewards among those that the choice can change."""
        values = {
            "quality": self.quality,
            "time": None if self.seconds is None else time_reward(self.seconds),
            "cost": None if self.cost is None else cost_reward(self.cost),
            "failure": None if self.failed is None else float(not self.failed),
        }
        return [
            Reward(kind=kind, value=value, weight=weights[kind], source=RUN)
            for kind in point.rewards
            if (value := values.get(kind)) is not None
        ]

    def measures(self) -> dict[str, float]:
        """What is expected of an option is learnt from these."""
        values = {"quality": self.quality, "seconds": self.seconds, "cost": self.cost}
        return {name: value for name, value in values.items() if value is not None}


@dataclass(slots=True)
class StepDecisions:
    """The decisions of one step of an attempt."""

    records: DecisionRecords
    attempt: Attempt
    step: str
    points: Sequence[ChoicePoint]
    situation: Situation
    weights: Mapping[str, float]

    async def decide(
        self, name: str, *, item: str | None, features: Mapping[str, float] | None, options: Sequence[str]
    ) -> str:
        """Choose an option; the same one again where an earlier attempt has chosen, and it is still there."""
        point = self._point(name)
        earlier = await self.records.made(self.attempt.run_id, self.step, name, item)
        usable = tuple(options) or point.open_options(self.situation)[0]
        if earlier is not None and earlier.choice.option in usable:
            return earlier.choice.option
        knowledge = await recall_choices(self.records, self.situation.workflow, self.situation.owner_id)
        choice = choose(self.step, point, self.situation, knowledge, features=features, options=options, item=item)
        replaced = None if earlier is None else earlier.decision_id
        await self.records.add(self.attempt, sampler.POLICY, [choice], instead_of=replaced)
        # Of two that decide at once, the first one's decision is kept.
        made = await self.records.made(self.attempt.run_id, self.step, name, item)
        return choice.option if made is None or made.choice.option not in usable else made.choice.option

    async def reward(self, name: str, measured: Measured, *, item: str | None) -> None:
        """Say what was measured of a choice that this step has made."""
        point = self._point(name)
        made = await self.records.made(self.attempt.run_id, self.step, name, item)
        if made is None:
            return  # only one option was open
        rewards = measured.rewards(point, self.weights)
        await self.records.reward(
            made.decision_id, rewards, owner_id=self.situation.owner_id, measures=measured.measures()
        )

    def _point(self, name: str) -> ChoicePoint:
        for point in self.points:
            if point.name == name and point.inside:
                return point
        raise Invalid("choice_not_declared", step=self.step, name=name)


async def choices_made(records: DecisionRecords, run_id: str, planned: Collection[tuple[str, str]]) -> list[Choice]:
    """What a run's steps have chosen while they ran, for themselves and for their items.

    Args:
        planned: steps and choices of the plan, which are told there.
    """
    found: list[Choice] = []
    for (step, choice), counts in (await records.counted(run_id)).items():
        if (step, choice) in planned:
            continue
        if sum(counts.values()) > _MOST_LISTED:
            (latest,) = await records.listed(run_id=run_id, step=step, choice=choice, limit=1)
            found.append(_counted(latest.choice, counts))
        else:
            made = await records.listed(run_id=run_id, step=step, choice=choice, limit=_MOST_LISTED)
            found += [one.choice for one in reversed(made)]
    return found


def _counted(latest: Choice, counts: Mapping[str, int]) -> Choice:
    """One entry for all items: what most of them got, how many got each option, and what the latest one expected."""
    by_count = dict(sorted(counts.items(), key=lambda one: (-one[1], one[0])))
    most, total = next(iter(by_count)), sum(counts.values())
    shares = {option: count / total for option, count in by_count.items()}
    open_then = {alternative.option: alternative for alternative in latest.alternatives}
    others = {option: Alternative(option=option, propensity=0.0) for option in by_count if option not in open_then}
    why = say("chosen_for_items", n=counts[most], items=amount(total, "items"))
    return Choice(
        step=latest.step,
        choice=latest.choice,
        option=most,
        alternatives=tuple(
            one.model_copy(update={"propensity": shares.get(option, 0.0)})
            for option, one in (open_then | others).items()
        ),
        reason=str(why),
        message=why,
        propensity=shares[most],
        counts=by_count,
    )
