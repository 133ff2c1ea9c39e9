from decimal import Decimal

import pytest

from integrations.analytics.offers import AVAILABILITY, SEEN
from magicai.errors import Invalid
from magicai.shops.analysis import Change, Changes, PriceStats
from magicai.shops.crawl import FrontierUrl, UrlKind, UrlState
from magicai.shops.ports import Analytics
from magicai.shops.product import Availability, Product, Provenance, Seen, Source
from tests.codes import says

from .conftest import Shop
from .products import any_products, product
from .reference import stats

SITE = "https://shop.example/"
IN, OUT = Availability.IN_STOCK, Availability.OUT_OF_STOCK


def outermost(product: Product) -> str | None:
    return product.category[0] if product.category else None


def brand(product: Product) -> str | None:
    return product.brand


async def test_numbers_are_what_the_definitions_say(analytics: Analytics, shop: Shop) -> None:
    # Beside the large groups, brands with one product, with two, ... with nine.
    small = [
        any_product.model_copy(update={"brand": f"of {n}", "id": f"{n} {any_product.id}"})
        for n in range(1, 10)
        for any_product in any_products(n, n)
    ]
    products = [*any_products(200, seed=0), *small]
    found = await analytics.shop(await shop.crawl(products), None)
    assert found.stats == stats(products)
    assert found.products == sum(product.seen is Seen.SEEN for product in products)
    for groups, name_of in ((found.categories, outermost), (found.brands, brand)):
        names = {name_of(product) for product in products if product.seen is Seen.SEEN} - {None}
        assert {group.name for group in groups} == names
        for group in groups:
            assert group.stats == stats([product for product in products if name_of(product) == group.name])


async def test_quartiles_lie_between_prices_and_are_rounded_half_to_even(analytics: Analytics, shop: Shop) -> None:
    products = [product(f"{place}", price) for place, price in enumerate(("0.01", "0.02", "0.03", "0.06"))]
    (found,) = (await analytics.shop(await shop.crawl(products), None)).stats
    # 1.75, 2.5 and 3.75 cents; the mean is 3.
    assert (found.q1, found.median, found.q3, found.average) == tuple(map(Decimal, ("0.02", "0.02", "0.04", "0.03")))


async def test_amounts_are_exact_where_doubles_are_not(analytics: Analytics, shop: Shop) -> None:
    products = [product("a", "90071992547409.93"), product("b", "90071992547409.95"), product("c", "90071992547409.97")]
    (found,) = (await analytics.shop(await shop.crawl(products), None)).stats
    assert found.median == found.average == Decimal("90071992547409.95")
    assert (found.q1, found.total) == (Decimal("90071992547409.94"), Decimal("270215977642229.85"))


async def test_an_unpriced_product_is_counted_with_the_only_currency(analytics: Analytics, shop: Shop) -> None:
    products = [product("a", "5", category=("Tea",)), product("b", None, None, category=("Tea",), availability=IN)]
    found = await analytics.shop(await shop.crawl(products), None)
    (own,) = found.stats
    assert (own.currency, own.count, own.priced, own.in_stock, own.known_stock) == ("EUR", 2, 1, 1, 1)
    both = [*products, product("c", "7", "USD", category=("Coffee",))]
    found = await analytics.shop(await shop.crawl(both), None)
    assert [(own.currency, own.count) for own in found.stats] == [("EUR", 1), ("USD", 1), (None, 1)]
    (tea,) = [group for group in found.categories if group.name == "Tea"]
    assert [(own.currency, own.count) for own in tea.stats] == [("EUR", 2)]


async def test_a_price_without_a_currency_meets_no_other(analytics: Analytics, shop: Shop) -> None:
    found = await analytics.shop(await shop.crawl([product("a", "5"), product("b", "7", None)]), None)
    assert [(own.currency, own.priced, own.median) for own in found.stats] == [
        ("EUR", 1, Decimal("5.00")),
        (None, 1, Decimal("7.00")),
    ]


async def test_names_that_differ_by_case_or_spaces_are_one_group(analytics: Analytics, shop: Shop) -> None:
    spelled = ["Tea & Co", "TEA & CO", " tea  &\u00a0co".replace("\u00a0", " "), "Tea & Co", "   "]
    found = await analytics.shop(
        await shop.crawl([product(f"{place}", "1", brand=name) for place, name in enumerate(spelled)]), None
    )
    assert [(group.name, group.stats[0].count) for group in found.brands] == [("Tea & Co", 4)]


async def test_a_shop_without_products_has_no_numbers(analytics: Analytics, shop: Shop) -> None:
    found = await analytics.shop(await shop.crawl([]), None)
    assert (found.products, found.stats, found.categories, found.changes) == (0, (), (), None)


