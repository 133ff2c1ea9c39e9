"""The report's tables: every number as text, every crawled text marked as such."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from magicai.runs.run import Problem
from magicai.shops.analysis import Change, Changes, Group, SharedBrand
from magicai.shops.matching.deciding import Certainty
from magicai.shops.own_comparison import Pair
from magicai.shops.product import Product
from magicai.shops.report.fact_parts import whole_of
from magicai.shops.report.links import link
from magicai.shops.report.numerals import Numerals
from magicai.shops.report.plain import plain
from magicai.shops.report.report_model import Cell, Column, Table
from magicai.shops.report.vocabulary import Words, agreed

_MOST_PRODUCTS = 200
_MOST_CHANGES = 60
_MOST_GROUPS = 24
_LONGEST_NOTE = 400  # characters of a problem's text


def products(shown: Sequence[Product], words: Words, numerals: Numerals) -> Table:
    """The first products, in the order in which the shop was read."""
    rows = tuple(
        (
            name(product.name, product.url),
            Cell(text=_money(product.price, product.currency, words, numerals)),
            Cell(text=_money(product.list_price, product.currency, words, numerals)),
            Cell(text=words.availability[product.availability]),
            name(product.brand or ""),
            name(" › ".join(product.category)),
        )
        for product in shown[:_MOST_PRODUCTS]
    )
    columns = (
        *_columns(words.product),
        *_numbers(words.price, words.list_price),
        *_columns(words.stock, words.brand, words.category),
    )
    total = numerals.count(len(shown))
    note = words.first_products.format(_MOST_PRODUCTS, total) if len(shown) > _MOST_PRODUCTS else ""
    return Table(title=agreed(words.all_products, len(shown)).format(total), columns=columns, rows=rows, note=note)


def prices(groups: Sequence[Group], currency: str, title: str, words: Words, numerals: Numerals) -> Table:
    """Every group's prices in one currency, the largest group first."""
    rows = [
        (
            name(group.name),
            Cell(text=numerals.count(own.priced)),
            *(
                Cell(text=_money(amount, currency, words, numerals))
                for amount in (own.average, own.median, own.low, own.q1, own.q3, own.high)
            ),
        )
        for group in groups
        for own in group.stats
        if own.currency == currency and own.priced
    ]
    labels = (words.priced, words.average, words.median, words.low, words.q1, words.q3, words.high)
    return _cut(Table(title=title, columns=(*_columns(words.category), *_numbers(*labels)), rows=tuple(rows)), words)


def stock(groups: Sequence[Group], title: str, words: Words, numerals: Numerals) -> Table:
    """How many of every group are in stock, are not, and do not say."""
    counts = [(group, whole_of(group.stats)) for group in groups]
    rows = tuple(
        (
            name(group.name),
            Cell(text=numerals.count(own.in_stock)),
            Cell(text=numerals.count(own.known_stock - own.in_stock)),
            Cell(text=numerals.count(own.count - own.known_stock)),
        )
        for group, own in counts
    )
    labels = _numbers(words.in_stock, words.not_in_stock, words.stock_unknown)
    return _cut(Table(title=title, columns=(*_columns(words.category), *labels), rows=rows), words)


def discounts(groups: Sequence[Group], title: str, words: Words, numerals: Numerals) -> Table:
    """How many of every group are discounted, and by how much in the middle; one row for each currency."""
    rows = tuple(
        (
            name(group.name),
            Cell(text=numerals.code(own.currency)),
            Cell(text=numerals.count(own.discounted)),
            Cell(text=numerals.count(own.priced)),
            Cell(text=words.none if own.median_discount is None else numerals.share(own.median_discount)),
        )
        for group in groups
        for own in group.stats
        if own.currency and own.priced
    )
    columns = (
        *_columns(words.category, words.currency),
        *_numbers(words.discounted, words.priced, words.median_discount),
    )
    return _cut(Table(title=title, columns=columns, rows=rows), words)


def brands(groups: Sequence[Group], words: Words, numerals: Numerals) -> Table:
    """Every brand's products and median price; one row for each currency."""
    rows = tuple(
        (
            name(group.name),
            Cell(text=numerals.count(whole_of(group.stats).count)),
            Cell(
                text=" · ".join(
                    numerals.money(own.median, own.currency) for own in group.stats if own.median is not None
                )
            ),
        )
        for group in groups
    )
    columns = (*_columns(words.brand), *_numbers(words.count, words.median))
    return _cut(Table(title=words.all_brands, columns=columns, rows=rows), words)


def changes(of: Changes, words: Words, numerals: Numerals) -> Table:
    """What changed, kind by kind, price changes by their size."""
    kinds = (of.new, of.gone, of.sold_out, of.back, of.dearer, of.cheaper)
    listed = [change for kind in kinds for change in sorted(kind, key=lambda change: -abs(moved(change) or 0))]
    rows = tuple(
        (
            Cell(text=words.changes[change.kind]),
            name(change.name, change.url),
            Cell(text=_money(change.old_price, change.currency, words, numerals)),
            Cell(text=_money(change.new_price, change.currency, words, numerals)),
            Cell(text=_difference(change, words, numerals)),
        )
        for change in listed[:_MOST_CHANGES]
    )
    columns = (*_columns(words.change, words.product), *_numbers(words.old, words.new, words.difference))
    total = numerals.count(len(listed))
    note = words.more_rows.format(_MOST_CHANGES, total) if len(listed) > _MOST_CHANGES else ""
    return Table(title=words.all_changes, columns=columns, rows=rows, note=note)


