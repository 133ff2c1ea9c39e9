"""Names that are nearly the same suggest one product; a number that differs denies it."""

from typing import Any

from magicai.catalogue.likeness import likeness_of
from magicai.catalogue.product import CatalogueProduct, Values


def product(name: str, **values: Any) -> CatalogueProduct:
    return CatalogueProduct(product_id=name, owner_id="ann", values=Values(name=name, **values))


def test_names_suggest_what_numbers_do_not_deny() -> None:
    kettle = product("Fira kettle 1.7 l, steel", sku="K1", brand="Fira")
    assert likeness_of(kettle, product("Kettle Fira steel 1.7 l")) > 0.9
    assert likeness_of(kettle, product("Fira kettle 1.5 l, steel")) == 0
    assert likeness_of(kettle, product("Fira kettle 1.7 l, steel", sku="K2", brand="Fira")) == 0
    assert likeness_of(kettle, product("Desk lamp 1.7 l")) < 0.85
