from collections.abc import AsyncIterator

from magicai.catalogue.completeness import completeness, completeness_of
from magicai.catalogue.exports.feed import missing
from magicai.catalogue.families import MERCHANT, NamedFamily, Requirement
from magicai.catalogue.product import Attribute, CatalogueProduct, Values

KETTLES = NamedFamily(
    name="Kettles",
    categories=("kettles",),
    requirements=(Requirement(channel="shop", attributes=("name", "brand", "capacity"), languages=("en", "de")),),
)


def product(number: str, **values: object) -> CatalogueProduct:
    given = {"name": "Kettle", "language": "en", "category": ("Kitchen", "Kettles"), **values}
    return CatalogueProduct(product_id=number, owner_id="me", values=Values.model_validate(given))


def test_a_product_is_incomplete_where_a_family_requires_what_it_lacks() -> None:
    capacity = Attribute(name="Capacity", kind="quantity", value=1.7, unit="l")
    found = completeness_of(product("1", attributes=(capacity,)), [KETTLES])
    assert [(one.language, one.missing) for one in found] == [("en", ("brand",)), ("de", ("name", "brand"))]


def test_a_product_of_another_category_is_asked_nothing() -> None:
    assert completeness_of(product("1", category=("Tea",)), [KETTLES]) == []


def test_unknown_stock_is_missing() -> None:
    (found,) = completeness_of(product("1", availability="unknown"), [MERCHANT])
    assert "availability" in found.missing


def test_what_merchant_requires_is_the_same_in_the_check_of_a_feed() -> None:
    numbered = product("1", sku="S-1", brand="Fira", url="https://s.example/1", price="5", currency="EUR")
    (found,) = completeness_of(numbered, [MERCHANT])
    assert found.missing == ("description", "images", "availability")
    assert missing(numbered) == ["description", "image_link", "availability"]
    assert missing(product("2")) == [
        "description", "link", "image_link", "availability", "price", "brand", "gtin or mpn",
    ]  # fmt: skip


async def test_counts_say_what_is_missing_most_and_where() -> None:
    async def parts() -> AsyncIterator[list[CatalogueProduct]]:
        yield [product("1", brand="Fira"), product("2")]
        yield [product("3", category=())]

    english, german = sorted(await completeness(parts(), [KETTLES]), key=lambda one: one.language != "en")
    assert (english.products, english.complete, english.missing) == (2, 0, {"capacity": 2, "brand": 1})
    assert [(one.product_id, one.missing) for one in english.incomplete] == [
        ("1", ("capacity",)),
        ("2", ("brand", "capacity")),
    ]
    assert german.missing == {"name": 2, "capacity": 2, "brand": 1}
