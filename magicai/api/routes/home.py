"""What is shown first, and how the stores are."""

from dataclasses import asdict
from decimal import Decimal

from fastapi import Request
from starlette.responses import Response

from integrations.store_roles import role_addresses
from magicai.accounts.account import MonthsBudget
from magicai.accounts.identity import Role
from magicai.accounts.usage import months_budget
from magicai.api.access import At, Operator, OperatorStarter, Reader
from magicai.api.answers import NOT_MODIFIED, polled, problems
from magicai.api.gateway import Gateway
from magicai.api.paging import USUAL, Cursor, Limit
from magicai.api.routes import router_of
from magicai.api.shapes.effects import EffectShown
from magicai.api.shapes.home import HomeShown, ModelShown, StoreList, StoreShown
from magicai.api.shapes.runs import RunListed
from magicai.paging import sliced
from magicai.runs.effects import effects_of
from magicai.runs.views.home import overview
from magicai.stores.status import store_status

router = router_of("home")
_NEARLY = Decimal("0.8")
_EFFECTS = 6
_OPERATORS = (Role.OPERATOR, Role.ADMIN)
# A store is behind for a moment after each change.
_BEHIND = 100


@router.get("/api/home", response_model=HomeShown, responses={**problems(), **NOT_MODIFIED})
async def show_home(gateway: At, request: Request, caller: Reader) -> Response:
    """What needs you, active runs, and the latest findings."""
    found = await overview(gateway.records, caller.owner_id)
    effects = [EffectShown.of(one) async for one in effects_of(gateway.records, caller.owner_id, "cut")]
    stores = await _stores(gateway) if caller.user.role in _OPERATORS else []
    month = await months_budget(gateway.records, caller.owner_id, gateway.settings.budget_user_month)
    shown = HomeShown(
        attention=[RunListed.of_list(one) for one in found.attention],
        running=[RunListed.of_list(one) for one in found.running],
        latest=[RunListed.of_list(one) for one in found.latest],
        effects=effects[:_EFFECTS],
        stores=[one for one in stores if one.down or one.refused or one.behind >= _BEHIND],
        budget=month if _nearly_used(month) else None,
    )
    return polled(request, shown)


@router.get("/api/stores", responses=problems())
async def list_stores(gateway: At, _operator: Operator, limit: Limit = USUAL, cursor: Cursor = "") -> StoreList:
    """The stores that follow the records, and how far each is behind."""
    stores, next_cursor = sliced(await _stores(gateway), limit, cursor)
    return StoreList(items=stores, next_cursor=next_cursor)


@router.get("/api/local-model", responses=problems())
async def show_local_model(gateway: At, _caller: Reader) -> ModelShown:
    """The local language model, and how far its download is."""
    return ModelShown(**asdict(gateway.ports.model_download.state()))


@router.post("/api/local-model", responses=problems())
async def get_local_model(gateway: At, _operator: OperatorStarter) -> ModelShown:
    """Download the local language model, or resume its download."""
    gateway.ports.model_download.start()
    return ModelShown(**asdict(gateway.ports.model_download.state()))


async def _stores(gateway: Gateway) -> list[StoreShown]:
    embedded = {place.role for place in role_addresses(gateway.settings) if not place.address}
    return [StoreShown.of(one, embedded=one.store in embedded) for one in await store_status(gateway.records)]


def _nearly_used(month: MonthsBudget) -> bool:
    return month.limit is not None and month.spent.amount + month.reserved.amount >= _NEARLY * month.limit.amount
