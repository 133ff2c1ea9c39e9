"""Feeds of products, fetched by whoever has their addresses."""

from collections.abc import AsyncIterator
from pathlib import Path as FilePath
from typing import Annotated

from fastapi import Path
from starlette.responses import Response

from magicai.api.access import Anybody, At
from magicai.api.answers import problems
from magicai.api.router import router_of
from magicai.api.streaming import FILE, streamed
from magicai.catalogue import exports, listing
from magicai.catalogue.exports.feed_links import opened_feed
from magicai.catalogue.product import CatalogueProduct
from magicai.runs.exports import without_name

router = router_of("products")
Secret = Annotated[str, Path(max_length=200, description="Of the feed.")]


@router.get(
    "/api/feeds/{secret}/products.xml", response_class=Response, responses={**problems(404, login=False), **FILE}
)
async def show_product_feed(gateway: At, _counted: Anybody, secret: Secret) -> Response:
    """A feed of products as they are now. 404 if it was revoked."""
    found = await opened_feed(gateway.records, secret)
    ports = gateway.ports

    async def products() -> AsyncIterator[list[CatalogueProduct]]:
        async for part in listing.all_products(ports.catalogue, ports.search, found.wanted, owner_id=found.owner_id):
            yield [kept.product for kept in part]

    async def write(path: FilePath) -> None:
        await exports.write(path, products())

    body = await without_name("products.xml", write)
    return streamed(body, "application/xml", {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"})