def shared_brands(shared: Sequence[SharedBrand], words: Words, numerals: Numerals) -> Table:
    """The brands that several categories share."""
    rows = tuple(
        (
            name(brand.brand),
            name(" · ".join(brand.categories), most=200),
            Cell(text=numerals.count(brand.products)),
        )
        for brand in shared
    )
    columns = (*_columns(words.brand, words.categories), *_numbers(words.count))
    return _cut(Table(title=words.shared_brands, columns=columns, rows=rows), words)


def own_catalogue(pairs: Sequence[Pair], title: str, words: Words, numerals: Numerals) -> Table:
    """One's own products beside the shop's, each with the reason why it is taken for the same."""
    suggests = any(pair.suggestion is not None for pair in pairs)
    rows = tuple(
        (
            name(pair.mine_name),
            name(pair.name, pair.url),
            Cell(text=numerals.money(pair.mine_price, pair.currency)),
            Cell(text=_money(pair.their_price, pair.their_currency, words, numerals)),
            Cell(text=_apart(pair, words, numerals)),
            Cell(text=words.availability[pair.availability]),
            name(_why(pair, words, numerals), most=_LONGEST_NOTE),
            *((Cell(text=_money(pair.suggestion, pair.currency, words, numerals)),) if suggests else ()),
        )
        for pair in pairs[:_MOST_CHANGES]
    )
    columns = (
        *_columns(words.your_product, words.product),
        *_numbers(words.ours, words.theirs, words.difference),
        *_columns(words.stock, words.match),
        *(_numbers(words.suggestion) if suggests else ()),
    )
    note = words.more_rows.format(_MOST_CHANGES, len(pairs)) if len(pairs) > _MOST_CHANGES else ""
    return Table(title=title, columns=columns, rows=rows, note=note)


def _apart(pair: Pair, words: Words, numerals: Numerals) -> str:
    if pair.difference is None or pair.their_price is None:
        return words.none
    return _moved_by(pair.mine_price, pair.their_price, pair.currency, words, numerals)


def _why(pair: Pair, words: Words, numerals: Numerals) -> str:
    """`sure: same GTIN: 04006381333931`."""
    certainty = words.checked_likely.format(pair.checked_by) if pair.checked_by else words.likely
    if pair.certainty is Certainty.SURE:
        certainty = words.sure
    said = [message.in_language(numerals.language) for message in (pair.reason, pair.against) if message is not None]
    return f"{certainty}: {words.semicolon.join(said)}"


def problems(met: Sequence[Problem], words: Words) -> Table:
    """What did not work, and what a person can do."""
    rows = tuple(
        tuple(name(text, most=_LONGEST_NOTE) for text in (problem.where, problem.what, problem.way_out))
        for problem in met
    )
    return _cut(
        Table(title=words.problems, columns=_columns(words.page, words.problem, words.way_out), rows=rows), words
    )


def moved(change: Change) -> Decimal | None:
    """By how many percent a price moved, with one decimal; None where it did not, or from nothing."""
    if change.old_price is None or change.new_price is None:
        return None
    return _percent(change.old_price, change.new_price)


def _difference(change: Change, words: Words, numerals: Numerals) -> str:
    if change.old_price is None or change.new_price is None:
        return words.none
    return _moved_by(change.old_price, change.new_price, change.currency, words, numerals)


def _moved_by(old: Decimal, new: Decimal, currency: str | None, words: Words, numerals: Numerals) -> str:
    percent = _percent(old, new)
    if percent is None:
        return words.none
    sign = "+" if new > old else "−"
    return f"{sign}{numerals.money(abs(new - old), currency)} ({sign}{numerals.percent(abs(percent))})"


def _percent(old: Decimal, new: Decimal) -> Decimal | None:
    if not old or old == new:
        return None
    return Decimal(round((Fraction(new) / Fraction(old) - 1) * 1000)).scaleb(-1)


def _money(amount: Decimal | None, currency: str | None, words: Words, numerals: Numerals) -> str:
    return words.none if amount is None else numerals.money(amount, currency)


def name(text: str, url: str = "", most: int = 90) -> Cell:
    """A crawled name, with a link where its address may be linked to."""
    return Cell(text=plain(text, most), href=link(url), name=True)


def _columns(*labels: str) -> tuple[Column, ...]:
    return tuple(Column(label=label) for label in labels)


def _numbers(*labels: str) -> tuple[Column, ...]:
    return tuple(Column(label=label, number=True) for label in labels)


def _cut(table: Table, words: Words) -> Table:
    if len(table.rows) <= _MOST_GROUPS:
        return table
    note = words.more_rows.format(_MOST_GROUPS, len(table.rows))
    return table.model_copy(update={"rows": table.rows[:_MOST_GROUPS], "note": note})
