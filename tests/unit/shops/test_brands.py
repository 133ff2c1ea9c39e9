from pathlib import Path

from integrations.graph.sqlite import SqliteGraph
from magicai.shops.analysis import SharedBrand
from magicai.shops.brands import shared_brands
from magicai.shops.entities import product_entity
from magicai.shops.product import Product, Seen
from magicai.stores.entity import Versioned

SHOP = "shop.example"


def sold(
    number: int, brand: str | None, *category: str, shop: str = SHOP, seen: Seen = Seen.SEEN, version: int = 1
) -> Versioned:
    """A product as the graph takes it over."""
    address = f"https://{shop}/{number}"
    product = Product(id=f"p{number}", url=address, name="Pot", brand=brand, category=category, seen=seen)
    entity = product_entity(product, shop=shop, owner_id="o")
    return Versioned(entity.kind, entity.entity_id, entity.owner_id, version, entity.digest, entity)


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


async def test_what_is_gone_or_was_not_visited_is_part_of_no_brand(tmp_path: Path) -> None:
    graph = SqliteGraph(tmp_path / "graph.sqlite3")
    await graph.apply([sold(1, "Arden", "Tea"), sold(2, " Arden", "Coffee"), sold(3, "Arden", "Pots")])
    (before,) = await shared_brands(graph, "o", SHOP)
    assert (before.categories, before.products) == (("Coffee", "Pots", "Tea"), 3)
    gone, unseen = (
        sold(number, "Arden", "Tea", seen=seen, version=2) for number, seen in ((1, Seen.GONE), (2, Seen.NOT_VISITED))
    )
    await graph.apply([gone])
    (after,) = await shared_brands(graph, "o", SHOP)
    assert (after.categories, after.products) == (("Coffee", "Pots"), 2)
    await graph.apply([unseen])
    assert await shared_brands(graph, "o", SHOP) == []
    await graph.close()
