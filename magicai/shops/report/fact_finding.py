"""Find the facts: from what was read and analysed to what a report may say."""

from collections.abc import Sequence
from fractions import Fraction

from magicai.runs.run import Problem
from magicai.shops.analysis import Analysis, Change, Changes, PriceStats, SharedBrand, ShopAnalysis
from magicai.shops.brands import counted_as
from magicai.shops.crawl_result import CrawlData, PageCounts
from magicai.shops.own_comparison import OwnComparison
from magicai.shops.product import Product, Seen
from magicai.shops.report.fact_parts import (
    ShopFacts,
    brand_named,
    category_named,
    counted,
    currency_named,
    greatest,
    money_of,
    moves_of,
    percent_of,
    priced_stats,
    product_named,
    share_of,
    whole_of,
    with_name,
)
from magicai.shops.report.facts import Direction, Fact, Measure, Role, Unit

_MOST_NAMED = 4  # names that one sentence can hold and still be read
_NAMED_OF_MANY = 3  # and how many of more
_BY_PRICE = (Direction.UP, Direction.DOWN)
_SHARED_BRANDS_TOLD = 3
_CURRENCIES_TOLD = 3
_NEXT_CURRENCY = 0.75  # how much less a shop's second currency matters


def facts_of(
    crawl_data: CrawlData,
    analysis: Analysis,
    shared_brands: Sequence[SharedBrand],
    problems: Sequence[Problem],
    own: Sequence[OwnComparison] = (),
) -> list[Fact]:
    """Everything that is worth telling, shop by shop, in the order of the report's sections.

    A shared brand without a shop belongs to the only shop; where there are several, it is left out.

    Args:
        own: one's own catalogue against these shops.
    """
    read = {data.shop: data for data in (crawl_data.shops or (crawl_data,))}
    alone = len(analysis.shops) == 1
    facts: list[Fact] = []
    for shop in analysis.shops:
        data = read.get(shop.shop) or (crawl_data if alone else None)
        products = [product for product in data.products if product.seen is Seen.SEEN] if data else []
        found = ShopFacts(shop.shop)
        _changes(found, shop)
        _range(found, shop, data)
        _prices(found, shop, products)
        _discounts(found, shop, products)
        _stock(found, shop)
        own_brands = [b for b in shared_brands if b.shop == shop.shop or (alone and not b.shop)]
        _brands(found, shop, counted_as(shop.brands, own_brands))
        for comparison in own:
            if comparison.shop == shop.shop:
                _own(found, comparison)
        _reading(found, shop, data)
        facts += found.facts
    return [*facts, *problem_facts(analysis, problems)]


def problem_facts(analysis: Analysis, problems: Sequence[Problem]) -> list[Fact]:
    """How many problems a run has met; nothing where it has met none."""
    found = ShopFacts(analysis.shops[0].shop if len(analysis.shops) == 1 else "")
    if problems:
        found.add(Measure.PROBLEMS, 0.25, counted(Role.COUNT, len(problems), Unit.PROBLEMS))
    return found.facts


