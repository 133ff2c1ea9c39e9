"""Effects of one's runs on the world: listed, and decided about where a machine can't."""

from typing import Annotated

from fastapi import Depends, Path, Query

from magicai.api.access import At, Reader, Starter
from magicai.api.answers import problems
from magicai.api.bodies import body_of, described
from magicai.api.routes import router_of
from magicai.operations.lists import USUAL, Cursor, Limit
from magicai.paging import sliced
from magicai.runs.effects import decide_effect, effects_of
from magicai.shapes.effects import EffectDecision, EffectList, EffectShown, EffectState

router = router_of("effects")
_DECISION = {"happened": True, "answer": {"url": "https://blog.example/7"}}


@router.get("/api/effects", responses=problems())
async def list_effects(
    gateway: At,
    caller: Reader,
    *,
    state: Annotated[EffectState, Query(description="`cut`: those that wait for your decision.")] = "cut",
    run_id: Annotated[str | None, Query(max_length=64, description="Only effects of this run.")] = None,
    limit: Limit = USUAL,
    cursor: Cursor = "",
) -> EffectList:
    """Effects of your runs, by id."""
    found = [one async for one in effects_of(gateway.records, caller.owner_id, state)]
    shown, next_cursor = sliced([one for one in found if run_id in (None, one["run_id"])], limit, cursor)
    return EffectList(items=[EffectShown.of(one) for one in shown], next_cursor=next_cursor)


@router.put(
    "/api/effects/{effect:path}/decision",
    responses=problems(404, 409, body=True),
    openapi_extra=described(EffectDecision, _DECISION),
)
async def decide_about_effect(
    gateway: At,
    caller: Starter,
    effect: Annotated[str, Path(max_length=500)],
    given: Annotated[EffectDecision, Depends(body_of(EffectDecision))],
) -> EffectShown:
    """Decide whether an effect that was interrupted happened. Then resume its run."""
    answer = (given.answer or {}) if given.happened else None
    return EffectShown.of(await decide_effect(gateway.records, effect, owner_id=caller.owner_id, answer=answer))
