"""What the brain decided about one's runs, what came of it, and what it has learned from that."""

from typing import Annotated

from pydantic import Field

from magicai.accounts.identity import Role
from magicai.brain import overview
from magicai.brain.lessons import roll_back, take_snapshot
from magicai.operations.lists import USUAL, Cursor, Limit
from magicai.operations.operation import Context, operation
from magicai.paging import cut, place_of, sliced
from magicai.ports import LearntSnapshot
from magicai.runs import registry, rewarding
from magicai.runs.views.decisions import DecisionShown
from magicai.shapes.decisions import (
    DecisionList,
    Forgotten,
    Lessons,
    LessonShown,
    NewReward,
    NewSnapshot,
    Rewarded,
    Rollback,
    SnapshotList,
    SnapshotShown,
)
from magicai.values.rewards import weights_of

TAG = "decisions"
_REWARD = {"kind": "rating", "value": 0.75}
_Name = Annotated[str | None, Field(max_length=100)]
_WHOLE_ID = 36  # characters of a UUID


@operation("GET", "/api/decisions", problems=(404,), polled=True)
async def list_decisions(
    context: Context,
    *,
    workflow: _Name = None,
    run_id: _Name = None,
    step: _Name = None,
    choice: _Name = None,
    limit: Limit = USUAL,
    cursor: Cursor = "",
) -> DecisionList:
    """Decisions about your runs with their reasons and rewards, newest first."""
    if run_id is not None and len(run_id) < _WHOLE_ID:
        run_id = (await context.records.runs.get(run_id, owner_id=context.owner_id)).run_id
    found = await context.records.decisions.listed(
        owner_id=context.owner_id,
        workflow=workflow,
        run_id=run_id,
        step=step,
        choice=choice,
        before=place_of(cursor, int, str),
        limit=limit + 1,
    )
    decisions, next_cursor = cut(found, limit, lambda decision: (decision.at, decision.decision_id))
    return DecisionList(items=[DecisionShown.of(decision) for decision in decisions], next_cursor=next_cursor)


@operation("DELETE", "/api/decisions", audited="data.decisions_deleted")
async def forget_decisions(context: Context) -> Forgotten:
    """Delete all decisions about your runs, and what was learned from them. The plans of runs keep theirs."""
    return Forgotten(decisions=await context.records.decisions.forget(context.owner_id))


@operation("GET", "/api/decisions/{decision_id}", problems=(404,))
async def show_decision(context: Context, decision_id: str) -> DecisionShown:
    """A decision with its rewards."""
    return DecisionShown.of(await context.records.decisions.get(decision_id, owner_id=context.owner_id))


@operation("POST", "/api/decisions/{decision_id}/rewards", problems=(404,), example=_REWARD)
async def reward_decision(context: Context, decision_id: str, reward: NewReward) -> DecisionShown:
    """Reward a decision. Later decisions take it into account."""
    records, settings = context.records, context.ports.settings
    rewarded = await rewarding.tell(
        records, settings, decision_id, reward.kind, reward.value, owner_id=context.owner_id
    )
    return DecisionShown.of(rewarded)


@operation("POST", "/api/runs/{run_id}/rewards", problems=(404,), example=_REWARD)
async def reward_run(context: Context, run_id: str, reward: NewReward) -> Rewarded:
    """Reward the decisions of a run that learn from this kind of reward."""
    weights = weights_of(context.ports.settings.reward_weights)
    given = rewarding.told_reward(reward.kind, reward.value, owner_id=context.owner_id, weights=weights)
    rewarded = await rewarding.reward_run(context.records, run_id, given, owner_id=context.owner_id)
    return Rewarded(decisions=rewarded)


@operation("GET", "/api/brain", problems=(422,))
async def show_brain(
    context: Context,
    workflow: _Name = None,
    policy: Annotated[
        str | None,
        Field(max_length=100, description="Policy to evaluate: `default`, `greedy`, `uniform`, or an option."),
    ] = None,
) -> overview.BrainKnown:
    """What was learned from your decisions: the expected reward of each option, and how well choices went."""
    return await overview.look(context.records, context.owner_id, registry.chosen(workflow), policy=policy)


@operation("GET", "/api/brain/lessons", role=Role.ADMIN)
async def export_lessons(context: Context) -> Lessons:
    """What your decisions have taught about each choice, as statistics."""
    return Lessons(choices=[LessonShown.of(one) for one in await context.records.decisions.taught(context.owner_id)])


@operation("GET", "/api/brain/snapshots", role=Role.ADMIN)
async def list_snapshots(context: Context, limit: Limit = USUAL, cursor: Cursor = "") -> SnapshotList:
    """Snapshots of what your decisions had taught, oldest first."""
    found = await context.records.decisions.snapshots(context.owner_id)
    shown, next_cursor = sliced([_shown(snapshot) for snapshot in found], limit, cursor)
    return SnapshotList(items=shown, next_cursor=next_cursor)


@operation(
    "POST", "/api/brain/snapshots", role=Role.ADMIN, status=201, problems=(409,), example={"name": "before-the-sale"}
)
async def make_snapshot(context: Context, new: NewSnapshot) -> SnapshotShown:
    """Save what your decisions have taught under a name."""
    return _shown(await take_snapshot(context.records.decisions, context.owner_id, new.name))


@operation("POST", "/api/brain/rollback", role=Role.ADMIN, problems=(404,), example={"snapshot": "before-the-sale"})
async def roll_back_to_snapshot(context: Context, wanted: Rollback) -> SnapshotShown:
    """Know what was known when a snapshot was taken, and forget what was learned since."""
    return _shown(await roll_back(context.records.decisions, context.owner_id, wanted.snapshot))


def _shown(snapshot: LearntSnapshot) -> SnapshotShown:
    return SnapshotShown(name=snapshot.name, at=snapshot.at, choices=len(snapshot.choices))