# ── Changes ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _changes(found: ShopFacts, shop: ShopAnalysis) -> None:
    changes = shop.changes
    if changes is None:
        return
    since, compared = changes.since, changes.compared
    if compared:
        found.add(Measure.COMPARED, 0.3, counted(Role.COUNT, compared), since=since, basis=compared)
    else:
        found.add(Measure.NOTHING_COMPARED, 0.5, since=since)
    kinds: tuple[tuple[Measure, Direction, float, Sequence[Change]], ...] = (
        (Measure.NEW_PRODUCTS, Direction.IN, 0.7, changes.new),
        (Measure.GONE_PRODUCTS, Direction.OUT, 0.7, changes.gone),
        (Measure.DEARER, Direction.UP, 0.8, changes.dearer),
        (Measure.CHEAPER, Direction.DOWN, 0.8, changes.cheaper),
        (Measure.SOLD_OUT, Direction.OUT, 0.72, changes.sold_out),
        (Measure.BACK_IN_STOCK, Direction.IN, 0.6, changes.back),
    )
    if compared and not any(group for *_, group in kinds):
        found.add(Measure.NOTHING_CHANGED, 0.75, counted(Role.OF, compared), since=since, basis=compared)
    for measure, direction, weight, group in kinds:
        if group:
            importance = weight + 0.15 * share_of(len(group), max(compared, len(group)))
            values = [counted(Role.COUNT, len(group))]
            if direction in _BY_PRICE and compared:
                values.append(counted(Role.OF, compared))
            named = group[: _MOST_NAMED if len(group) <= _MOST_NAMED else _NAMED_OF_MANY]
            names = () if direction in _BY_PRICE else tuple(product_named(one.name, one.url) for one in named)
            found.add(measure, importance, *values, names=names, since=since, direction=direction, basis=compared)
            _biggest(found, direction, group, since, compared)


def _biggest(found: ShopFacts, direction: Direction, group: Sequence[Change], since: str, compared: int) -> None:
    measure = {Direction.UP: Measure.BIGGEST_RISE, Direction.DOWN: Measure.BIGGEST_CUT}.get(direction)
    if measure is None:
        return
    moves = moves_of((c.name, c.url, c.old_price, c.new_price, c.currency) for c in group)
    biggest = greatest((move, move.size) for move in moves)
    if biggest and (values := biggest.values()):
        found.add(
            measure,
            0.82 + min(0.15, float(values[0].amount) / 400),
            *values,
            subject=product_named(biggest.name, biggest.url),
            since=since,
            direction=direction,
            basis=compared,
        )


# ── What it sells ───────────────────────────────────────────────────────────────────────────────────────────────────


def _range(found: ShopFacts, shop: ShopAnalysis, data: CrawlData | None) -> None:
    if not shop.products:
        read = (counted(Role.COUNT, data.pages.fetched + data.pages.unchanged, Unit.PAGES),) if data else ()
        found.add(Measure.NO_PRODUCTS, 1.0, *read)
        return
    categories, brands = with_name(shop.categories), with_name(shop.brands)
    values = [counted(Role.COUNT, shop.products)]
    if categories:
        values.append(counted(Role.CATEGORIES, len(categories), Unit.CATEGORIES))
    if brands:
        values.append(counted(Role.BRANDS, len(brands), Unit.BRANDS))
    found.add(Measure.PRODUCTS, 0.58, *values, basis=shop.products)
    if largest := greatest(((group, whole_of(group.stats).count) for group in categories), least=2):
        count = whole_of(largest.stats).count
        found.add(
            Measure.LARGEST_CATEGORY,
            0.4 + 0.2 * share_of(count, shop.products),
            counted(Role.COUNT, count),
            counted(Role.OF, shop.products),
            subject=category_named(largest.name),
            basis=shop.products,
        )


# ── Prices ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _prices(found: ShopFacts, shop: ShopAnalysis, products: Sequence[Product]) -> None:
    by_currency, priced = priced_stats(shop.stats), whole_of(shop.stats).priced
    if not shop.products:
        return
    if not priced:
        found.add(Measure.NO_PRICES, 0.95, counted(Role.OF, shop.products), basis=shop.products)
        return
    if len(by_currency) > 1:
        found.add(
            Measure.CURRENCIES,
            0.35,
            *(counted(Role.COUNT, stats.priced) for stats in by_currency[:_CURRENCIES_TOLD]),
            names=tuple(currency_named(stats.currency or "") for stats in by_currency[:_CURRENCIES_TOLD]),
            basis=priced,
        )
    for place, stats in enumerate(by_currency):
        currency = stats.currency if len(by_currency) > 1 else None
        _level(found, stats, currency, _NEXT_CURRENCY**place)
        _ends(found, stats, currency, products, _NEXT_CURRENCY**place)
        _category_medians(found, shop, stats, currency, _NEXT_CURRENCY**place)
    without_currency = priced - sum(stats.priced for stats in by_currency)
    for measure, count in ((Measure.NO_CURRENCY, without_currency), (Measure.UNPRICED, shop.products - priced)):
        if count > 0:
            values = (counted(Role.COUNT, count), counted(Role.OF, shop.products))
            importance = 0.3 + 0.4 * share_of(count, shop.products)
            found.add(measure, importance, *values, basis=shop.products)


