"""The columns of a row as variables of a template: by its names and titles, and by what shops call their columns."""

import re
from collections.abc import Iterator
from functools import cached_property
from typing import Any

from magicai.content.facts_block import title_of
from magicai.content.markup import paragraphs
from magicai.content.row_prices import Prices, is_shared
from magicai.content.rows import variable_name
from magicai.content.template import Template
from magicai.messages import Message, say
from magicai.runs.run import JSON
from magicai.shops.columns import column_of, key_of

_PRICES = ("price", "list_price", "sale_price")
_BARE_NUMBER = re.compile(r"[\d.,'’\s]+")
SKU = "sku"
"""Whose text it is: of each row, also where its template has no such variable."""
_BESIDE = ("currency", SKU)  # what is read of a row without being a variable
_SHOWN = 20  # names of columns
_EXACT, _ALIKE, _ABOUT_THE_SAME = 0, 1, 2


class RowReader:
    """Reads the rows of a file for a template, and keeps what people should know of them."""

    def __init__(self, template: Template) -> None:
        self._template = template
        self._columns = _Columns(template)
        self._prices = Prices(template.language)
        self._ignored: dict[str, None] = {}
        self._no_currencies: dict[str, None] = {}
        self._bare_price, self._bare_prices = "", 0

    def read(self, row: JSON) -> JSON:
        """The variables of a row, and its SKU; where columns of one name disagree, all of their values."""
        variables: JSON = {}
        currencies = self._currencies_of(row)
        for name, cells in self._by_variable(row).items():
            surest = min(rank for rank, _, _ in cells)
            is_list = self._template.variables[name].get("type") == "array"
            values: list[Any] = []
            for rank, called, cell in cells:
                if rank > surest:
                    self._ignored.setdefault(variable_name(called))
                    continue
                value = _text_of(cell, is_list=is_list) if isinstance(cell, str) else cell
                stated = dict.fromkeys(filter(None, (column_of(called).currency, *currencies)))
                read = self._prices.with_currency(value, [*stated]) if self._columns.is_price(name) else (value,)
                values += [one for one in read if one not in values]
            variables[name] = values[0] if len(values) == 1 else values
        skus = (cell for called, cell in row.items() if column_of(called).field == SKU and cell not in (None, ""))
        if SKU not in variables and (sku := next(skus, None)) is not None:
            variables[SKU] = str(sku).strip()
        return variables

    def read_given(self, variables: JSON) -> JSON:
        """Variables that somebody named, read as a row; what the template has no variable for stays, to be refused."""
        other = {name: value for name, value in variables.items() if not self._is_read(name)}
        return {**self.read({name: variables[name] for name in variables if name not in other}), **other}

    def variable_of(self, called: str) -> str:
        """The variable that a column is, or `currency` of the prices, or `sku`; "" where it is none."""
        field = column_of(called).field
        return self._columns.variable(called)[0] or (field if field in _BESIDE else "")

    def look_at(self, variables: JSON) -> None:
        """Note which prices have no currency."""
        for name, value in variables.items():
            if self._columns.is_price(name) and _is_bare(value):
                self._bare_price = self._bare_price or f"{name} {value}"
                self._bare_prices += 1

    def problems(self) -> Iterator[Message]:
        """What to say of the rows so far."""
        if self._ignored:
            names = [*self._ignored]
            shown = ", ".join(names[:_SHOWN]) + (" …" if names[_SHOWN:] else "")
            has = ", ".join(self._template.variables)
            yield say("columns_ignored", template=self._template.name, columns=shown, variables=has)
        for sign in self._no_currencies:
            if not sign:
                yield say("row_currency_empty")
            else:
                yield say("currency_sign_shared" if is_shared(sign) else "currency_unknown", sign=sign)
        if self._bare_price:
            yield say("row_prices_without_currency", n=self._bare_prices, price=self._bare_price)

    def _is_read(self, called: str) -> bool:
        return bool(self._columns.variable(called)[0]) or column_of(called).field in _BESIDE

    def _by_variable(self, row: JSON) -> dict[str, list[tuple[int, str, Any]]]:
        """Its cells by variable, each with how surely it is that, and its column."""
        found: dict[str, list[tuple[int, str, Any]]] = {}
        for called, cell in row.items():
            name, rank = self._columns.variable(called)
            if name:
                found.setdefault(name, []).append((rank, called, cell))
            elif column_of(called).field not in _BESIDE:
                self._ignored.setdefault(variable_name(called))
        return found

    def _currencies_of(self, row: JSON) -> list[str]:
        """The currencies that its columns name: more than one where they disagree."""
        found: list[str] = []
        for called, cell in row.items():
            if (column := column_of(called)).currency and not column.field:
                found.append(column.currency)  # as eBay writes it into the name of another column
            elif column.field == "currency" and not self._columns.variable(called)[0]:
                if cell is not None and (code := self._prices.currency(str(cell))):
                    found.append(code)
                else:
                    self._no_currencies.setdefault("" if cell is None else str(cell).strip()[:_SHOWN])
        return found


class _Columns:
    """Which variable of a template a column is."""

    def __init__(self, template: Template) -> None:
        self._template = template
        self._known: dict[str, tuple[str, int]] = {}

    def variable(self, called: str) -> tuple[str, int]:
        """The variable, and how surely: the lower, the surer; "" where it is none."""
        if called not in self._known:
            self._known[called] = self._variable(called)
        return self._known[called]

    def is_price(self, name: str) -> bool:
        """Whether a variable is an amount of money."""
        return "price" in name.split("_") or column_of(name).field in _PRICES

    def _variable(self, called: str) -> tuple[str, int]:
        if (name := variable_name(called)) in self._template.variables:
            return name, _EXACT
        if (name := self._alike.get(_folded(called))) is not None:
            return name, _ALIKE
        column = column_of(called)
        name = self._about.get(column.field) if column.field else None
        return (name, _ABOUT_THE_SAME + column.rank) if name is not None else ("", 0)

    @cached_property
    def _alike(self) -> dict[str, str]:
        named = [(title_of(name, schema), name) for name, schema in self._template.variables.items()]
        return {_folded(called): name for called, name in (*named, *((name, name) for _, name in named))}

    @cached_property
    def _about(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for name in self._template.variables:
            found.setdefault(column_of(name).field, name)
        return found


def _folded(called: str) -> str:
    """A name in one number, and in one of two spellings."""
    return key_of(called).removesuffix("s").replace("colour", "color")


def _is_bare(value: Any) -> bool:
    is_one = isinstance(value, str | int | float) and not isinstance(value, bool)
    return is_one and _BARE_NUMBER.fullmatch(str(value)) is not None


def _text_of(cell: str, *, is_list: bool) -> str:
    """A cell's text without its markup, each paragraph and item of it by itself; `x<y and y>z` and `<M>` are none."""
    return cell if "<" not in cell and "&" not in cell else ("; " if is_list else "\n").join(paragraphs(cell))
