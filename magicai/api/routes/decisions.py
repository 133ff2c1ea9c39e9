"""What the brain decided about one's runs, what came of it, and what one thinks of it."""

from typing import Annotated

from fastapi import Depends, Query, Request
from starlette.responses import Response

from magicai.api.access import At, Reader, Starter
from magicai.api.answers import NOT_MODIFIED, polled, problems
from magicai.api.bodies import body_of, described
from magicai.api.routes import router_of
from magicai.api.telling import said_to
from magicai.brain.overview import BrainKnown, look
from magicai.operations.lists import USUAL, Cursor, Limit
from magicai.paging import cut, place_of
from magicai.runs import registry
from magicai.runs.rewarding import reward_run as rewarded_run
from magicai.runs.rewarding import tell, told_reward
from magicai.runs.views.decisions import DecisionShown
from magicai.shapes.decisions import DecisionList, Forgotten, NewReward, Rewarded
from magicai.values.rewards import weights_of

router = router_of("decisions")
_REWARD = {"kind": "rating", "value": 0.75}


@router.get("/api/decisions", response_model=DecisionList, responses={**problems(), **NOT_MODIFIED})
async def list_decisions(
    gateway: At,
    request: Request,
    caller: Reader,
    *,
    workflow: Annotated[str | None, Query(max_length=100)] = None,
    run_id: Annotated[str | None, Query(max_length=100)] = None,
    step: Annotated[str | None, Query(max_length=100)] = None,
    choice: Annotated[str | None, Query(max_length=100)] = None,
    limit: Limit = USUAL,
    cursor: Cursor = "",
) -> Response:
    """Decisions about your runs with their reasons and rewards, newest first."""
    found = await gateway.records.decisions.listed(
        owner_id=caller.owner_id,
        workflow=workflow,
        run_id=run_id,
        step=step,
        choice=choice,
        before=place_of(cursor, int, str),
        limit=limit + 1,
    )
    page, next_cursor = cut(found, limit, lambda one: (one.at, one.decision_id))
    say = said_to(request)
    shown = [say.model(DecisionShown.of(one)) for one in page]
    return polled(request, DecisionList(items=shown, next_cursor=next_cursor))


@router.get("/api/decisions/{decision_id}", responses=problems(404))
async def show_decision(gateway: At, request: Request, caller: Reader, decision_id: str) -> DecisionShown:
    """A decision with its rewards."""
    found = await gateway.records.decisions.get(decision_id, owner_id=caller.owner_id)
    return said_to(request).model(DecisionShown.of(found))


@router.post(
    "/api/decisions/{decision_id}/rewards",
    responses=problems(404, body=True),
    openapi_extra=described(NewReward, _REWARD),
)
async def reward_decision(
    gateway: At,
    request: Request,
    caller: Starter,
    decision_id: str,
    reward: Annotated[NewReward, Depends(body_of(NewReward))],
) -> DecisionShown:
    """Reward a decision. Later decisions take it into account."""
    records, settings, owner_id = gateway.records, gateway.settings, caller.owner_id
    rewarded = await tell(records, settings, decision_id, reward.kind, reward.value, owner_id=owner_id)
    return said_to(request).model(DecisionShown.of(rewarded))


@router.post(
    "/api/runs/{run_id}/rewards", responses=problems(404, body=True), openapi_extra=described(NewReward, _REWARD)
)
async def reward_run(
    gateway: At, caller: Starter, run_id: str, reward: Annotated[NewReward, Depends(body_of(NewReward))]
) -> Rewarded:
    """Reward the decisions of a run that learn from this kind of reward."""
    weights = weights_of(gateway.settings.reward_weights)
    given = told_reward(reward.kind, reward.value, owner_id=caller.owner_id, weights=weights)
    return Rewarded(decisions=await rewarded_run(gateway.records, run_id, given, owner_id=caller.owner_id))


@router.get("/api/brain", responses=problems(422))
async def show_brain(
    gateway: At,
    caller: Reader,
    workflow: Annotated[str | None, Query(max_length=100)] = None,
    policy: Annotated[
        str | None,
        Query(max_length=100, description="Policy to evaluate: `default`, `greedy`, `uniform`, or an option."),
    ] = None,
) -> BrainKnown:
    """What was learned from your decisions: the expected reward of each option, and how well choices went."""
    workflows = registry.chosen(workflow)
    return await look(gateway.records, caller.owner_id, workflows, policy=policy)


@router.delete("/api/decisions", responses=problems())
async def forget_decisions(gateway: At, caller: Starter) -> Forgotten:
    """Delete all decisions about your runs, and what was learned from them. The plans of runs keep theirs."""
    return Forgotten(decisions=await gateway.records.decisions.forget(caller.owner_id))
