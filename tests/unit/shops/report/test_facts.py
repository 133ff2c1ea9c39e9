from decimal import Decimal

import pytest

from magicai.runs.run import Problem
from magicai.shops.analysis import Analysis, Change, ChangeKind, Changes, Group, PriceStats, SharedBrand, ShopAnalysis
from magicai.shops.crawl_result import CrawlData, PageCounts
from magicai.shops.own_comparison import summed_up
from magicai.shops.product import Product, Seen
from magicai.shops.report.fact_finding import facts_of
from magicai.shops.report.facts import Direction, Fact, Measure, Role, Section, SubjectKind, Unit, top_findings
from tests.unit.shops.report.example_shop import both

SHOP = "shop.example"


def stats(currency: str | None = "EUR", count: int = 10, **more: object) -> PriceStats:
    return PriceStats.model_validate({"currency": currency, "count": count, "priced": 0, **more})


PRICED = stats(
    priced=9,
    average="20.00",
    median="18.00",
    low="5.00",
    high="90.00",
    q1="10.00",
    q3="30.00",
    in_stock=6,
    known_stock=8,
)


def product(name: str, price: str | None = None, **more: object) -> Product:
    fields = {"id": name, "url": f"https://{SHOP}/{name}", "name": name, "price": price, "currency": "EUR", **more}
    return Product.model_validate(fields)


def change(kind: ChangeKind, name: str, old: str | None = None, new: str | None = None) -> Change:
    fields = {"kind": kind, "product_id": name, "name": name, "url": "", "currency": "EUR"}
    return Change.model_validate({**fields, "old_price": old, "new_price": new})


def told(
    analysis: ShopAnalysis,
    *products: Product,
    pages: PageCounts = PageCounts(),  # noqa: B008 - frozen
    coverage: float = 1.0,
    shared: tuple[SharedBrand, ...] = (),
    problems: tuple[Problem, ...] = (),
) -> dict[Measure, Fact]:
    data = CrawlData(shop=analysis.shop, pages=pages, coverage=coverage, products=products)
    return {fact.measure: fact for fact in facts_of(data, Analysis(shops=(analysis,)), shared, problems)}


def shop(*own: PriceStats, products: int | None = None, **more: object) -> ShopAnalysis:
    counted = sum(stat.count for stat in own) if products is None else products
    return ShopAnalysis.model_validate({"shop": SHOP, "products": counted, "stats": own, **more})


def amounts(fact: Fact) -> dict[Role, Decimal]:
    return {value.role: value.amount for value in fact.values}


def test_an_empty_shop_has_nothing_to_say_but_that_it_is_empty() -> None:
    assert set(told(shop())) == {Measure.NO_PRODUCTS}


def test_where_no_product_was_found_it_is_said_on_how_many_pages() -> None:
    fact = told(shop(), pages=PageCounts(fetched=2, unchanged=1, failed=4))[Measure.NO_PRODUCTS]
    assert amounts(fact) == {Role.COUNT: 3}


def test_a_shop_without_prices_says_so_and_nothing_else_of_prices() -> None:
    facts = told(shop(stats(None, 7)))
    assert amounts(facts[Measure.NO_PRICES]) == {Role.OF: 7}
    assert [fact.measure for fact in facts.values() if fact.section in (Section.PRICES, Section.DISCOUNTS)] == [
        Measure.NO_PRICES
    ]


def test_every_number_of_prices_is_the_analysis_own() -> None:
    facts = told(shop(PRICED), product("a", "5.00"), product("b", "90.00"), product("c", "18.00"))
    assert amounts(facts[Measure.MEDIAN_PRICE]) == {Role.MEDIAN: Decimal("18.00"), Role.COUNT: 9}
    assert amounts(facts[Measure.AVERAGE_PRICE]) == {Role.AVERAGE: Decimal("20.00")}
    assert amounts(facts[Measure.MIDDLE_HALF]) == {Role.LOW: Decimal("10.00"), Role.HIGH: Decimal("30.00")}
    assert facts[Measure.CHEAPEST].subject.name == "a"
    assert facts[Measure.DEAREST].subject.name == "b"
    assert {value.currency for value in facts[Measure.MIDDLE_HALF].values} == {"EUR"}
    assert amounts(facts[Measure.UNPRICED]) == {Role.COUNT: 1, Role.OF: 10}


