"""Feeds of products: addresses at which Google Merchant and others fetch them."""

from collections import defaultdict

from magicai.accounts.identity import Scope
from magicai.catalogue import listing
from magicai.catalogue.exports import feed_links
from magicai.catalogue.exports.feed import REQUIRED, missing
from magicai.operations.lists import USUAL, Cursor, Limit
from magicai.operations.operation import Context, operation
from magicai.paging import sliced
from magicai.shapes.subjects.catalogue_feeds import FeedChecked, FeedGap, FeedList, FeedMade, FeedShown, NewFeed

TAG = "products"
_NAMED = 20


@operation("GET", "/api/product-feeds")
async def list_product_feeds(context: Context, limit: Limit = USUAL, cursor: Cursor = "") -> FeedList:
    """Your feeds, by name."""
    found = await feed_links.feeds_of(context.records, context.owner_id)
    shown, next_cursor = sliced([FeedShown.of(one) for one in found], limit, cursor)
    return FeedList(items=shown, next_cursor=next_cursor)


@operation(
    "POST",
    "/api/product-feeds",
    scope=Scope.ACCOUNT,
    status=201,
    example={"name": "Austria"},
    audited="share.feed_created",
)
async def make_product_feed(context: Context, given: NewFeed) -> FeedMade:
    """Make a stable address at which a feed of your products as they are then can be fetched, without an account."""
    made, secret = await feed_links.make_feed(context.records, given.name, given.wanted, owner_id=context.owner_id)
    return FeedMade.of(made, path=f"/api/feeds/{secret}/products.xml")


@operation("GET", "/api/product-feeds/{feed_id}/check", problems=(404,), patience_s=600)
async def check_product_feed(context: Context, feed_id: str) -> FeedChecked:
    """Which attributes that Google Merchant requires the products of a feed lack."""
    found = await feed_links.feed_of(context.records, feed_id, owner_id=context.owner_id)
    lacking, count = defaultdict[str, list[str]](list), 0
    products = listing.all_products(
        context.ports.catalogue, context.ports.search, found.wanted, owner_id=context.owner_id
    )
    async for part in products:
        count += len(part)
        for kept in part:
            for attribute in missing(kept.product):
                lacking[attribute].append(kept.product.product_id)
    gaps = [
        FeedGap(attribute=name, count=len(ids), left_out=name in REQUIRED, product_ids=ids[:_NAMED])
        for name, ids in sorted(lacking.items())
    ]
    return FeedChecked(products=count, gaps=gaps)


@operation(
    "DELETE",
    "/api/product-feeds/{feed_id}",
    scope=Scope.ACCOUNT,
    status=204,
    problems=(404,),
    audited="share.feed_revoked",
)
async def revoke_product_feed(context: Context, feed_id: str) -> None:
    """Revoke a feed's address."""
    await feed_links.revoke_feed(context.records, feed_id, owner_id=context.owner_id)
