from pathlib import Path

from integrations.graph.sqlite import SqliteGraph
from magicai.shops.analysis import SharedBrand
from magicai.shops.brands import shared_brands
from magicai.shops.entities import product_entity
from magicai.shops.product import Product
from magicai.stores.entity import Versioned

SHOP = "shop.example"


def sold(number: int, brand: str | None, *category: str, shop: str = SHOP) -> Versioned:
    """A product as the graph takes it over."""
    product = Product(id=f"p{number}", url=f"https://{shop}/{number}", name="Pot", brand=brand, category=category)
    entity = product_entity(product, shop=shop, owner_id="o")
    return Versioned(entity.kind, entity.entity_id, entity.owner_id, 1, entity.digest, entity)


async def test_brands_of_several_outermost_categories_of_one_shop_are_found(tmp_path: Path) -> None:
    graph = SqliteGraph(tmp_path / "graph.sqlite3")
    await graph.apply(
        [
            sold(1, "Arden", "Tea", "Green"),
            sold(2, "ARDEN", "Coffee", "Green"),
            sold(3, "Bruma", "Tea", "Green"),
            sold(4, "Bruma", "Tea", "Black"),
            sold(5, "Casa", "Tea"),
            sold(6, "Casa", "Coffee", shop="other.example"),
            sold(7, None, "Coffee"),
        ]
    )
    (found,) = await shared_brands(graph, "o", SHOP)
    assert found == SharedBrand(shop=SHOP, brand=found.brand, categories=("Coffee", "Tea"), products=2)
    assert found.brand.casefold() == "arden"
    assert await shared_brands(graph, "o", SHOP, least=3) == []
    assert await shared_brands(graph, "other", SHOP) == []
    await graph.close()
