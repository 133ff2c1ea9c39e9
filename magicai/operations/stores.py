"""The stores that follow the records."""

from collections.abc import Sequence

from integrations.store_roles import role_addresses
from magicai.accounts.identity import Role
from magicai.operations.lists import USUAL, Cursor, Limit
from magicai.operations.operation import Context, operation
from magicai.paging import sliced
from magicai.settings import Settings
from magicai.shapes.stores import StoreList, StoreShown
from magicai.stores.status import StoreStatus, store_status

TAG = "stores"


@operation("GET", "/api/stores", role=Role.OPERATOR)
async def list_stores(context: Context, limit: Limit = USUAL, cursor: Cursor = "") -> StoreList:
    """The stores that follow the records, and how far each is behind."""
    found = stores_shown(context.settings, await store_status(context.records))
    stores, next_cursor = sliced(found, limit, cursor)
    return StoreList(items=stores, next_cursor=next_cursor)


def stores_shown(settings: Settings, statuses: Sequence[StoreStatus]) -> list[StoreShown]:
    """Stores with how they are, and whether each runs within the program."""
    embedded = {place.role for place in role_addresses(settings) if not place.address}
    return [StoreShown.of(status, place="embedded" if status.store in embedded else "server") for status in statuses]
