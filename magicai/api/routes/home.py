"""What is shown first, and how the stores are."""

from collections.abc import Sequence

from fastapi import Request
from starlette.responses import Response

from integrations.store_roles import role_addresses
from magicai.accounts.identity import Role
from magicai.accounts.usage import months_budget
from magicai.api.access import At, Operator, Reader
from magicai.api.answers import NOT_MODIFIED, polled, problems
from magicai.api.gateway import Gateway
from magicai.api.paging import USUAL, Cursor, Limit
from magicai.api.routes import router_of
from magicai.api.shapes.effects import EffectShown
from magicai.api.shapes.home import HomeShown, StoreList, StoreShown
from magicai.api.shapes.runs import RunListed
from magicai.api.telling import said_to
from magicai.paging import sliced
from magicai.runs.effects import effects_of
from magicai.runs.views.home import overview
from magicai.stores.status import StoreStatus, store_status

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
        stores=_shown(gateway, [one for one in stores if one.needs_attention]),
        budget=month if month.is_nearly_used else None,
    )
    return polled(request, shown)


@router.get("/api/stores", responses=problems())
async def list_stores(gateway: At, _operator: Operator, limit: Limit = USUAL, cursor: Cursor = "") -> StoreList:
    """The stores that follow the records, and how far each is behind."""
    stores, next_cursor = sliced(_shown(gateway, await store_status(gateway.records)), limit, cursor)
    return StoreList(items=stores, next_cursor=next_cursor)


def _shown(gateway: Gateway, stores: Sequence[StoreStatus]) -> list[StoreShown]:
    embedded = {place.role for place in role_addresses(gateway.settings) if not place.address}
    return [StoreShown.of(one, embedded=one.store in embedded) for one in stores]