def test_a_price_that_several_share_names_none_of_them() -> None:
    facts = told(shop(PRICED), product("a", "5.00"), product("b", "5.00"), product("c", "90.00"))
    assert Measure.CHEAPEST not in facts
    assert amounts(facts[Measure.LOWEST_PRICE]) == {Role.PRICE: Decimal("5.00"), Role.COUNT: 2}


def test_a_cheapest_product_that_nobody_read_is_not_named() -> None:
    facts = told(shop(PRICED), product("gone", "5.00", seen=Seen.GONE), product("other", "5.00", currency="USD"))
    assert Measure.CHEAPEST not in facts
    assert Measure.LOWEST_PRICE not in facts


def test_currencies_are_told_apart_and_each_says_which_it_is() -> None:
    dollars = stats("USD", 4, priced=4, average="7.00", median="6.00", low="5.00", high="9.00", q1="5.50", q3="8.00")
    facts = facts_of(
        CrawlData(shop=SHOP, pages=PageCounts(), coverage=1, products=()),
        Analysis(shops=(shop(PRICED, dollars),)),
        (),
        (),
    )
    medians = [fact for fact in facts if fact.measure is Measure.MEDIAN_PRICE]
    assert [(fact.currency, fact.value(Role.MEDIAN).currency, fact.basis) for fact in medians] == [
        ("EUR", "EUR", 9),
        ("USD", "USD", 4),
    ]
    assert len({fact.fact_id for fact in facts}) == len(facts)
    (currencies,) = (fact for fact in facts if fact.measure is Measure.CURRENCIES)
    assert [(name.name, value.amount) for name, value in zip(currencies.names, currencies.values, strict=True)] == [
        ("EUR", 9),
        ("USD", 4),
    ]


def test_a_price_without_a_currency_is_no_amount() -> None:
    facts = told(shop(stats(None, 5, priced=5, median="3.00", low="1.00", high="9.00")))
    assert amounts(facts[Measure.NO_CURRENCY]) == {Role.COUNT: 5, Role.OF: 5}
    assert not any(value.unit is Unit.MONEY for fact in facts.values() for value in fact.values)


@pytest.mark.parametrize(
    ("in_stock", "known", "expected"),
    [
        (6, 8, Measure.IN_STOCK),
        (8, 8, Measure.ALL_IN_STOCK),
        (0, 8, Measure.NONE_IN_STOCK),
        (0, 0, Measure.NO_STOCK_STATED),
    ],
)
def test_stock_is_of_those_that_state_it(in_stock: int, known: int, expected: Measure) -> None:
    facts = told(shop(stats(in_stock=in_stock, known_stock=known)))
    assert facts[expected].value(Role.OF).amount == (known or 10)
    assert (Measure.STOCK_UNKNOWN in facts) == (0 < known < 10)


def test_what_stands_out_does_so_alone() -> None:
    def group(name: str, count: int, median: str) -> Group:
        return Group(name=name, stats=(stats(count=count, priced=count, median=median),))

    tied = told(shop(PRICED, categories=(group("Tea", 5, "8.00"), group("Mugs", 5, "8.00"))))
    assert not {Measure.LARGEST_CATEGORY, Measure.HIGHEST_CATEGORY, Measure.LOWEST_CATEGORY} & set(tied)
    one = told(shop(PRICED, categories=(group("Tea", 9, "8.00"), group(" ", 30, "99.00"))))
    assert amounts(one[Measure.PRODUCTS])[Role.CATEGORIES] == 1
    assert Measure.LARGEST_CATEGORY not in one
    two = told(shop(PRICED, categories=(group("Tea", 6, "8.00"), group("Mugs", 4, "9.00"))))
    assert two[Measure.LARGEST_CATEGORY].subject.name == "Tea"
    assert two[Measure.HIGHEST_CATEGORY].subject.name == "Mugs"
    assert two[Measure.LOWEST_CATEGORY].subject.name == "Tea"


