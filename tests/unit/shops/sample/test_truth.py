import dataclasses
from collections import Counter
from decimal import Decimal

import pytest

from magicai.shops.sample import Change, Truth, TruthProduct, catalogue, truth
from magicai.shops.sample.write_truth import FILE, text

BOTH = pytest.mark.parametrize("day", [1, 2])


def _named(day: int, name: str) -> TruthProduct:
    return next(product for product in truth(day).products if product.name == name)


def _of(changes: tuple[Change, ...], name: str) -> tuple[str | None, str | None]:
    return next((change.old, change.new) for change in changes if change.name == name)


def test_the_file_that_people_read_is_current() -> None:
    assert FILE.read_text("utf-8") == text(), "run python -m magicai.shops.sample.write_truth"


@BOTH
def test_it_is_a_shop_of_about_120_products_in_six_categories_and_three_currencies(day: int) -> None:
    products = truth(day).products
    assert 115 <= len(products) <= 130
    categories = Counter(product.category[0] for product in products)
    assert set(categories) == {"Kitchen", "Lighting", "Outdoor", "Furniture", "Stationery", "茶与茶器"}
    assert min(categories.values()) >= 15
    currencies = Counter(product.currency for product in products if product.price)
    assert set(currencies) == {"USD", "EUR", "CNY"}
    assert min(currencies.values()) >= 15


@BOTH
def test_it_has_every_kind_of_thing_that_makes_a_crawl_hard(day: int) -> None:
    products = truth(day).products
    stocks = Counter(product.availability for product in products)
    assert set(stocks) == {"in_stock", "out_of_stock", "preorder", "backorder", "unknown"}
    assert min(stocks.values()) >= 3
    assert sum(product.list_price is not None for product in products) >= 20
    assert sum(product.price is None for product in products) >= 2
    assert sum(len(product.variants) > 1 for product in products) >= 10
    assert sum(bool(product.other_urls) for product in products) == 3
    assert {product.identity.partition(":")[0] for product in products} == {"gtin", "sku", "url", "name"}
    assert len(truth(day).shared_brands()) >= 5
    assert any(len(product.name) > 70 for product in products)
    for hard in ("<script>", '"', "&", "|", "=SUM("):
        assert any(hard in product.name for product in products), hard


@BOTH
@pytest.mark.parametrize("rendered", [False, True])
def test_every_product_is_told_from_every_other(day: int, rendered: bool) -> None:  # noqa: FBT001 - a parameter
    products = truth(day, rendered=rendered).products
    assert len({product.identity for product in products}) == len(products)
    assert len({(product.url, product.name) for product in products}) == len(products)


@BOTH
def test_global_trade_item_numbers_have_their_check_digit(day: int) -> None:
    offers = [offer for product in truth(day, rendered=True).products for offer in (product, *product.variants)]
    numbers = [offer.gtin for offer in offers if offer.gtin]
    assert len(numbers) >= 40
    for number in numbers:
        # GS1 General Specifications, 7.9: from the right, digits weigh 1 and 3 in turn.
        assert len(number) == 13
        assert sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(reversed(number))) % 10 == 0


@BOTH
def test_list_prices_are_above_prices_and_currencies_stand_beside_prices(day: int) -> None:
    for product in truth(day, rendered=True).products:
        assert (product.price is None) == (product.currency is None)
        for offer in (product, *product.variants):
            if offer.list_price is not None:
                assert offer.price is not None
                assert Decimal(offer.list_price) > Decimal(offer.price)


@BOTH
def test_a_product_costs_what_its_cheapest_variant_in_stock_does(day: int) -> None:
    checked = 0
    for product in truth(day).products:
        if product.variants:
            in_stock = [variant for variant in product.variants if variant.availability == "in_stock"]
            cheapest = min(Decimal(variant.price or 0) for variant in in_stock or product.variants)
            assert product.price is not None
            assert Decimal(product.price) == cheapest
            assert (product.availability == "in_stock") == bool(in_stock)
            checked += 1
    assert checked >= 10