async def test_text_that_is_stated_late_does_no_harm(analytics: Analytics, shop: Shop) -> None:
    products = [product(f"{place:06}", None, None) for place in range(9000)]
    products += [product("999999", "3", brand="Last", list_price="4")]
    found = await analytics.shop(await shop.crawl(products), None)
    assert [(own.currency, own.count, own.priced, own.discounted) for own in found.stats] == [("EUR", 9001, 1, 1)]


def kinds(changes: Changes | None) -> dict[str, list[str]]:
    assert changes is not None
    names = ("new", "gone", "dearer", "cheaper", "sold_out", "back")
    return {name: [change.product_id for change in getattr(changes, name)] for name in names if getattr(changes, name)}


async def test_changes_compare_what_both_crawls_have_seen(analytics: Analytics, shop: Shop) -> None:
    day_1 = await shop.crawl(
        [
            product("same", "5", availability=IN),
            product("dearer", "5"),
            product("cheaper", "5", availability=IN),
            product("sold", "5", availability=IN),
            product("back", "5", availability=OUT),
            product("unsure", "5", availability=Availability.UNKNOWN),
            product("gone", "5", availability=IN),
            product("missed", "5"),
            product("absent", "5"),
            product("other currency", "5"),
            product("unpriced", None, None),
        ]
    )
    day_2 = await shop.crawl(
        [
            product("same", "5", availability=IN),
            product("dearer", "6"),
            product("cheaper", "4.99", availability=OUT),
            product("sold", "5", availability=OUT),
            product("back", "5", availability=IN),
            product("unsure", "5", availability=IN),
            product("gone", seen=Seen.GONE),
            product("missed", "9", seen=Seen.NOT_VISITED),
            product("other currency", "7", "USD"),
            product("unpriced", "7"),
            product("new", "7"),
        ]
    )
    found = (await analytics.shop(day_2, day_1)).changes
    assert kinds(found) == {
        "new": ["new"],
        "gone": ["gone"],
        "dearer": ["dearer"],
        "cheaper": ["cheaper"],
        "sold_out": ["cheaper", "sold"],
        "back": ["back"],
    }
    assert found is not None
    assert (found.compared, found.not_visited) == (8, 2)
    assert found.since == "1970-01-01T00:00:01.000001Z"
    assert found.dearer == (
        Change.model_validate(
            {
                "kind": "dearer",
                "product_id": "dearer",
                "name": "Product dearer",
                "url": "https://shop.example/dearer",
                "currency": "EUR",
                "old_price": Decimal("5.00"),
                "new_price": Decimal("6.00"),
                "old_availability": "unknown",
                "new_availability": "unknown",
            }
        ),
    )
    assert (found.gone[0].old_price, found.gone[0].new_price) == (Decimal("5.00"), None)
    assert (found.new[0].old_price, found.new[0].old_availability) == (None, None)


async def test_a_short_reading_hides_no_change_since_products_were_last_seen(analytics: Analytics, shop: Shop) -> None:
    short = await shop.crawl(
        [
            product("read", "5"),
            product("dearer", "5", seen=Seen.NOT_VISITED),
            product("sold", "5", availability=IN, seen=Seen.NOT_VISITED),
            product("same", "5", seen=Seen.NOT_VISITED),
            product("returned", "5", seen=Seen.GONE),
        ],
        complete=False,
    )
    whole = await shop.crawl(
        [
            product("read", "5"),
            product("dearer", "6"),
            product("sold", "5", availability=OUT),
            product("same", "5"),
            product("returned", "9"),
        ]
    )
    found = (await analytics.shop(whole, short)).changes
    assert found is not None
    assert kinds(found) == {"dearer": ["dearer"], "sold_out": ["sold"], "new": ["returned"]}
    assert found.compared == 4


async def test_what_the_last_complete_crawl_did_not_have_is_new_after_a_short_one(
    analytics: Analytics, shop: Shop
) -> None:
    whole = await shop.crawl([product("a", "5"), product("b", "5")])
    short = await shop.crawl([product("a", "5"), product("b", "5", seen=Seen.NOT_VISITED)], complete=False)
    now = await shop.crawl([product("a", "5"), product("b", "5"), product("c", "5")])
    found = (await analytics.shop(now, short, whole)).changes
    assert kinds(found) == {"new": ["c"]}
    assert found is not None
    assert found.not_visited_before == 0


async def test_an_amount_of_another_currency_is_not_shown_as_the_old_price(analytics: Analytics, shop: Shop) -> None:
    day_1 = await shop.crawl([product("a", "5", availability=IN)])
    found = (await analytics.shop(await shop.crawl([product("a", "7", "USD", availability=OUT)]), day_1)).changes
    assert found is not None
    (change,) = found.sold_out
    assert (change.currency, change.old_price, change.new_price) == ("USD", None, Decimal("7.00"))


async def test_what_the_earlier_crawl_missed_is_not_new(analytics: Analytics, shop: Shop) -> None:
    day_1 = await shop.crawl([product("a", "5")], unread=["https://shop.example/b"])
    day_2 = await shop.crawl([product("a", "5"), product("b", "5"), product("c", "5")])
    assert kinds((await analytics.shop(day_2, day_1)).changes) == {"new": ["c"]}