def test_discounts_are_shares_of_the_list_price() -> None:
    own = stats(priced=10, discounted=3, median_discount=0.125)
    facts = told(shop(own), product("a", "60.00", list_price="100.00"), product("b", "9.00", list_price="10.00"))
    assert amounts(facts[Measure.DISCOUNTED]) == {Role.COUNT: 3, Role.OF: 10}
    assert amounts(facts[Measure.MEDIAN_DISCOUNT]) == {Role.PERCENT: Decimal("12.5")}
    assert amounts(facts[Measure.DEEPEST_DISCOUNT]) == {
        Role.PERCENT: Decimal("40.0"),
        Role.OLD: Decimal("100.00"),
        Role.NEW: Decimal("60.00"),
    }
    assert Measure.NO_DISCOUNTS in told(shop(stats(priced=10)))


def test_changes_tell_how_many_the_biggest_and_against_what() -> None:
    changes = Changes(
        since="2026-05-02T09:00:00Z",
        compared=100,
        not_visited=4,
        not_visited_before=5,
        new=(change(ChangeKind.NEW, "n"),),
        dearer=(change(ChangeKind.DEARER, "a", "10.00", "12.00"), change(ChangeKind.DEARER, "b", "100.00", "110.00")),
        cheaper=(change(ChangeKind.CHEAPER, "c", "50.00", "39.00"),),
        gone=(change(ChangeKind.GONE, "g"), change(ChangeKind.GONE, "h")),
    )
    facts = told(shop(PRICED, changes=changes))
    assert amounts(facts[Measure.COMPARED]) == {Role.COUNT: 100}
    assert facts[Measure.COMPARED].since == changes.since
    assert amounts(facts[Measure.DEARER]) == {Role.COUNT: 2, Role.OF: 100}
    assert facts[Measure.DEARER].direction is Direction.UP
    assert facts[Measure.BIGGEST_RISE].subject.name == "a"
    assert amounts(facts[Measure.BIGGEST_RISE]) == {
        Role.PERCENT: Decimal("20.0"),
        Role.OLD: Decimal("10.00"),
        Role.NEW: Decimal("12.00"),
    }
    assert amounts(facts[Measure.BIGGEST_CUT])[Role.PERCENT] == Decimal("22.0")
    assert amounts(facts[Measure.GONE_PRODUCTS]) == {Role.COUNT: 2}
    assert amounts(facts[Measure.NOT_VISITED]) == {Role.COUNT: 4}
    assert amounts(facts[Measure.NOT_VISITED_BEFORE]) == {Role.COUNT: 5}
    assert Measure.NOTHING_CHANGED not in facts
    assert Measure.SOLD_OUT not in facts


def test_no_change_is_a_fact_only_where_something_was_compared() -> None:
    def changes(compared: int) -> Changes:
        return Changes(since="2026-05-02T09:00:00Z", compared=compared)

    assert Measure.NOTHING_CHANGED in told(shop(PRICED, changes=changes(8)))
    facts = told(shop(PRICED, changes=changes(0)))
    assert Measure.NOTHING_CHANGED not in facts
    assert Measure.NOTHING_COMPARED in facts
    assert Measure.FIRST_READING in told(shop(PRICED))


def test_a_move_from_nothing_or_too_small_to_show_has_no_percentage() -> None:
    dearer = (
        change(ChangeKind.DEARER, "free", "0", "5.00"),
        change(ChangeKind.DEARER, "hardly", "10000.00", "10000.01"),
    )
    facts = told(shop(PRICED, changes=Changes(since="2026-05-02T09:00:00Z", compared=9, dearer=dearer)))
    assert Measure.DEARER in facts
    assert Measure.BIGGEST_RISE not in facts


def test_coverage_is_never_rounded_up_to_everything() -> None:
    facts = told(shop(PRICED), coverage=0.99996)
    assert amounts(facts[Measure.COVERAGE]) == {Role.PERCENT: Decimal("99.9")}


def test_what_could_not_be_read_is_told() -> None:
    problems = (Problem(where="https://shop.example/x", what="503"),)
    facts = told(shop(PRICED), pages=PageCounts(fetched=90, refused=3, failed=2), problems=problems)
    assert amounts(facts[Measure.PAGES_REFUSED]) == {Role.COUNT: 3}
    assert amounts(facts[Measure.PAGES_FAILED]) == {Role.COUNT: 2}
    assert Measure.PAGES_UNCHANGED not in facts
    assert amounts(facts[Measure.PROBLEMS]) == {Role.COUNT: 1}


