"""What changed since the last crawl, by name: what the report's first screen shows beside its findings."""

from collections.abc import Sequence

from magicai.shops.analysis import Change, ChangeKind, Changes
from magicai.shops.report import tables
from magicai.shops.report.numerals import Numerals
from magicai.shops.report.report_model import Changed, ChangedProduct, Tone
from magicai.shops.report.vocabulary import Words

_NAMED = 5
_TONES = {ChangeKind.DEARER: Tone.UP, ChangeKind.CHEAPER: Tone.DOWN}


def changed(of: Changes, words: Words, numerals: Numerals) -> tuple[Changed, ...]:
    """Each kind of change that there is: new, gone, sold out, back in stock, and prices, the largest changes first."""
    kinds: tuple[tuple[ChangeKind, Sequence[Change]], ...] = (
        (ChangeKind.NEW, of.new),
        (ChangeKind.GONE, of.gone),
        (ChangeKind.SOLD_OUT, of.sold_out),
        (ChangeKind.BACK, of.back),
        (ChangeKind.DEARER, of.dearer),
        (ChangeKind.CHEAPER, of.cheaper),
    )
    return tuple(_changed(kind, changes, words, numerals) for kind, changes in kinds if changes)


def _changed(kind: ChangeKind, changes: Sequence[Change], words: Words, numerals: Numerals) -> Changed:
    by_size = sorted(changes, key=lambda change: -abs(tables.moved(change) or 0)) if kind in _TONES else changes
    more = len(changes) - _NAMED
    return Changed(
        label=words.changed[kind],
        count=numerals.count(len(changes)),
        tone=_TONES.get(kind, Tone.PLAIN),
        products=tuple(
            ChangedProduct(name=tables.name(change.name, change.url), note=_note(change, numerals))
            for change in by_size[:_NAMED]
        ),
        more=words.more_products.format(numerals.count(more)) if more > 0 else "",
    )


def _note(change: Change, numerals: Numerals) -> str:
    if change.kind in _TONES:
        prices = (change.old_price, change.new_price)
        return " → ".join(numerals.money(price, change.currency) for price in prices if price is not None)
    price = change.old_price if change.kind is ChangeKind.GONE else change.new_price
    return "" if price is None else numerals.money(price, change.currency)
