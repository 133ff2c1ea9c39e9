"""Shops over time: what was read of each, what products cost when, and what differs between two readings."""

from contextlib import suppress
from typing import Annotated

from pydantic import Field

from magicai.errors import Invalid, NotFound
from magicai.operations.lists import USUAL, Cursor, Limit
from magicai.operations.operation import Context, operation
from magicai.paging import cursor_at, cut, place_of
from magicai.runs.owned_run import owned_run
from magicai.shapes.subjects.shops import (
    ComparisonShown,
    DecidedMatch,
    HistoryShown,
    PageText,
    PageTextList,
    ProductShown,
    ReadingShown,
    ShopChange,
    ShopList,
    ShopNamed,
    ShopShown,
)
from magicai.shops.crawling.scope import Scope, shop_name
from magicai.shops.fields.markdown import as_markdown
from magicai.shops.fields.pages import kept_page, read
from magicai.shops.history import read_by_both, shop_to_compare
from magicai.shops.identity import ShopIdentity, shop_at
from magicai.shops.matching.verdicts import OWN, Side, Verdict, tell

TAG = "shops"
_Shop = Annotated[str, Field(min_length=1, max_length=500, description="A name from GET /api/shops.")]
_ProductId = Annotated[str, Field(min_length=1, max_length=64)]


@operation("GET", "/api/shops")
async def list_shops(context: Context, limit: Limit = USUAL, cursor: Cursor = "") -> ShopList:
    """The shops that your runs have crawled, by name."""
    (after,) = place_of(cursor, str) or ("",)
    found = await context.ports.shops.histories.shops(context.owner_id, limit=limit + 1, after=after)
    shown, next_cursor = cut(found, limit, lambda shop: (shop.shop,))
    identities = {one.shop: one for one in await context.ports.shops.shop_identities.of(context.owner_id)}
    named = [(one, identities.get(one.shop) or ShopIdentity(one.shop, "", (one.shop,), "")) for one in shown]
    items = [ShopShown.of(one, **_named(identity), addresses=list(identity.addresses)) for one, identity in named]
    return ShopList(items=items, next_cursor=next_cursor)


@operation("PATCH", "/api/shops", problems=(404, 409), example={"shop": "shop.example", "name": "Tern & Tallow"})
async def change_shop(context: Context, given: ShopChange) -> ShopNamed:
    """Name a shop, or say that it moved: its crawls, prices and matches continue under its new address."""
    identities = context.ports.shops.shop_identities
    shop = await _shop_at(context, given.shop)
    if given.address is not None:
        scope = Scope(given.address)
        base = scope.origin + scope.below
        await identities.move(context.owner_id, shop, shop_name(given.address), base)
    made = await identities.rename(context.owner_id, shop, given.name)
    return ShopNamed(shop=shop, **_named(made))


def _named(identity: ShopIdentity) -> dict[str, str]:
    return {"name": identity.name, "address": identity.addresses[-1]}


async def _shop_at(context: Context, address: str) -> str:
    """The shop that is, or was, at an address."""
    return shop_at(await context.ports.shops.shop_identities.of(context.owner_id), address)


