"""What shops ask the graph."""

from typing import Protocol

from magicai.ports import Graph
from magicai.shops.analysis import SharedBrand


class ShopGraph(Graph, Protocol):
    """Nodes and edges, of shops too; questions are fixed, and values from outside are parameters."""

    async def shared_brands(self, owner_id: str, shop: str, *, least: int = 2) -> list[SharedBrand]:
        """Brands whose products stand in at least so many outermost categories of a shop, most shared first."""
        ...
