"""What is shown first."""

from fastapi import Request
from starlette.responses import Response

from magicai.accounts.identity import Role
from magicai.accounts.usage import months_budget
from magicai.api.access import At, Reader
from magicai.api.answers import NOT_MODIFIED, polled, problems
from magicai.api.routes import router_of
from magicai.api.routes.stores import stores_shown
from magicai.api.telling import said_to
from magicai.runs.effects import effects_of
from magicai.runs.views.home import overview
from magicai.shapes.effects import EffectShown
from magicai.shapes.home import HomeShown
from magicai.shapes.runs import RunListed
from magicai.stores.status import store_status

router = router_of("home")
_EFFECTS = 6


@router.get("/api/home", response_model=HomeShown, responses={**problems(), **NOT_MODIFIED})
async def show_home(gateway: At, request: Request, caller: Reader) -> Response:
    """What needs you, active runs, and the latest findings."""
    found = await overview(gateway.records, caller.owner_id)
    effects = [EffectShown.of(one) async for one in effects_of(gateway.records, caller.owner_id, "cut")]
    stores = await store_status(gateway.records) if caller.user.role.covers(Role.OPERATOR) else []
    month = await months_budget(gateway.records, caller.owner_id, gateway.settings.budget_user_month)
    say = said_to(request)
    shown = HomeShown(
        attention=[RunListed.of_list(one, say) for one in found.attention],
        running=[RunListed.of_list(one, say) for one in found.running],
        latest=[RunListed.of_list(one, say) for one in found.latest],
        effects=effects[:_EFFECTS],
        stores=stores_shown(gateway, [one for one in stores if one.needs_attention]),
        budget=month if month.is_nearly_used else None,
    )
    return polled(request, shown)
