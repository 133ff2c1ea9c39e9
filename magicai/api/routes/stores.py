"""The stores that follow the records."""

from collections.abc import Sequence

from integrations.store_roles import role_addresses
from magicai.api.access import At, Operator
from magicai.api.answers import problems
from magicai.api.gateway import Gateway
from magicai.api.routes import router_of
from magicai.operations.lists import USUAL, Cursor, Limit
from magicai.paging import sliced
from magicai.shapes.stores import StoreList, StoreShown
from magicai.stores.status import StoreStatus, store_status

router = router_of("stores")


@router.get("/api/stores", responses=problems())
async def list_stores(gateway: At, _operator: Operator, limit: Limit = USUAL, cursor: Cursor = "") -> StoreList:
    """The stores that follow the records, and how far each is behind."""
    stores, next_cursor = sliced(stores_shown(gateway, await store_status(gateway.records)), limit, cursor)
    return StoreList(items=stores, next_cursor=next_cursor)


def stores_shown(gateway: Gateway, statuses: Sequence[StoreStatus]) -> list[StoreShown]:
    """Stores with how they are, and whether each runs within the program."""
    embedded = {place.role for place in role_addresses(gateway.settings) if not place.address}
    return [StoreShown.of(one, embedded=one.store in embedded) for one in statuses]