def _level(found: ShopFacts, stats: PriceStats, currency: str | None, weight: float) -> None:
    code = stats.currency or ""
    if stats.median is not None:
        values = (money_of(Role.MEDIAN, stats.median, code), counted(Role.COUNT, stats.priced))
        found.add(Measure.MEDIAN_PRICE, 0.6 * weight, *values, currency=currency, basis=stats.priced)
    if stats.average is not None and stats.priced > 1:
        value = money_of(Role.AVERAGE, stats.average, code)
        found.add(Measure.AVERAGE_PRICE, 0.3 * weight, value, currency=currency, basis=stats.priced)
    if stats.q1 is not None and stats.q3 is not None and stats.q1 < stats.q3:
        values = (money_of(Role.LOW, stats.q1, code), money_of(Role.HIGH, stats.q3, code))
        found.add(Measure.MIDDLE_HALF, 0.4 * weight, *values, currency=currency, basis=stats.priced)


def _ends(
    found: ShopFacts, stats: PriceStats, currency: str | None, products: Sequence[Product], weight: float
) -> None:
    if stats.low is None or stats.high is None or stats.low == stats.high:
        return
    for amount, one, several in (
        (stats.low, Measure.CHEAPEST, Measure.LOWEST_PRICE),
        (stats.high, Measure.DEAREST, Measure.HIGHEST_PRICE),
    ):
        price = money_of(Role.PRICE, amount, stats.currency or "")
        holders = [p for p in products if p.currency == stats.currency and p.price == amount]
        if len(holders) == 1:
            subject = product_named(holders[0].name, holders[0].url)
            found.add(one, 0.36 * weight, price, subject=subject, currency=currency, basis=stats.priced)
        elif holders:
            count = counted(Role.COUNT, len(holders))
            found.add(several, 0.34 * weight, price, count, currency=currency, basis=stats.priced)


def _category_medians(
    found: ShopFacts, shop: ShopAnalysis, stats: PriceStats, currency: str | None, weight: float
) -> None:
    medians = [
        (group, own.median)
        for group in with_name(shop.categories)
        for own in group.stats
        if own.currency == stats.currency and own.median is not None
    ]
    for measure, importance, sign in ((Measure.HIGHEST_CATEGORY, 0.5, 1), (Measure.LOWEST_CATEGORY, 0.42, -1)):
        if group := greatest(((group, sign * median) for group, median in medians), least=2):
            median = next(median for other, median in medians if other is group)
            found.add(
                measure,
                importance * weight,
                money_of(Role.MEDIAN, median, stats.currency or ""),
                subject=category_named(group.name),
                currency=currency,
                basis=stats.priced,
            )


