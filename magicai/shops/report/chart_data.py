"""What the report's charts show: the analysis's own numbers, each with a description and a table."""

from collections.abc import Sequence
from decimal import Decimal

from magicai.shops.analysis import Change, Changes, Group
from magicai.shops.report import tables
from magicai.shops.report.fact_parts import whole_of
from magicai.shops.report.numerals import Numerals
from magicai.shops.report.plain import plain
from magicai.shops.report.report_model import Bar, Chart, ChartKind, Table
from magicai.shops.report.vocabulary import Words

_MOST_BARS = 12
_LONGEST_NAME = 40


def prices(groups: Sequence[Group], currency: str, words: Words, numerals: Numerals) -> Chart | None:
    """Lowest to highest price of every category in one currency, with the middle half and the median."""
    bars = [
        Bar(
            name=_name(group.name),
            numbers={
                role: float(amount)
                for role, amount in (
                    ("low", own.low),
                    ("q1", own.q1),
                    ("median", own.median),
                    ("q3", own.q3),
                    ("high", own.high),
                )
                if amount is not None
            },
            note=numerals.money(own.median, currency),
        )
        for group in groups
        for own in group.stats
        if own.currency == currency and own.median is not None
    ]
    title = words.chart_prices.format(numerals.currency(currency))
    table = tables.prices(groups, currency, title, words, numerals)
    return _chart(ChartKind.PRICES, title, words.chart_prices_note, bars, table, currency)


def stock(groups: Sequence[Group], words: Words, numerals: Numerals) -> Chart | None:
    """How many products of every category are in stock, are not, and do not say."""
    bars: list[Bar] = []
    for group in groups:
        own = whole_of(group.stats)
        numbers = {
            "in_stock": float(own.in_stock),
            "not_in_stock": float(own.known_stock - own.in_stock),
            "unknown": float(own.count - own.known_stock),
        }
        note = f"{numerals.count(own.in_stock)} / {numerals.count(own.count)}"
        bars.append(Bar(name=_name(group.name), numbers=numbers, note=note))
    if not any(bar.numbers["in_stock"] or bar.numbers["not_in_stock"] for bar in bars):
        return None
    table = tables.stock(groups, words.chart_stock, words, numerals)
    return _chart(ChartKind.STOCK, words.chart_stock, words.chart_stock_note, bars, table)


def discounts(groups: Sequence[Group], words: Words, numerals: Numerals) -> Chart | None:
    """Which share of every category's priced products is discounted."""
    bars: list[Bar] = []
    for group in groups:
        priced = sum(own.priced for own in group.stats if own.currency)
        discounted = sum(own.discounted for own in group.stats if own.currency)
        if priced:
            note = f"{numerals.count(discounted)} / {numerals.count(priced)}"
            percent = float(Decimal(discounted * 100) / priced)
            bars.append(Bar(name=_name(group.name), numbers={"percent": percent}, note=note))
    if not any(bar.numbers["percent"] for bar in bars):
        return None
    table = tables.discounts(groups, words.chart_discounts, words, numerals)
    return _chart(ChartKind.DISCOUNTS, words.chart_discounts, words.chart_discounts_note, bars, table)


def changes(of: Changes, words: Words, numerals: Numerals) -> Chart | None:
    """The largest price changes in percent, rises first."""
    moves = [(change, percent) for change in (*of.dearer, *of.cheaper) if (percent := tables.moved(change))]
    moves.sort(key=lambda move: (-abs(move[1]), move[0].name, move[0].product_id))
    shown = sorted(moves[:_MOST_BARS], key=lambda move: -move[1])
    bars = [
        Bar(name=_name(change.name), numbers={"percent": float(percent)}, note=_from_to(change, numerals))
        for change, percent in shown
    ]
    note = words.chart_changes_note.format(numerals.minute(of.since))
    return _chart(ChartKind.CHANGES, words.chart_changes, note, bars, tables.changes(of, words, numerals))


def _chart(
    kind: ChartKind, title: str, note: str, bars: Sequence[Bar], table: Table, currency: str | None = None
) -> Chart | None:
    if not bars:
        return None
    shown = tuple(bars[:_MOST_BARS])
    notes = "; ".join(f"{bar.name}: {bar.note}" for bar in shown)
    return Chart(
        kind=kind, title=title, note=note, currency=currency, bars=shown, description=f"{note} {notes}", table=table
    )


def _name(text: str) -> str:
    return plain(text, _LONGEST_NAME)


def _from_to(change: Change, numerals: Numerals) -> str:
    prices = (change.old_price, change.new_price)
    return " → ".join(numerals.money(price, change.currency) for price in prices if price is not None)
