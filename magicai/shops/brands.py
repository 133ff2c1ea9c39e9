"""Brands that several categories of a shop share, as the graph connects them."""

from collections.abc import Iterable

from magicai.ports import Graph, Target
from magicai.shops.analysis import Group, SharedBrand
from magicai.shops.entities import IN_CATEGORY, OF_BRAND, SOLD_BY


async def shared_brands(graph: Graph, owner_id: str, shop: str, *, least: int = 2) -> list[SharedBrand]:
    """Brands whose products stand in at least so many outermost categories of a shop, most shared first."""
    among = Target(SOLD_BY, "shop", shop)
    found = await graph.shared(owner_id, "product", OF_BRAND, across=IN_CATEGORY, among=among, least=least)
    return [SharedBrand(shop=shop, brand=one.label, categories=one.groups, products=one.members) for one in found]


def counted_as(groups: Iterable[Group], shared: Iterable[SharedBrand]) -> list[SharedBrand]:
    """The same brands with all of their products, as the shop's groups count them."""
    counts = {group.name.casefold(): sum(own.count for own in group.stats) for group in groups}
    return [one.model_copy(update={"products": counts.get(one.brand.casefold(), one.products)}) for one in shared]
