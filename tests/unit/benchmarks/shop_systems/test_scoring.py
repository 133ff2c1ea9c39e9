"""Which find is which product, and what counts as right, wrong and invented."""

from decimal import Decimal
from typing import Any

from benchmarks.shop_systems.scoring import match, score
from benchmarks.shop_systems.system import Expected

KETTLE = Expected(
    "/p/kettle", "Copper Kettle", Decimal("19.90"), "EUR", None, "in_stock", sku="K1", category=("Tea", "Pots")
)
LAMP = Expected("/p/lamp", "Lamp", Decimal(45), "EUR", Decimal(60), "out_of_stock")


def found(**fields: Any) -> dict[str, Any]:
    return {"url": None, "name": None, "price": None, "currency": None, "availability": "unknown"} | fields


KETTLE_FOUND = found(
    url="http://x/p/kettle", name="Copper Kettle", price="19.9", currency="EUR", availability="in_stock"
)
LAMP_FOUND = found(
    url="http://x/p/lamp?ref=home",
    name="lamp ",
    price="45.00",
    currency="EUR",
    list_price="60",
    availability="out_of_stock",
)


def test_a_perfect_find_scores_one_in_every_main_field() -> None:
    result = score([KETTLE, LAMP], [KETTLE_FOUND, LAMP_FOUND])
    assert [result.fields[name].f1 for name in ("name", "price", "availability", "list_price")] == [1, 1, 1, 1]
    assert (result.matched, result.invented, result.missing, result.wrong_currency) == (2, [], [], 0)


def test_products_match_by_path_before_name() -> None:
    renamed = KETTLE_FOUND | {"name": "Lamp"}
    pairs, left = match([KETTLE, LAMP], [renamed])
    assert [(wanted.name, product["name"]) for wanted, product in pairs] == [("Copper Kettle", "Lamp")]
    assert not left


def test_paths_match_however_they_are_percent_encoded() -> None:
    cup = Expected("/p/%E8%8C%B6%E5%A3%B6", "茶壶", None, None, None, None)
    pairs, _ = match([cup], [found(url="http://x/p/茶壶", name="?")])
    assert pairs


def test_where_the_query_names_the_product_it_must_be_the_same() -> None:
    first = Expected("/index.php?route=product&product_id=1", "One", None, None, None, None)
    second = Expected("/index.php?route=product&product_id=2", "Two", None, None, None, None)
    pairs, left = match(
        [first, second],
        [
            found(url="http://x/index.php?route=product&path=20&product_id=2", name="?"),
            found(url="http://x/index.php?route=category&path=20", name="??"),
        ],
    )
    assert [wanted.name for wanted, _ in pairs] == ["Two"]
    assert [product["name"] for product in left] == ["??"]


def test_a_find_without_a_known_address_matches_by_name_in_any_width_and_case() -> None:
    pairs, _ = match([KETTLE], [found(url="http://x/list", name="ＣＯＰＰＥＲ  kettle")])
    assert pairs


def test_two_products_of_one_name_are_matched_one_each() -> None:
    twins = [Expected(f"/p/{n}", "Tables", Decimal(n), "EUR", None, None) for n in (1, 2)]
    pairs, left = match(twins, [found(name="Tables"), found(name="Tables"), found(name="Tables")])
    assert len(pairs) == 2
    assert len(left) == 1


def test_a_second_find_of_a_product_is_invented() -> None:
    result = score([KETTLE], [KETTLE_FOUND, dict(KETTLE_FOUND)])
    assert result.invented == ["Copper Kettle"]
    assert result.fields["price"].precision == 0.5
    assert result.fields["price"].recall == 1


def test_of_two_finds_at_one_address_the_rightly_named_one_is_the_product() -> None:
    result = score([KETTLE], [KETTLE_FOUND | {"name": "Teapot warmer"}, KETTLE_FOUND])
    assert result.invented == ["Teapot warmer"]
    assert result.fields["name"].right == 1


def test_what_the_shop_does_not_sell_is_invented_and_costs_precision() -> None:
    result = score([KETTLE], [KETTLE_FOUND, found(name="Gift wrap", price="3.95", currency="EUR")])
    assert result.invented == ["Gift wrap"]
    assert result.fields["name"].precision == result.fields["price"].precision == 0.5
    assert result.fields["availability"].precision == 1


def test_what_was_not_found_costs_recall() -> None:
    result = score([KETTLE, LAMP], [KETTLE_FOUND])
    assert result.missing == ["Lamp"]
    assert (result.fields["name"].precision, result.fields["name"].recall) == (1, 0.5)


def test_a_wrong_amount_costs_precision_and_recall() -> None:
    result = score([LAMP], [LAMP_FOUND | {"price": "60"}])
    assert (result.fields["price"].precision, result.fields["price"].recall) == (0, 0)
    assert result.wrong["price"] == [("Lamp", "60", Decimal(45))]


def test_a_list_price_that_no_page_states_is_wrong() -> None:
    result = score([KETTLE], [KETTLE_FOUND | {"list_price": "25"}])
    assert result.fields["list_price"].found == 1
    assert result.fields["list_price"].precision == 0


def test_stock_that_only_a_buy_button_suggests_may_be_reported_or_not_but_not_denied() -> None:
    quiet = Expected("/p/kettle", "Copper Kettle", None, None, None, None, implied="in_stock")
    for availability, counted in (("in_stock", 0), ("unknown", 0), ("out_of_stock", 1)):
        tally = score([quiet], [KETTLE_FOUND | {"availability": availability}]).fields["availability"]
        assert (tally.found, tally.right, tally.expected) == (counted, 0, 0)


def test_currencies_are_counted_apart_from_amounts() -> None:
    result = score([KETTLE, LAMP], [KETTLE_FOUND | {"currency": "USD"}, LAMP_FOUND | {"currency": None}])
    assert (result.wrong_currency, result.no_currency) == (1, 1)
    assert result.fields["price"].f1 == 1


def test_a_brand_that_no_page_states_plainly_is_neither_right_nor_wrong() -> None:
    tally = score([KETTLE], [KETTLE_FOUND | {"brand": "Harbour & Pine"}]).fields["brand"]
    assert tally.f1 is None


def test_categories_agree_when_the_outermost_does() -> None:
    right = score([KETTLE], [KETTLE_FOUND | {"category": ["Tea"]}]).fields["category"]
    wrong = score([KETTLE], [KETTLE_FOUND | {"category": ["Home", "Tea"]}]).fields["category"]
    assert (right.f1, wrong.f1) == (1, 0)


def test_nothing_found_is_a_score_of_zero_and_not_an_error() -> None:
    result = score([KETTLE], [])
    assert result.fields["name"].f1 == 0
    assert result.fields["name"].precision is None