def test_the_cheapest_variant_does_not_count_while_it_is_sold_out() -> None:
    assert _named(1, "Tapered sauté pan").price == "118.00"
    assert _named(2, "Tapered sauté pan").price == "142.00"
    assert _named(1, "Linen drum shade").price == "49.00", "all are sold out, so the cheapest of all"


@pytest.mark.parametrize("rendered", [False, True])
def test_changes_account_for_every_product_of_both_days(rendered: bool) -> None:  # noqa: FBT001 - a parameter
    before, after = truth(1, rendered=rendered), truth(2, rendered=rendered)
    changes = after.changes
    assert before.changes is None
    assert changes is not None
    assert changes.compared + len(changes.new) == len(after.products)
    assert changes.compared + len(changes.gone) == len(before.products)
    for kind in dataclasses.fields(changes):
        if kind.name != "compared":
            assert len(getattr(changes, kind.name)) >= 4, kind.name


def test_changes_say_what_was_and_what_is() -> None:
    changes = truth(2).changes
    assert changes is not None
    assert _of(changes.dearer, "Carbon steel skillet, 26 cm") == ("64.00", "69.00")
    assert _of(changes.dearer, "Bell tent, five metres") == ("899.00", "1050.00"), "a discount that ended"
    assert _of(changes.dearer, "Tapered sauté pan") == ("118.00", "142.00"), "its cheapest size sold out"
    assert _of(changes.cheaper, "陈年熟普饼 357 克") == ("1280.00", "1180.00")
    assert _of(changes.sold_out, "Camp axe") == ("in_stock", "out_of_stock")
    assert _of(changes.back, "Rush seat chair") == ("out_of_stock", "in_stock")
    assert _of(changes.new, "Garden spike light") == (None, "28.00")
    assert _of(changes.gone, "Balloon whisk, eleven wires") == ("14.00", None)
    moved = {change.name for change in (*changes.dearer, *changes.cheaper)}
    assert "Made-to-measure bookcase" not in moved, "a price that was not stated before did not rise"
    assert {change.currency for change in changes.cheaper} == {"USD", "EUR", "CNY"}


@BOTH
def test_a_browser_finds_the_same_and_the_part_that_scripts_draw(day: int) -> None:
    static, rendered = truth(day), truth(day, rendered=True)
    more = [product for product in rendered.products if product.rendered]
    assert [product for product in rendered.products if not product.rendered] == list(static.products)
    assert len(more) == 8
    assert all(product.category[1] == "Outlet" for product in more)


@BOTH
def test_forbidden_products_are_in_no_truth(day: int) -> None:
    everything: Truth = truth(day, rendered=True)
    assert len(everything.forbidden) == 5
    assert not {name for name, _ in everything.forbidden} & {product.name for product in everything.products}


def test_there_is_no_day_before_the_first() -> None:
    with pytest.raises(ValueError, match="0"):
        truth(0)


@pytest.mark.parametrize("day", [3, 4, 5, 12, 40, 365])
def test_it_goes_on_changing_in_every_way(day: int) -> None:
    found = truth(day)
    changes = found.changes
    assert changes is not None
    kinds = {kind.name for kind in dataclasses.fields(changes)} - {"compared"}
    # What comes after the second day is the first to go again.
    for kind in kinds if day > 10 else {"new", "dearer", "cheaper", "sold_out"}:
        assert getattr(changes, kind), (day, kind)
    assert 115 <= len(found.products) <= 140, "it does not grow for ever"
    assert changes.compared + len(changes.new) == len(found.products)
    test_every_product_is_told_from_every_other(day, rendered=True)
    test_list_prices_are_above_prices_and_currencies_stand_beside_prices(day)


def test_a_day_is_the_same_each_time() -> None:
    catalogue.sections.cache_clear()
    once = truth(7)
    catalogue.sections.cache_clear()
    assert truth(7) == once != truth(8)
