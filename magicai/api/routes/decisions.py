"""What the brain decided about one's runs, what came of it, and what one thinks of it."""

from typing import Annotated

from fastapi import Depends, Query, Request
from starlette.responses import Response

from magicai.api.access import At, Reader, Starter
from magicai.api.answers import NOT_MODIFIED, polled, problems
from magicai.api.bodies import body_of, described
from magicai.api.paging import USUAL, Cursor, Limit, cut, place_of
from magicai.api.routes import router_of
from magicai.api.shapes.decisions import DecisionList, DecisionShown, Forgotten, NewReward
from magicai.ports import Reward
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
    """What was decided about your runs, why, and what came of it; newest first."""
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
    return polled(request, DecisionList(items=[DecisionShown.of(one) for one in page], next_cursor=next_cursor))


@router.get("/api/decisions/{decision_id}", responses=problems(404))
async def show_decision(gateway: At, caller: Reader, decision_id: str) -> DecisionShown:
    """A decision with its rewards."""
    return DecisionShown.of(await gateway.records.decisions.get(decision_id, owner_id=caller.owner_id))


@router.post(
    "/api/decisions/{decision_id}/rewards", responses=problems(404), openapi_extra=described(NewReward, _REWARD)
)
async def reward_decision(
    gateway: At, caller: Starter, decision_id: str, reward: Annotated[NewReward, Depends(body_of(NewReward))]
) -> DecisionShown:
    """Say what you think of a decision, or what came of it later; the next runs are decided by it, too."""
    weight = weights_of(gateway.ports.settings.reward_weights)[reward.kind]
    given = Reward(kind=reward.kind, value=reward.value, weight=weight, source=caller.owner_id)
    return DecisionShown.of(await gateway.records.decisions.reward(decision_id, [given], owner_id=caller.owner_id))


@router.delete("/api/decisions", responses=problems())
async def forget_decisions(gateway: At, caller: Starter) -> Forgotten:
    """Remove all decisions about your runs, and what was learnt from them; their plans still tell them."""
    return Forgotten(decisions=await gateway.records.decisions.forget(caller.owner_id))
