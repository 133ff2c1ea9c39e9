"""What people tell about decisions, at any time."""

from collections.abc import Mapping

from magicai.errors import Invalid
from magicai.ports import Records, Reward
from magicai.runs.owned import owned_run
from magicai.values.rewards import MEASURED, TOLD, check


def told_reward(kind: str, value: float, *, source: str, weights: Mapping[str, float]) -> Reward:
    """A reward that somebody tells.

    Raises:
        Invalid: it is no such kind, or no number from 0 to 1.
    """
    if check(kind, value) in MEASURED:
        raise Invalid(f"{kind!r} is measured by the run.", way_out=f"Use one of: {', '.join(TOLD)}.")
    return Reward(kind=kind, value=value, weight=weights[kind], source=source)


async def reward_run(records: Records, run_id: str, reward: Reward, *, owner_id: str) -> int:
    """Learn from what somebody tells about a run: the same about each of its decisions; answers how many.

    Raises:
        NotFound: there is no such run of theirs.
    """
    await owned_run(records, run_id, owner_id=owner_id, way_out="To list your runs: GET /api/runs")
    made = await records.decisions.of_run(run_id)
    for one in made:
        await records.decisions.reward(one.decision_id, [reward], owner_id=owner_id)
    return len(made)
