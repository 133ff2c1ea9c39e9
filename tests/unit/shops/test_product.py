"""A product's three shapes have the same data, and rows of before are read."""

import json
from dataclasses import fields
from decimal import Decimal
from typing import Any

from integrations.records.documents import PRODUCT
from magicai.catalogue.entities import product_entity, product_in
from magicai.catalogue.pages.reading import of_product
from magicai.catalogue.product import CatalogueProduct
from magicai.shops.merging import merge
from magicai.shops.product import Availability, Observation, Product, ProductData, Rating, Source, Variant

VALUES: dict[str, Any] = {
    "name": "Tent",
    "url": "https://shop.example/tent",
    "brand": "Fira",
    "gtin": "4006381333931",
    "sku": "T-1",
    "listing_id": "4711",
    "price": Decimal("12.50"),
    "currency": "EUR",
    "list_price": Decimal("15.00"),
    "availability": Availability.IN_STOCK,
    "category": ("Camping", "Tents"),
    "rating": Rating(value=4.5, count=3),
    "images": ("https://shop.example/tent.jpg",),
    "description": "A tent.",
    "variants": (Variant(name="Red", sku="T-1-R"),),
}
# As they were stored when a shop's product and the catalogue's had their fields in an order of their own.
SHOP_ROW = (
    '{"schema_version":1,"value":{"id":"p1","url":"https://shop.example/tent","name":"Tent","price":"12.50",'
    '"currency":"EUR","availability":"in_stock","sku":"T-1","brand":"Fira","category":["Camping"],"seen":"gone"}}'
)
CATALOGUE_VALUES = (
    '{"name":"Tent","brand":"Fira","sku":"T-1","model":"T1","url":"https://shop.example/tent","shop":"shop.example",'
    '"price":"12.50","currency":"EUR","category":["Camping"],"language":"en",'
    '"attributes":[{"name":"weight","kind":"quantity","value":2.0,"unit":"kg"}]}'
)


def test_a_place_can_state_all_that_is_known_of_a_product() -> None:
    stated = {field.name for field in fields(Observation)}
    assert set(ProductData.model_fields) == set(VALUES) <= stated


def test_nothing_that_a_place_states_is_lost_on_the_way_to_a_product_its_row_and_the_catalogue() -> None:
    observation = Observation(source=Source.JSON_LD, own_page=True, page_url=VALUES["url"], **VALUES)
    (product,) = merge([observation], "shop.example")
    assert product.shared() == VALUES
    row = product.model_copy(update={"id": "p1"})
    assert PRODUCT.read(PRODUCT.write(row)) == row
    values = of_product(product, at_us=1).values
    assert values.shared() == VALUES
    catalogued = CatalogueProduct(product_id="c1", owner_id="o", values=values)
    assert product_in(product_entity(catalogued)) == catalogued


def test_products_that_were_stored_before_are_read_as_they_were() -> None:
    product = PRODUCT.read(SHOP_ROW)
    assert product.seen == "gone"
    assert json.loads(PRODUCT.write(product)) == json.loads(SHOP_ROW)
    values = json.loads(CATALOGUE_VALUES)
    kept = CatalogueProduct.model_validate({"product_id": "c1", "owner_id": "o", "values": values})
    assert json.loads(kept.values.model_dump_json(exclude_defaults=True)) == values


def test_what_no_place_states_is_unknown_of_a_shop_and_not_stated_in_the_catalogue() -> None:
    product = Product(id="p1", name="Tent", url="https://shop.example/tent", price=Decimal(0), currency="EUR")
    assert product.availability is Availability.UNKNOWN
    values = of_product(product, at_us=1).values
    assert (values.availability, values.price, values.currency) == (None, None, None)
