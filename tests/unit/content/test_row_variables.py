"""Ordinary tables: their columns are the template's variables, by whatever usual name, and prices have a currency."""

import pytest

from magicai.content.assessment import assess
from magicai.content.brief import brief_of, compose
from magicai.content.content_types import built_in
from magicai.content.row_variables import RowReader
from magicai.content.rows import rows_of
from magicai.content.template import parse_template
from magicai.content.text import plain, written
from magicai.errors import Invalid
from magicai.messages import say
from magicai.runs.run import JSON

PRODUCT = built_in()["product-description", "en"]


def read(table: str) -> tuple[list[JSON], list[str]]:
    """The variables of a table's rows, and what is said of them."""
    reader = RowReader(PRODUCT)
    rows = [reader.read(row) for row in rows_of(table.encode())]
    for row in rows:
        reader.look_at(row)
    return rows, [*map(str, reader.problems())]


def test_thirty_ordinary_rows_are_facts_blocks_of_which_nothing_is_flagged() -> None:
    lines = [f"Mug {n},{n},EUR,blue,{'SML'[n % 3]}" for n in range(1, 31)]
    rows, said = read("\n".join(["name,price,currency,colour,size", *lines]))
    assert (len(rows), said) == (30, [])
    for n, row in enumerate(rows, start=1):
        brief = brief_of(PRODUCT, row)
        blocks = compose(brief)
        assert written(blocks) == f"# Mug {n}\n\n- Price: {n} EUR\n- Colours: blue\n- Size: {'SML'[n % 3]}"
        assert assess(blocks, brief).marked == ()


def test_given_variables_are_read_as_a_row_is_and_unknown_ones_are_refused() -> None:
    def given(**variables: object) -> JSON:
        return dict(brief_of(PRODUCT, RowReader(PRODUCT).read_given(variables)).variables)

    assert given(name="Mug", price=14.5, currency="EUR") == {"name": "Mug", "price": "14.5 EUR"}
    with pytest.raises(Invalid, match="several values: 14 EUR, 15 EUR"):
        given(name="Mug", price="14 EUR", Price="15 EUR")
    with pytest.raises(Invalid, match="no variable 'nmae'"):
        given(name="Mug", nmae="Cup")


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        ("Name,Price,Currency,Color,Size", "Mug,39,EUR,blue,M"),
        ("Title,Price (EUR),Colours,size", "Mug,39,blue,M"),
        ("Produkt,Preis,Währung,colour,Size", "Mug,39,eur,blue,M"),
        ("product name,price_eur,Colour,SIZES", "Mug,39,blue,M"),
        ("name,price,colour,size", "Mug,39 EUR,blue,M"),
        ("name,price,currency,colour,size", "Mug,39 EUR,EUR,blue,M"),
    ],
)
def test_columns_are_known_by_the_names_that_tables_give_them(header: str, cells: str) -> None:
    (row,), said = read(f"{header}\n{cells}\n")
    assert (row, said) == ({"name": "Mug", "price": "39 EUR", "colors": "blue", "size": "M"}, [])


@pytest.mark.parametrize(
    ("cell", "price"),
    [
        ("39.90", "39.90 EUR"),
        ("39,90", "39.90 EUR"),
        ("€39", "€39"),
        ("39 eur", "39 eur"),
        ("from 14", "from 14 EUR"),
        ("14-20", "14-20 EUR"),
        ("14 / 500 g", "14 EUR / 500 g"),
        ("14 each, pack of 3", "14 each, pack of 3 (EUR)"),
        ("2 for 25", "2 for 25 (EUR)"),
        ("-20%", "-20%"),
        ("on request", "on request"),
    ],
)
def test_an_amount_is_read_as_product_lists_read_it(cell: str, price: str) -> None:
    (row,), _ = read(f"name;price;currency\nMug;{cell};EUR\n")
    assert row["price"] == price


def test_a_price_without_a_currency_is_told_and_gets_none() -> None:
    (row,), said = read("name,price\nMug,39\n")
    assert (row["price"], said) == ("39", ["price 39 has no currency."])
    assert "- Price: 39\n" in written(compose(brief_of(PRODUCT, {**row, "size": "M"})))
    rows, said = read("name,price,currency\nMug,39,FOO\nJug,40,\nCup,9,EUR\n")
    assert [row["price"] for row in rows] == ["39", "40", "9 EUR"]
    assert said == ["'FOO' is not a currency.", "2 prices have no currency, the first being price 39."]


@pytest.mark.parametrize(
    ("table", "values"),
    [
        ("name,price,Price\nMug,39 EUR,42 EUR\n", "39 EUR, 42 EUR"),
        ("name,price,currency\nMug,39 USD,EUR\n", "39 USD, 39 EUR"),
        ("name,price,currency\nMug,€39,USD\n", "€39, 39 USD"),
        ("name,price,currency,Währung\nMug,39,EUR,USD\n", "39 EUR, 39 USD"),
        ("name,price_eur,currency\nMug,39,USD\n", "39 EUR, 39 USD"),
    ],
)
def test_columns_that_disagree_are_told_with_their_values(table: str, values: str) -> None:
    (row,), _ = read(table)
    with pytest.raises(Invalid, match=f"The variable price has several values: {values}") as refused:
        brief_of(PRODUCT, row)
    assert refused.value.way_out == "Give one of them."
    (row,), _ = read("name,price,Price\nMug,39 EUR,39 EUR\n")
    assert row["price"] == "39 EUR"