def page(path: str, *, found_on: str = "", state: UrlState = UrlState.FETCHED, undrawn: bool = False) -> FrontierUrl:
    above = f"{SITE}{found_on}" if found_on else ""
    row = FrontierUrl(f"{SITE}{path}", UrlKind.LISTING, 1.0, 1, above)
    row.state, row.needs_rendering = state, undrawn
    return row


async def test_what_stands_on_a_page_that_was_not_read_is_not_known_to_be_new(analytics: Analytics, shop: Shop) -> None:
    day_1 = await shop.crawl(
        [product("a", "5")],
        pages=[page(""), page("outlet", undrawn=True), page("sale", state=UrlState.REFUSED), page("teas")],
    )
    found_now = {"a": "teas", "drawn": "outlet", "behind": "outlet?page=3", "sale": "sale", "added": "teas"}
    pages = [page(""), page("outlet"), page("teas"), page("new", found_on="teas")]
    pages += [page("outlet?page=2", found_on="outlet"), page("outlet?page=3", found_on="outlet?page=2")]
    pages += [page(name, found_on=above) for name, above in {**found_now, "in a new list": "new"}.items()]
    source = Provenance(url=f"{SITE}outlet", source=Source.CARDS, digest="", at="2026-05-02T09:00:00Z")
    listed = product("listed", "5", provenance={"name": source})
    day_2 = await shop.crawl([*(product(name, "5") for name in (*found_now, "in a new list")), listed], pages=pages)
    found = (await analytics.shop(day_2, day_1)).changes
    assert kinds(found) == {"new": ["added", "in a new list"]}
    assert found is not None
    assert found.not_visited_before == 4


async def test_what_is_not_drawn_this_time_either_hides_nothing_new(analytics: Analytics, shop: Shop) -> None:
    front = page("front", undrawn=True)
    day_1 = await shop.crawl([product("a", "5")], pages=[front])
    day_2 = await shop.crawl([product("a", "5"), product("b", "5")], pages=[front, page("b", found_on="front")])
    assert kinds((await analytics.shop(day_2, day_1)).changes) == {"new": ["b"]}


async def test_nothing_is_new_against_a_crawl_that_was_cut(analytics: Analytics, shop: Shop) -> None:
    day_1 = await shop.crawl([product("a", "5"), product("risen", seen=Seen.GONE)], complete=False)
    day_2 = await shop.crawl([product("a", "5"), product("b", "5"), product("risen", "5")])
    found = (await analytics.shop(day_2, day_1)).changes
    assert kinds(found) == {"new": ["risen"]}
    assert found is not None
    assert found.not_visited_before == 1


async def test_what_was_gone_before_is_not_gone_again(analytics: Analytics, shop: Shop) -> None:
    day_1 = await shop.crawl([product("a", "5"), product("b", seen=Seen.GONE), product("c", seen=Seen.NOT_VISITED)])
    day_2 = await shop.crawl([product("a", "5"), product("b", seen=Seen.GONE), product("c", seen=Seen.GONE)])
    assert kinds((await analytics.shop(day_2, day_1)).changes) == {"gone": ["c"]}


async def test_another_owner_s_crawl_is_nothing_to_compare_with(analytics: Analytics, shop: Shop) -> None:
    theirs = await shop.crawl([product("a", "5")], owner_id="somebody else")
    mine = await shop.crawl([product("a", "6")])
    with pytest.raises(Invalid, check=says("previous_crawl_invalid")):
        await analytics.shop(mine, theirs)


async def test_a_table_has_a_row_per_group_and_currency_in_exact_decimals(analytics: Analytics, shop: Shop) -> None:
    products = [
        product("a", "5", brand="A", category=("T",)),
        product("b", "6.25", list_price="12.5"),
        product("c", "7", "JPY"),
    ]
    crawl = await shop.crawl(products)
    table = await analytics.table(crawl)
    assert [name for name in table.column_names if name not in ("by", "name")] == list(PriceStats.model_fields)
    types = dict(zip(table.column_names, map(str, table.schema.types), strict=True))
    assert types["average"] == "decimal128(38, 4)"
    assert [name for name, kind in types.items() if "double" in kind or "float" in kind] == ["median_discount"]
    rows = {(row["by"], row["name"], row["currency"]): row for row in table.to_pylist()}
    assert set(rows) == {("shop", "", "EUR"), ("shop", "", "JPY"), ("category", "T", "EUR"), ("brand", "A", "EUR")}
    assert rows["shop", "", "EUR"]["average"] == Decimal("5.62")
    assert rows["shop", "", "EUR"]["median_discount"] == 0.5


def test_the_statements_know_the_domain_s_words() -> None:
    assert tuple(Availability) == AVAILABILITY
    assert tuple(Seen) == SEEN
