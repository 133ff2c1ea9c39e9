"""What the brain has learnt, for people: of each choice what is expected of its options, and how well it went."""

import asyncio
from collections import Counter
from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict, Field

from magicai.brain import evaluation, sampler
from magicai.brain.choosing import alternatives_of
from magicai.brain.evaluation import Bounds, Evaluation, Logged, Regret
from magicai.brain.recall import ChoiceStatistics, recall_choices
from magicai.errors import Invalid
from magicai.ports import LoggedDecision, Outcome, Records
from magicai.runs.plan import Alternative
from magicai.runs.run import RunStatus
from magicai.values.times import Moment

# So many decisions of a choice, the latest, are looked at.
LOOKED_AT = 200
# From fewer rewards than this, nothing is estimated.
_FEWEST = 10


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True)


class OptionKnown(Alternative):
    """An option, with what is expected of it in a situation like the latest.

    Attributes:
        expected_reward: 0 to 1, of what the choice can change.
        decisions: how often it was chosen, of those looked at.
        changed: whether it was noticed lately that it does better, or worse, than before.
    """

    expected_reward: float
    decisions: int
    changed: bool


class CurvePoint(_Model):
    """Mean reward of the decisions from the previous point's to the one of this number."""

    decisions: int
    reward: Bounds


class ChoiceKnown(_Model):
    """What is known about a choice.

    Attributes:
        decisions: the latest ones, which were looked at.
        rewarded: of these, those that a reward is known of.
        learned_from: how many decisions were learned from in all.
        options: those of the latest decision, the default option first.
        guarded: whether the default option is preferred, because others did worse lately.
        curve: mean reward over time, with 90 % intervals.
        regret: against the best option, if it had always been chosen; None from too few rewards.
        evaluation: of the policy that was asked for; None from no reward.
    """

    workflow: str
    step: str
    choice: str
    decisions: int
    rewarded: int
    learned_from: int
    latest: Moment
    options: tuple[OptionKnown, ...]
    guarded: bool
    curve: tuple[CurvePoint, ...]
    regret: Regret | None
    evaluation: Evaluation | None = Field(None, description="For the policy that was requested.")

    @property
    def name(self) -> str:
        """The choice's full name."""
        return f"{self.step}.{self.choice}"


class Calibration(_Model):
    """How estimates of time have held.

    Attributes:
        runs: the latest ones that an interval was told of before; failed and cancelled ones apart.
        within_interval: how many of them took as long as the interval said, eight of ten if it is right.
    """

    workflow: str
    runs: int
    within_interval: int


class BrainKnown(_Model):
    """What was learnt from one's decisions."""

    choices: tuple[ChoiceKnown, ...]
    calibration: tuple[Calibration, ...]


async def look(records: Records, owner_id: str, workflows: Sequence[str], *, policy: str | None = None) -> BrainKnown:
    """What was learnt from an owner's decisions about these workflows.

    Args:
        records: where they are.
        owner_id: whose.
        workflows: by their names.
        policy: one to evaluate: `default`, `greedy`, `uniform`, or an option.

    Raises:
        Invalid: no choice has such an option.
    """
    found: list[tuple[Sequence[LoggedDecision], ChoiceStatistics]] = []
    calibration: list[Calibration] = []
    for workflow in workflows:
        knowledge = await recall_choices(records.decisions, workflow, owner_id)
        for (step, choice), learnt in sorted(knowledge.choices.items()):
            made = await records.decisions.listed(
                owner_id=owner_id, workflow=workflow, step=step, choice=choice, limit=LOOKED_AT
            )
            if made:
                found.append((made, learnt))
        outcomes = await records.outcomes.recent(workflow, owner_id=owner_id, limit=LOOKED_AT)
        if calibrated := _calibration(workflow, outcomes):
            calibration.append(calibrated)
    _check_policy(policy, [made[0] for made, _ in found])
    # Estimates take some milliseconds a decision, which nobody else should wait for.
    choices = await asyncio.to_thread(lambda: tuple(_known(made, learnt, policy) for made, learnt in found))
    return BrainKnown(choices=choices, calibration=tuple(calibration))


def _check_policy(policy: str | None, latest: Sequence[LoggedDecision]) -> None:
    options = dict.fromkeys(alternative.option for made in latest for alternative in made.choice.alternatives)
    known = (*evaluation.POLICIES, *options)
    if policy is not None and policy not in known:
        raise Invalid("unknown_policy", policy=policy[:80], names=", ".join(known))


def _known(made: Sequence[LoggedDecision], learnt: ChoiceStatistics, policy: str | None) -> ChoiceKnown:
    latest = made[0].choice
    options = [alternative.option for alternative in latest.alternatives]
    log = logged(made)
    others = sampler.others(learnt.pooled, learnt.own, sampler.MOST_SHARED)
    pick = sampler.pick(learnt.own, others, options, latest.features, seed=0)
    chosen = Counter(one.choice.option for one in made)
    asked = policy if policy in evaluation.POLICIES or policy in options else None
    return ChoiceKnown(
        workflow=made[0].workflow,
        step=latest.step,
        choice=latest.choice,
        decisions=len(made),
        rewarded=len(log),
        learned_from=pick.seen,
        latest=made[0].at,
        options=tuple(
            OptionKnown(
                **dict(alternative),
                expected_reward=pick.expected[alternative.option].reward,
                decisions=chosen[alternative.option],
                changed=alternative.option in pick.changed,
            )
            for alternative in alternatives_of(pick, options)
        ),
        guarded=pick.guarded,
        curve=tuple(
            CurvePoint(decisions=point.at, reward=point.reward)
            for point in (evaluation.learning_curve(log) if log else ())
        ),
        regret=evaluation.regret(log) if len(log) >= _FEWEST else None,
        evaluation=evaluation.evaluate(asked, log) if asked and log else None,
    )


def logged(made: Sequence[LoggedDecision]) -> list[Logged]:
    """Decisions that have a reward, oldest first; those by other features than the latest's are not comparable."""
    features = sorted(made[0].choice.features)
    return [
        Logged(
            option=one.choice.option,
            options=[each.option for each in one.choice.alternatives],
            x=one.choice.features,
            propensities={each.option: each.propensity for each in one.choice.alternatives},
            reward=one.reward,
        )
        for one in reversed(made)
        if one.reward is not None and sorted(one.choice.features) == features
    ]


def _calibration(workflow: str, outcomes: Sequence[Outcome]) -> Calibration | None:
    told = [
        (outcome.told, outcome.seconds)
        for outcome in outcomes
        if outcome.told is not None and outcome.status in (RunStatus.COMPLETED, RunStatus.PARTIAL)
    ]
    if not told:
        return None
    within = sum(low <= seconds <= high for (low, high), seconds in told)
    return Calibration(workflow=workflow, runs=len(told), within_interval=within)
