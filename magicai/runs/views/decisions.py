"""Decisions as they are shown: by the API, the command line and to assistants."""

from collections.abc import Mapping

from pydantic import BaseModel, Field

from magicai.messages import Message
from magicai.ports import LoggedDecision
from magicai.runs.plan import Alternative
from magicai.values.times import Moment


class RewardShown(BaseModel):
    """Something that was learnt about a decision."""

    kind: str
    value: float
    weight: float
    source: str = Field(description="`run` if the run measured it, otherwise who sent it.")
    at: Moment


class DecisionShown(BaseModel):
    """A decision, and what came of it."""

    decision_id: str
    run_id: str
    workflow: str
    step: str
    choice: str
    item: str | None
    option: str
    alternatives: tuple[Alternative, ...]
    reason: str
    message: Message | None = Field(None, description="The code of `reason`.")
    propensity: float
    explored: bool
    features: Mapping[str, float]
    learns_from: list[str] = Field(description="The kinds of reward that it takes.")
    policy: str
    at: Moment
    reward: float | None = Field(description="0 to 1, the weighted mean of `rewards`; null until there are any.")
    rewards: list[RewardShown]

    @classmethod
    def of(cls, one: LoggedDecision) -> "DecisionShown":
        """As the API shows it."""
        choice = one.choice
        return cls(
            decision_id=one.decision_id,
            run_id=one.run_id,
            workflow=one.workflow,
            step=choice.step,
            choice=choice.choice,
            item=choice.item,
            option=choice.option,
            alternatives=choice.alternatives,
            reason=choice.reason,
            message=choice.message,
            propensity=choice.propensity,
            explored=choice.explored,
            features=choice.features,
            learns_from=list(choice.learns_from),
            policy=one.policy,
            at=one.at,
            reward=one.reward,
            rewards=[
                RewardShown(kind=each.kind, value=each.value, weight=each.weight, source=each.source, at=each.at)
                for each in one.rewards
            ],
        )