# ── Discounts ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _discounts(found: ShopFacts, shop: ShopAnalysis, products: Sequence[Product]) -> None:
    by_currency, whole = priced_stats(shop.stats), whole_of(shop.stats)
    priced, discounted = whole.priced, whole.discounted
    if not priced:
        return
    of = counted(Role.OF, priced)
    if not discounted:
        found.add(Measure.NO_DISCOUNTS, 0.3, of, basis=priced)
        return
    weight = 0.52 + 0.3 * share_of(discounted, priced)
    count = counted(Role.COUNT, discounted)
    found.add(Measure.DISCOUNTED, weight, count, of, direction=Direction.DOWN, basis=priced)
    for place, stats in enumerate(by_currency):
        if stats.discounted > 1 and stats.median_discount is not None:
            found.add(
                Measure.MEDIAN_DISCOUNT,
                0.45 * _NEXT_CURRENCY**place,
                percent_of(Fraction(str(stats.median_discount))),
                currency=stats.currency if len(by_currency) > 1 else None,
                direction=Direction.DOWN,
                basis=stats.discounted,
            )
    moves = moves_of((p.name, p.url, p.list_price, p.price, p.currency) for p in products)
    deepest = greatest((move, move.size) for move in moves if move.new < move.old)
    if deepest and (values := deepest.values()):
        subject = product_named(deepest.name, deepest.url)
        found.add(Measure.DEEPEST_DISCOUNT, 0.48, *values, subject=subject, direction=Direction.DOWN, basis=discounted)


# ── Stock ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _stock(found: ShopFacts, shop: ShopAnalysis) -> None:
    if not shop.products:
        return
    whole = whole_of(shop.stats)
    known, in_stock = whole.known_stock, whole.in_stock
    of = counted(Role.OF, known)
    weight = 0.5 + 0.4 * share_of(known - in_stock, known)
    if not known:
        found.add(Measure.NO_STOCK_STATED, 0.3, counted(Role.OF, shop.products), basis=shop.products)
        return
    if in_stock == known:
        found.add(Measure.ALL_IN_STOCK, weight, of, direction=Direction.IN, basis=known)
    elif not in_stock:
        found.add(Measure.NONE_IN_STOCK, weight, of, direction=Direction.OUT, basis=known)
    else:
        count = counted(Role.COUNT, in_stock)
        found.add(Measure.IN_STOCK, weight, count, of, direction=Direction.IN, basis=known)
        _scarcest(found, shop)
    if unknown := shop.products - known:
        found.add(
            Measure.STOCK_UNKNOWN,
            0.2 + 0.2 * share_of(unknown, shop.products),
            counted(Role.COUNT, unknown),
            counted(Role.OF, shop.products),
            basis=shop.products,
        )


def _scarcest(found: ShopFacts, shop: ShopAnalysis) -> None:
    stocks = [(group, whole_of(group.stats)) for group in with_name(shop.categories)]
    shares = [(group, -share_of(stock.in_stock, stock.known_stock)) for group, stock in stocks if stock.known_stock]
    if group := greatest(shares, least=2):
        stock = whole_of(group.stats)
        found.add(
            Measure.SCARCEST_CATEGORY,
            0.4,
            counted(Role.COUNT, stock.in_stock),
            counted(Role.OF, stock.known_stock),
            subject=category_named(group.name),
            direction=Direction.IN,
            basis=stock.known_stock,
        )


# ── Brands ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _brands(found: ShopFacts, shop: ShopAnalysis, shared: Sequence[SharedBrand]) -> None:
    if top := greatest(((group, whole_of(group.stats).count) for group in with_name(shop.brands)), least=2):
        count = counted(Role.COUNT, whole_of(top.stats).count)
        found.add(Measure.TOP_BRAND, 0.36, count, subject=brand_named(top.name), basis=shop.products)
    several = [brand for brand in shared if len(brand.categories) > 1 and brand.brand.strip()]
    if not several:
        return
    found.add(Measure.SHARED_BRANDS, 0.38, counted(Role.BRANDS, len(several), Unit.BRANDS), basis=shop.products)
    several.sort(key=lambda brand: (-len(brand.categories), -brand.products, brand.brand))
    for brand in several[:_SHARED_BRANDS_TOLD]:
        names = tuple(category_named(name) for name in brand.categories)
        found.add(
            Measure.SHARED_BRAND,
            0.3,
            counted(Role.CATEGORIES, len(names), Unit.CATEGORIES),
            counted(Role.COUNT, brand.products),
            subject=brand_named(brand.brand),
            names=names if len(names) <= _MOST_NAMED else (),
            basis=brand.products,
        )


