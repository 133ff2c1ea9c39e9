from collections.abc import Callable
from typing import Any

import pytest

from magicai.ports import Graph, Shared, Target
from magicai.stores.entity import Relation, Versioned
from tests.contract.projection.entities import gone, live
from tests.contract.projection.implementations import of

SHOP = "shop.example"


@pytest.fixture(params=of("graph"))
def graph(request: pytest.FixtureRequest, opened: Callable[[str], Any]) -> Graph:
    return opened(request.param)


def sold(
    product: str, brand: str | None, category: str | None, *, shop: str = SHOP, version: int = 1, owner_id: str = "o"
) -> Versioned:
    relations = [Relation("SOLD_BY", "shop", shop, shop)]
    if category is not None:
        relations.append(Relation("IN_CATEGORY", "category", f"{shop}/{category.casefold()}", category))
    if brand is not None:
        relations.append(Relation("OF_BRAND", "brand", brand.casefold(), brand))
    return live(product, version=version, owner_id=owner_id, relations=tuple(relations))


async def shared(
    graph: Graph, shop: str = SHOP, owner_id: str = "o", **more: int
) -> list[tuple[str, tuple[str, ...], int]]:
    among = Target("SOLD_BY", "shop", shop)
    found = await graph.shared(owner_id, "product", "OF_BRAND", across="IN_CATEGORY", among=among, **more)
    return [(one.label, one.groups, one.members) for one in found]


async def test_brands_of_several_categories_come_most_shared_first(graph: Graph) -> None:
    await graph.apply(
        [
            sold("1", "Arden", "Tea"),
            sold("2", "Arden", "Coffee"),
            sold("3", "Arden", "Coffee"),
            sold("4", "Bruma", "Tea"),
            sold("5", "龙井", "Tea"),
            sold("6", "龙井", "Coffee"),
            sold("7", "龙井", "茶壶"),
            sold("8", None, "Tea"),
            sold("9", "Casa", None),
        ]
    )
    assert await shared(graph) == [("龙井", ("Coffee", "Tea", "茶壶"), 3), ("Arden", ("Coffee", "Tea"), 3)]
    assert await shared(graph, least=3) == [("龙井", ("Coffee", "Tea", "茶壶"), 3)]
    assert await shared(graph, least=4) == []


async def test_equals_come_by_products_and_then_by_name(graph: Graph) -> None:
    await graph.apply(
        [sold(f"{brand}{n}", brand, f"C{n % 2}") for brand, many in (("B", 2), ("A", 2), ("C", 3)) for n in range(many)]
    )
    assert [brand for brand, _, _ in await shared(graph)] == ["C", "A", "B"]


RELATIONS = ["WRITTEN_BY", "'); DROP TABLE edges;--", "x]->() DETACH DELETE n //", "\0", "", "r" * 10_000]


@pytest.mark.parametrize("relation", RELATIONS)
async def test_subjects_name_their_relations_and_kinds_as_they_like(graph: Graph, relation: str) -> None:
    def passage(name: str, tag: str, author: str) -> Versioned:
        relations = (Relation("PART_OF", "document", "d", "D"), Relation("ABOUT", "tag", tag, tag))
        return live(name, kind="passage", relations=(*relations, Relation(relation, "author", author, author.title())))

    written = [passage("1", "tea", "ann"), passage("2", "cups", "ann"), passage("3", "tea", "bob"), sold("4", "A", "B")]
    await graph.apply(written)
    for kind, asked, found in (
        ("passage", relation, [Shared("ann", "Ann", ("cups", "tea"), 2)]),
        ("product", relation, []),
        ("passage", f"{relation} ", []),
    ):
        among = Target("PART_OF", "document", "d")
        assert await graph.shared("o", kind, asked, across="ABOUT", among=among) == found
    assert sorted(one.digest for one in await graph.held()) == sorted(one.digest for one in written)


async def test_shops_and_owners_are_never_mixed(graph: Graph) -> None:
    await graph.apply(
        [
            sold("1", "Arden", "Tea"),
            sold("2", "Arden", "Coffee", shop="other.example"),
            sold("3", "Arden", "Coffee", owner_id="other"),
            sold("4", "Arden", "Tea", owner_id="other"),
        ]
    )
    assert await shared(graph) == []
    assert await shared(graph, owner_id="other") == [("Arden", ("Coffee", "Tea"), 2)]
    assert await shared(graph, owner_id="' OR '1'='1") == []
    assert await shared(graph, shop="%") == []


async def test_what_a_product_was_before_is_forgotten(graph: Graph) -> None:
    await graph.apply([sold("1", "Arden", "Tea"), sold("2", "Arden", "Coffee")])
    await graph.apply([sold("2", "Arden", "Tea", version=2)])
    assert await shared(graph) == []
    await graph.apply([sold("2", "Arden", "Coffee", version=3), sold("3", "Arden", "Tea")])
    await graph.apply([gone("1", version=2)])
    assert await shared(graph) == [("Arden", ("Coffee", "Tea"), 2)]
    await graph.drop([("product", "3")])
    assert await shared(graph) == []


async def test_a_thing_that_others_point_at_keeps_its_own_name_and_stays(graph: Graph) -> None:
    shop = live(SHOP, "The Shop", kind="shop")
    await graph.apply([shop, sold("1", "Arden", "Tea"), sold("2", "Arden", "Coffee")])
    await graph.apply([gone("1", version=2)])
    await graph.apply([sold("3", "Arden", "Tea")])
    await graph.apply([gone(SHOP, version=2, kind="shop")])
    assert await shared(graph) == [("Arden", ("Coffee", "Tea"), 2)]


async def test_a_thing_s_own_name_outlives_what_points_at_it(graph: Graph) -> None:
    await graph.apply(
        [live("arden", "Arden & Sons", kind="brand"), sold("1", "Arden", "Tea"), sold("2", "Arden", "Tea")]
    )
    await graph.apply([gone("1", version=2), gone("2", version=2)])
    await graph.apply([sold("3", "ARDEN", "Tea"), sold("4", "arden", "Coffee")])
    assert await shared(graph) == [("Arden & Sons", ("Coffee", "Tea"), 2)]


async def test_another_owner_s_thing_of_the_same_name_stays(graph: Graph) -> None:
    await graph.apply([sold("1", "Arden", "Tea"), sold("2", "Arden", "Coffee")])
    await graph.apply([live("arden", "Arden & Sons", kind="brand", owner_id="other")])
    await graph.apply([gone("arden", version=2, kind="brand", owner_id="other")])
    assert await shared(graph) == [("Arden", ("Coffee", "Tea"), 2)]


@pytest.mark.parametrize("name", ["'); DROP TABLE nodes;--", "\0", '"', "{}", "$x", "a" * 10_000, "\u202e", "[1]", ""])
async def test_names_are_values_whatever_they_hold(graph: Graph, name: str) -> None:
    await graph.apply([sold("1", f"B{name}", f"A{name}"), sold("2", f"B{name}", "Tea")])
    assert await shared(graph) == [(f"B{name}", (f"A{name}", "Tea"), 2)]
