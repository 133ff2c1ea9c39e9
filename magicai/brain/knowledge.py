"""What was learnt: every run's outcome, good or bad."""

from collections.abc import Collection

from magicai.brain import optimizer
from magicai.brain.estimates import kinds_of, size_of
from magicai.brain.situation import Situation
from magicai.ports import Outcome, OutcomeRecords
from magicai.runs.plan import Plan
from magicai.runs.run import RunStatus
from magicai.runs.workflow import Workflow
from magicai.values.times import now_us

# How far back the brain looks; with FADE, older ones weigh next to nothing.
_HORIZON = 300
_ENOUGH = 20


async def recall(records: OutcomeRecords, workflow: str, owner_id: str) -> list[Outcome]:
    """What came of earlier runs: the owner's own where there are enough, else everybody's; oldest first."""
    own = await records.recent(workflow, owner_id=owner_id, limit=_HORIZON)
    return own if len(own) >= _ENOUGH else await records.recent(workflow, limit=_HORIZON)


async def learn(
    records: OutcomeRecords,
    workflow: Workflow,
    situation: Situation,
    plan: Plan,
    *,
    status: RunStatus,
    quality: float,
    cost: float,
    seconds: float,
    steps: dict[str, float],
    had_a_say: Collection[str],
) -> Outcome | None:
    """Keep what came of a plan. A cancelled run says nothing about its choices, and is not learnt from.

    A failed one says nothing about choices of steps that it never came to: a shop's wrong address must not teach that
    reports are better left unphrased.

    Args:
        quality: 0 to 1.
        cost: in US dollars.
        seconds: from start to end.
        steps: seconds by step.
        had_a_say: choices of steps that began.
    """
    if status is RunStatus.CANCELLED:
        return None
    decision, time = plan.decision, plan.decision.estimated_time
    failed = status is RunStatus.FAILED
    choices = [choice for choice in decision.choices if not failed or choice.name in had_a_say]
    outcome = Outcome(
        run_id=plan.run_id,
        owner_id=situation.owner_id,
        workflow=plan.workflow,
        at=now_us(),
        context=plan.context,
        choices={choice.name: choice.value for choice in choices},
        propensities={choice.name: choice.propensity for choice in choices},
        policy=decision.policy,
        features=decision.features,
        status=status,
        quality=quality,
        reward=optimizer.reward(quality=quality, cost=cost, seconds=seconds, failed=failed),
        cost=cost,
        seconds=seconds,
        steps=steps,
        size=size_of(workflow, situation),
        kinds=kinds_of(workflow, situation),
        told=(time.low, time.high) if time.basis == "runs" else None,
    )
    await records.add(outcome)
    return outcome