@operation("GET", "/api/history", problems=(404,))
async def show_history(
    context: Context,
    shop: _Shop,
    *,
    product_id: Annotated[tuple[_ProductId, ...], Field(max_length=100, description="Can be repeated.")] = (),
    words: Annotated[
        str, Field(max_length=200, description="Words that must all be in the name, brand or number of a product.")
    ] = "",
    changed: Annotated[bool, Field(description="Only products that have had more than one price.")] = False,
    readings: Annotated[int, Field(ge=1, le=200, description="Number of latest crawls.")] = 50,
    before: Annotated[
        str, Field(max_length=64, description="`earlier` from an answer: only crawls before that run.")
    ] = "",
    limit: Limit = USUAL,
    cursor: Cursor = "",
) -> HistoryShown:
    """Prices of a shop's products in your latest crawls, or in the crawls before a run."""
    histories = context.ports.shops.histories
    shop = await _shop_at(context, shop)
    edge = await _crawl_of(context, before, shop) if before else None
    found = await histories.readings(context.owner_id, shop, limit=readings + 1, before=edge)
    read = found[-readings:]
    if not read and not edge:
        raise NotFound("shop_not_crawled", shop=shop[:200])
    (after,) = place_of(cursor, str) or ("",)
    known = await histories.products(read, changed=changed, words=words, ids=product_id, limit=limit + 1, after=after)
    shown, next_cursor = cut(known, limit, lambda product: (product.product_id,))
    return HistoryShown(
        shop=shop,
        readings=[ReadingShown.of(reading) for reading in read],
        earlier=read[0].run_id if len(found) > readings else None,
        items=[ProductShown.of(product) for product in shown],
        next_cursor=next_cursor,
    )


@operation("POST", "/api/matches", example={"mine": "sku:k1", "shop": "shop.example", "theirs": "01a2", "same": True})
async def decide_match(context: Context, given: DecidedMatch) -> DecidedMatch:
    """Say whether a product of your catalogue and one of a shop are the same. The next comparison keeps to it."""
    sides = Side(OWN, given.mine), Side(await _shop_at(context, given.shop), given.theirs)
    verdict = Verdict(one=sides[0], other=sides[1], same=given.same)
    await tell(context.records, verdict, owner_id=context.owner_id)
    return given


@operation("GET", "/api/comparison", problems=(404,))
async def compare_runs(
    context: Context,
    older: Annotated[str, Field(max_length=64, description="A run.")],
    newer: Annotated[str, Field(max_length=64, description="Another run of the same shop.")],
    *,
    shop: Annotated[str, Field(max_length=500, description="Needed if both crawled several shops.")] = "",
    limit: Limit = USUAL,
    cursor: Cursor = "",
) -> ComparisonShown:
    """Differences between two crawls of a shop, the earlier first in either order."""
    histories = context.ports.shops.histories
    sides = [
        await histories.of_run((await owned_run(context.records, run_id, owner_id=context.owner_id)).run_id)
        for run_id in (older, newer)
    ]
    common = read_by_both(*sides)
    first, last = common[shop_to_compare(common, await _shop_at(context, shop))]
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


@operation("GET", "/api/runs/{run_id}/pages", problems=(404,))
async def list_pages(
    context: Context,
    run_id: Annotated[str, Field(max_length=64)],
    *,
    limit: Limit = 10,
    cursor: Cursor = "",
) -> PageTextList:
    """Product pages of a run as Markdown, without what surrounds the product."""
    run = await owned_run(context.records, run_id, owner_id=context.owner_id)
    shops, files = context.ports.shops, context.ports.files
    crawls = [crawl.crawl_id for crawl in await shops.crawls.of_run(run.run_id)]
    (begin,) = place_of(cursor, int) or (0,)
    items: list[PageText] = []
    place = 0
    for crawl_id in crawls:
        async for product in shops.products.of_crawl(crawl_id):
            place += 1
            if place <= begin or (kept := await kept_page(shops, crawl_id, product)) is None or not kept.digest:
                continue
            # It is older than the retention of files, or such that nothing reads it.
            with suppress(NotFound, Invalid):
                text = await read(files, kept, as_markdown)
                items.append(PageText(product_id=product.id, name=product.name, url=kept.url, markdown=text))
            if len(items) == limit:
                return PageTextList(items=items, next_cursor=cursor_at(place))
    return PageTextList(items=items, next_cursor=None)


async def _crawl_of(context: Context, run_id: str, shop: str) -> str:
    run = await owned_run(context.records, run_id, owner_id=context.owner_id)
    for reading in await context.ports.shops.histories.of_run(run.run_id):
        if reading.shop == shop:
            return reading.crawl_id
    raise NotFound("shop_not_in_run", run_id=run_id, shop=shop[:200])