def test_shared_brands_need_two_categories_and_name_a_few() -> None:
    shared = (
        SharedBrand(brand="Arden", categories=("Tea", "Mugs", "Pots"), products=7),
        SharedBrand(brand="Bruma", categories=("Tea", "Mugs", "Pots", "Jars", "Lids"), products=9),
        SharedBrand(brand="Lone", categories=("Tea",), products=3),
    )
    facts = facts_of(
        CrawlData(shop=SHOP, pages=PageCounts(), coverage=1, products=()), Analysis(shops=(shop(PRICED),)), shared, ()
    )
    assert [amounts(fact) for fact in facts if fact.measure is Measure.SHARED_BRANDS] == [{Role.BRANDS: 2}]
    named = [fact for fact in facts if fact.measure is Measure.SHARED_BRAND]
    assert [(fact.subject.name, len(fact.names)) for fact in named] == [("Bruma", 0), ("Arden", 3)]
    assert named[0].subject.kind is SubjectKind.BRAND


def test_shops_are_never_mixed() -> None:
    other = ShopAnalysis(shop="other.example", products=3, stats=(stats("USD", 3),))
    crawl_data = CrawlData(
        shop=SHOP,
        pages=PageCounts(),
        coverage=1,
        products=(),
        shops=(
            CrawlData(shop=SHOP, pages=PageCounts(fetched=1), coverage=1, products=(product("a", "5.00"),)),
            CrawlData(shop="other.example", pages=PageCounts(fetched=2), coverage=1, products=()),
        ),
    )
    shared = (SharedBrand(brand="Arden", categories=("Tea", "Mugs"), products=2),)
    facts = facts_of(crawl_data, Analysis(shops=(shop(PRICED), other)), shared, ())
    by_shop = {name: [fact for fact in facts if fact.shop == name] for name in (SHOP, "other.example")}
    assert [amounts(f) for f in by_shop["other.example"] if f.measure is Measure.PAGES_READ] == [{Role.COUNT: 2}]
    assert not any(fact.measure is Measure.CHEAPEST for fact in by_shop["other.example"])
    assert not any(fact.measure is Measure.SHARED_BRAND for fact in facts)


def test_top_findings_are_the_weightiest_one_for_each_topic_and_always_the_same() -> None:
    changes = Changes(
        since="2026-05-02T09:00:00Z",
        compared=100,
        dearer=(change(ChangeKind.DEARER, "a", "10.00", "12.00"),),
        cheaper=(change(ChangeKind.CHEAPER, "c", "50.00", "39.00"),),
        sold_out=(change(ChangeKind.SOLD_OUT, "s"),),
    )
    facts = list(told(shop(PRICED, changes=changes)).values())
    top = top_findings(facts, 3)
    assert [fact.measure for fact in top] == [Measure.BIGGEST_CUT, Measure.BIGGEST_RISE, Measure.SOLD_OUT]
    assert top_findings(reversed(facts), 3) == top
    assert top_findings([], 3) == []


def test_absurd_prices_are_told_and_break_nothing() -> None:
    dearer = (change(ChangeKind.DEARER, "a", "0.01", "1E+40"),)
    own = stats(priced=1, average="1E+40", median="1E+40", low="1E+40", high="1E+40")
    facts = told(shop(own, changes=Changes(since="2026-05-02T09:00:00Z", compared=9, dearer=dearer)))
    assert amounts(facts[Measure.BIGGEST_RISE])[Role.PERCENT] > 10**40


def test_ones_own_catalogue_is_told_of_its_shop_only() -> None:
    pairs = [both("a", "5", "4"), both("b", "5", "4"), both("c", "5", "6"), both("d", "5", "5")]
    own = summed_up(SHOP, 9, pairs, 0)
    data = CrawlData(shop=SHOP, pages=PageCounts(), coverage=1, products=())
    facts = {f.measure: f for f in facts_of(data, Analysis(shops=(shop(PRICED),)), (), (), [own])}
    assert amounts(facts[Measure.BOTH_SELL]) == {Role.COUNT: 4, Role.OF: 9}
    assert amounts(facts[Measure.SHOP_ASKS_LESS]) == {Role.COUNT: 2, Role.OF: 4}
    assert amounts(facts[Measure.SHOP_ASKS_MORE]) == {Role.COUNT: 1, Role.OF: 4}
    other = own.model_copy(update={"shop": "other.example"})
    assert Measure.BOTH_SELL not in {
        f.measure for f in facts_of(data, Analysis(shops=(shop(PRICED),)), (), (), [other])
    }
