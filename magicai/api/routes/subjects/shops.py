"""Shops over time: what was read of each, what products cost when, and what differs between two readings."""

from typing import Annotated

from fastapi import Query

from magicai.accounts.identity import Caller
from magicai.api.access import At, Reader
from magicai.api.answers import problems
from magicai.api.gateway import Gateway
from magicai.api.routes import router_of
from magicai.errors import NotFound
from magicai.operations.lists import USUAL, Cursor, Limit
from magicai.paging import cursor_at, cut, place_of
from magicai.runs.owned import owned_run
from magicai.shapes.subjects.shops import (
    ComparisonShown,
    HistoryShown,
    ProductShown,
    ReadingShown,
    ShopList,
    ShopShown,
)
from magicai.shops.history import read_by_both, shop_to_compare

router = router_of("shops")
Shop = Annotated[str, Query(min_length=1, max_length=500, description="A name from GET /api/shops.")]
ProductId = Annotated[str, Query(min_length=1, max_length=64)]


@router.get("/api/shops", responses=problems())
async def list_shops(
    gateway: At,
    caller: Reader,
    limit: Limit = USUAL,
    cursor: Cursor = "",
) -> ShopList:
    """The shops that your runs have crawled, by name."""
    (after,) = place_of(cursor, str) or ("",)
    found = await gateway.ports.shops.histories.shops(caller.owner_id, limit=limit + 1, after=after)
    shown, next_cursor = cut(found, limit, lambda one: (one.shop,))
    return ShopList(items=[ShopShown.of(one) for one in shown], next_cursor=next_cursor)


@router.get("/api/history", responses=problems(404))
async def show_history(
    gateway: At,
    caller: Reader,
    shop: Shop,
    *,
    product_id: Annotated[list[ProductId], Query(max_length=100, description="Can be repeated.")] = [],  # noqa: B006 - FastAPI copies it
    words: Annotated[
        str, Query(max_length=200, description="Words that must all be in the name, brand or number of a product.")
    ] = "",
    changed: Annotated[bool, Query(description="Only products that have had more than one price.")] = False,
    readings: Annotated[int, Query(ge=1, le=200, description="Number of latest crawls.")] = 50,
    before: Annotated[
        str, Query(max_length=64, description="`earlier` from an answer: only crawls before that run.")
    ] = "",
    limit: Limit = USUAL,
    cursor: Cursor = "",
) -> HistoryShown:
    """Prices of a shop's products in your latest crawls, or in the crawls before a run."""
    histories = gateway.ports.shops.histories
    edge = await _reading_of(gateway, caller, before, shop) if before else None
    found = await histories.readings(caller.owner_id, shop, limit=readings + 1, before=edge)
    read = found[-readings:]
    if not read and not edge:
        raise NotFound("shop_not_crawled", shop=shop[:200])
    (after,) = place_of(cursor, str) or ("",)
    known = await histories.products(read, changed=changed, words=words, ids=product_id, limit=limit + 1, after=after)
    shown, next_cursor = cut(known, limit, lambda one: (one.product_id,))
    return HistoryShown(
        shop=shop,
        readings=[ReadingShown.of(one) for one in read],
        earlier=read[0].run_id if len(found) > readings else None,
        items=[ProductShown.of(one) for one in shown],
        next_cursor=next_cursor,
    )


async def _reading_of(gateway: Gateway, caller: Caller, run_id: str, shop: str) -> str:
    run = await owned_run(gateway.records, run_id, owner_id=caller.owner_id)
    for reading in await gateway.ports.shops.histories.of_run(run.run_id):
        if reading.shop == shop:
            return reading.crawl_id
    raise NotFound("shop_not_in_run", run_id=run_id, shop=shop[:200])


@router.get("/api/comparison", responses=problems(404))
async def compare_runs(
    gateway: At,
    caller: Reader,
    older: Annotated[str, Query(max_length=64, description="A run.")],
    newer: Annotated[str, Query(max_length=64, description="Another run of the same shop.")],
    *,
    shop: Annotated[str, Query(max_length=500, description="Needed if both crawled several shops.")] = "",
    limit: Limit = USUAL,
    cursor: Cursor = "",
) -> ComparisonShown:
    """Differences between two crawls of a shop, the earlier first in either order."""
    histories = gateway.ports.shops.histories
    runs = [await owned_run(gateway.records, run, owner_id=caller.owner_id) for run in (older, newer)]
    sides = [await histories.of_run(run.run_id) for run in runs]
    common = read_by_both(*sides)
    first, last = common[shop_to_compare(common, shop)]
    (at,) = place_of(cursor, int) or (0,)
    compared = await histories.compare(first, last, limit=limit, at=at)
    following, total = at + len(compared.differences), sum(compared.counts.values())
    return ComparisonShown(
        shop=first.shop,
        shops=list(common),
        older=ReadingShown.of(first),
        newer=ReadingShown.of(last),
        compared=compared.compared,
        counts=compared.counts,
        items=list(compared.differences),
        next_cursor=cursor_at(following) if compared.differences and following < total else None,
    )