# ── One's own catalogue ─────────────────────────────────────────────────────────────────────────────────────────────


def _own(found: ShopFacts, comparison: OwnComparison) -> None:
    matched = comparison.matched
    values = (counted(Role.COUNT, matched), counted(Role.OF, comparison.catalogue))
    found.add(Measure.BOTH_SELL, 0.4, *values, basis=comparison.catalogue)
    for measure, direction, count, weight in (
        # That a shop is cheaper than oneself comes before whatever else there is to tell.
        (Measure.SHOP_ASKS_LESS, Direction.DOWN, len(comparison.cheaper), 0.98),
        (Measure.SHOP_ASKS_MORE, Direction.UP, len(comparison.dearer), 0.6),
    ):
        if count:
            importance = weight + 0.02 * share_of(count, matched)
            values = [counted(Role.COUNT, count), counted(Role.OF, matched)]
            if measure is Measure.SHOP_ASKS_LESS and comparison.undercut_percent:
                values.append(percent_of(Fraction(str(comparison.undercut_percent)) / 100))
            found.add(measure, importance, *values, direction=direction, basis=matched)
    if sold_out := comparison.sold_out:
        names = tuple(product_named(pair.name, pair.url) for pair in sold_out[:_NAMED_OF_MANY])
        count = counted(Role.COUNT, len(sold_out))
        found.add(Measure.SOLD_OUT_THERE, 0.5, count, names=names, direction=Direction.OUT, basis=comparison.sure)
    if comparison.likely:
        found.add(Measure.MAYBE_THE_SAME, 0.3, counted(Role.COUNT, comparison.likely), basis=comparison.catalogue)
    moves = moves_of((c.name, c.url, c.mine_price, c.their_price, c.currency) for c in comparison.cheaper)
    most = greatest((move, move.size) for move in moves)
    if most and (values := most.values()):
        subject = product_named(most.name, most.url)
        found.add(Measure.BIGGEST_UNDERCUT, 0.7, *values, subject=subject, direction=Direction.DOWN, basis=matched)


# ── What was covered ─────────────────────────────────────────────────────────────────────────────────────────────────


def _reading(found: ShopFacts, shop: ShopAnalysis, data: CrawlData | None) -> None:
    if shop.changes is None and shop.products:
        found.add(Measure.FIRST_READING, 0.1)
    if data and shop.products:
        # Rounded down: 99.96 % is not everything.
        share = percent_of(Fraction(str(data.coverage)), rounded_down=True)
        found.add(Measure.COVERAGE, 0.2 + 0.7 * (1 - data.coverage), share)
    if data:
        _pages(found, data.pages)
    if shop.changes:
        _not_visited(found, shop.changes)


def _pages(found: ShopFacts, pages: PageCounts) -> None:
    tried = pages.fetched + pages.unchanged + pages.refused + pages.failed
    for measure, count, weight in (
        (Measure.PAGES_READ, pages.fetched, 0.0),
        (Measure.PAGES_UNCHANGED, pages.unchanged, 0.0),
        (Measure.PAGES_REFUSED, pages.refused, 0.3),
        (Measure.PAGES_FAILED, pages.failed, 0.5),
    ):
        if count:
            found.add(measure, 0.15 + weight * share_of(count, tried), counted(Role.COUNT, count, Unit.PAGES))


def _not_visited(found: ShopFacts, changes: Changes) -> None:
    since, compared = changes.since, changes.compared
    if unseen := changes.not_visited:
        importance = 0.2 + 0.3 * share_of(unseen, unseen + compared)
        found.add(Measure.NOT_VISITED, importance, counted(Role.COUNT, unseen), since=since, basis=unseen)
    if unknown := changes.not_visited_before:
        importance = 0.2 + 0.3 * share_of(unknown, unknown + compared)
        found.add(Measure.NOT_VISITED_BEFORE, importance, counted(Role.COUNT, unknown), since=since, basis=unknown)