@pytest.mark.parametrize(
    ("currency", "price"),
    [("€", "39 EUR"), ("£", "39 GBP"), ("人民币", "39 CNY"), ("美元", "39 USD"), ("euro", "39 EUR")],
)
def test_a_currency_is_known_by_its_sign_and_its_name(currency: str, price: str) -> None:
    (row,), said = read(f"name,price,currency\nMug,39,{currency}\n")
    assert (row["price"], said) == (price, [])


def test_a_sign_of_several_currencies_is_none_of_them() -> None:
    (row,), said = read("name,price,currency\nMug,39,$\n")
    assert row["price"] == "39"
    assert said[0] == "'$' is the sign of several currencies."
    (row,), said = read("name,price,currency\nMug,$39,CAD\n")
    assert (row["price"], said) == ("39 CAD", [])


def test_yuan_are_yuan_in_a_chinese_template() -> None:
    reader = RowReader(built_in()["product-description", "zh"])
    for sign in ("元", "¥"):
        assert reader.read({"名称": "杯子", "价格": "39", "币种": sign})["price"] == "39 CNY"
    assert [*reader.problems()] == []


def test_a_table_s_numbers_are_values_of_text() -> None:
    row = RowReader(PRODUCT).read({"name": 2026, "price": 39.5, "currency": "EUR", "weight": 1.2, "size": 42.0})
    brief = brief_of(PRODUCT, {**row, "colors": 7, "features": [350, "Holds 0.35 l"]})
    assert brief.variables == {
        "name": "2026", "price": "39.5 EUR", "weight": "1.2", "size": "42", "colors": ["7"],
        "features": ["350", "Holds 0.35 l"],
    }  # fmt: skip
    assert brief_of(PRODUCT, {"name": "Mug", "weight": 0.1 + 0.2}).variables["weight"] == "0.3"
    with pytest.raises(Invalid, match="The variable weight"):
        brief_of(PRODUCT, {"name": "Mug", "weight": True})


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("x<y and y>z", "x<y and y>z"),
        ("a<b and c>d", "a<b and c>d"),
        ("Size <M> or <L>", "Size <M> or <L>"),
        ("Size &lt;M&gt;", "Size <M>"),
        ("Size <s> mug", "Size <s> mug"),
        ("Vitamin <b> & <i>", "Vitamin <b> & <i>"),
        ("Glazed by hand.\nSalt & pepper.", "Glazed by hand.\nSalt & pepper."),
        ("&lt;p&gt;Mug&lt;/p&gt;", "Mug"),
        ("<p class=lead>Mug</p>", "Mug"),
        ("<script>x()</script>", ""),
    ],
)
def test_what_only_looks_like_markup_stays(cell: str, text: str) -> None:
    assert RowReader(PRODUCT).read({"notes": cell})["notes"] == text


def test_of_columns_about_the_same_the_surest_counts_and_the_others_are_named() -> None:
    (row,), said = read("Title,Bezeichnung,SKU,Shelf\nMug,Becher,7,B\n")
    assert row == {"name": "Mug", "sku": "7"}
    assert said == ["The template product-description does not use the columns shelf, bezeichnung."]


def test_markup_of_a_cell_is_read_as_its_text() -> None:
    (row,), _ = read('name,features\n"<b>Mug</b> &amp; lid","<ul><li>Holds 0.35 l</li></ul><script>x()</script>"\n')
    assert row == {"name": "Mug & lid", "features": "Holds 0.35 l"}


@pytest.mark.parametrize(
    ("cell", "features", "notes"),
    [
        ("<ul><li>two pockets</li><li>washable</li></ul>", "two pockets; washable", "two pockets\nwashable"),
        ("<p>two pockets<p>washable", "two pockets; washable", "two pockets\nwashable"),
        ("&lt;li&gt;two pockets&lt;/li&gt;&lt;li&gt;washable&lt;/li&gt;", "two pockets; washable", None),
        ("<dl><dt>Weight</dt><dd>3 kg</dd><dt>For:</dt><dd>tea</dd></dl>", "Weight: 3 kg; For: tea", None),
        ("<p>Two pockets</p><img src=a.png alt='A blue mug'>", "Two pockets; A blue mug", None),
        ("<p>5 &lt; 6</p>", "5 < 6", "5 < 6"),
    ],
)
def test_items_and_descriptions_of_a_cell_do_not_run_together(cell: str, features: str, notes: str | None) -> None:
    row = RowReader(PRODUCT).read({"features": cell, "notes": cell})
    assert row["features"] == features
    assert row["notes"] == (notes or features.replace("; ", "\n"))


@pytest.mark.parametrize("cell", ["", " ", None])
def test_an_empty_currency_is_called_empty(cell: str | None) -> None:
    reader = RowReader(PRODUCT)
    reader.read({"name": "Mug", "price": "14", "currency": cell})
    assert [*reader.problems()] == [say("row_currency_empty")]


def test_a_column_named_as_a_variable_is_that_whatever_else_it_may_be_called() -> None:
    source = "---\nname: n\nlanguage: en\ntitle: N\nvariables: {price: {}, currency: {}, titel: {}}\n---\n"
    row = RowReader(parse_template(source)).read({"Price": "39", "Currency": "EUR", "Titel": "Mug"})
    assert row == {"price": "39", "currency": "EUR", "titel": "Mug"}


def test_a_record_of_100_000_characters_is_a_facts_block() -> None:
    given = {"name": "Mug", "features": [f"Feature {n}: {'x' * 80} {n} cm" for n in range(1_000)]}
    text = plain(compose(brief_of(PRODUCT, given)))
    assert len(text) > 90_000
