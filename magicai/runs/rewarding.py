"""What people tell about decisions, at any time."""

from collections.abc import Iterable, Mapping

from magicai.errors import Invalid
from magicai.messages import say
from magicai.ports import LoggedDecision, Records, Reward
from magicai.runs.owned_run import owned_run
from magicai.settings import Settings
from magicai.values.rewards import MEASURED, TOLD, WEIGHTS, check, weights_of


def told_reward(kind: str, value: float, *, owner_id: str, weights: Mapping[str, float] = WEIGHTS) -> Reward:
    """A reward that somebody tells; each is one source, however they tell it.

    Raises:
        Invalid: it is no such kind, or no number from 0 to 1.
    """
    if check(kind, value) in MEASURED:
        raise Invalid("reward_kind_measured", kind=kind, names=", ".join(TOLD))
    return Reward(kind=kind, value=value, weight=weights[kind], source=owner_id)


async def tell(
    records: Records, settings: Settings, decision_id: str, kind: str, value: float, *, owner_id: str
) -> LoggedDecision:
    """Learn from what somebody tells about one decision of theirs; each kind counts as the settings say.

    Raises:
        NotFound, Invalid: as `reward_decision` and `told_reward` do.
    """
    reward = told_reward(kind, value, owner_id=owner_id, weights=weights_of(settings.reward_weights))
    return await reward_decision(records, decision_id, reward, owner_id=owner_id)


async def reward_decision(records: Records, decision_id: str, reward: Reward, *, owner_id: str) -> LoggedDecision:
    """Learn from what somebody tells about one decision.

    Raises:
        NotFound: there is no such decision of theirs.
        Invalid: it says nothing about this decision.
    """
    made = await records.decisions.get(decision_id, owner_id=owner_id)
    if reward.kind not in made.choice.learns_from:
        kinds = [kind for kind in TOLD if kind in made.choice.learns_from]
        raise Invalid(
            "reward_not_applicable",
            way_out=say("use_one_of", names=kinds) if kinds else "reward_is_measured",
            choice=made.choice.name,
            kind=reward.kind,
        )
    return await records.decisions.reward(decision_id, [reward], owner_id=owner_id)


async def reward_run(records: Records, run_id: str, reward: Reward, *, owner_id: str) -> int:
    """Learn from what somebody tells about a run: the same about each decision that can change it; answers how many.

    Raises:
        NotFound: there is no such run of theirs.
    """
    run = await owned_run(records, run_id, owner_id=owner_id)
    return await reward_made(records, await records.decisions.of_run(run.run_id), reward, owner_id=owner_id)


async def reward_made(records: Records, made: Iterable[LoggedDecision], reward: Reward, *, owner_id: str) -> int:
    """The same about those of some decisions that can change it; answers how many."""
    about = [one for one in made if reward.kind in one.choice.learns_from]
    for one in about:
        await records.decisions.reward(one.decision_id, [reward], owner_id=owner_id)
    return len(about)
