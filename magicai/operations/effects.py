"""Effects of one's runs on the world: listed, and decided about where a machine can't."""

from typing import Annotated

from pydantic import Field

from magicai.operations.lists import USUAL, Cursor, Limit
from magicai.operations.operation import Context, operation
from magicai.paging import sliced
from magicai.runs.effects import decide_effect, effects_of
from magicai.runs.owned_run import owned_run
from magicai.shapes.effects import EffectDecision, EffectList, EffectShown, EffectState

TAG = "effects"


@operation("GET", "/api/effects", problems=(404,))
async def list_effects(
    context: Context,
    *,
    state: Annotated[EffectState, Field(description="`cut`: those that wait for your decision.")] = "cut",
    run_id: Annotated[str | None, Field(max_length=64, description="Only effects of this run.")] = None,
    limit: Limit = USUAL,
    cursor: Cursor = "",
) -> EffectList:
    """Effects of your runs, by id."""
    if run_id is not None:
        run_id = (await owned_run(context.records, run_id, owner_id=context.owner_id)).run_id
    found = [effect async for effect in effects_of(context.records, context.owner_id, state)]
    shown, next_cursor = sliced([one for one in found if run_id in (None, one["run_id"])], limit, cursor)
    return EffectList(items=[EffectShown.of(one) for one in shown], next_cursor=next_cursor)


@operation(
    "PUT",
    "/api/effects/{effect:path}/decision",
    problems=(404, 409),
    example={"happened": True, "answer": {"url": "https://blog.example/7"}},
)
async def decide_about_effect(
    context: Context, effect: Annotated[str, Field(max_length=500)], given: EffectDecision
) -> EffectShown:
    """Decide whether an effect that was interrupted happened. Then resume its run."""
    answer = (given.answer or {}) if given.happened else None
    return EffectShown.of(await decide_effect(context.records, effect, owner_id=context.owner_id, answer=answer))
