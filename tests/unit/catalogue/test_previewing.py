"""What a preview says of a list: its columns, its first products, and what to know of it; a mapping changes all."""

import io
import json

from magicai.catalogue.intake.previewing import parts
from magicai.runs.column_mappings import source_of_address, source_of_header
from magicai.runs.file_preview import FileRead

ROWS = "Bezeichnung;Kosten (EUR);Ref;Lager\nKanne;12,50;4006381333930;3\nTopf;9,00;4006381333931;0\n"


def read(body: str, *, columns: dict[str, str] | None = None, most: int = 500, **more: object) -> FileRead:
    options = {"url": "", "currency": "", "at": 1, "columns": columns or {}, "remembered": {}, "most": most, **more}
    (part,) = parts(io.BytesIO(body.encode()), "a.csv", **options)  # pyright: ignore[reportArgumentType]
    (made,) = json.loads(part)
    return FileRead.model_validate(made)


def test_each_column_says_what_it_was_taken_for_and_by_what() -> None:
    made = read(ROWS, columns={"Kosten (EUR)": "price", "Ref": "gtin", "Lager": "ignore"}).preview
    assert [(one.name, one.field, one.by) for one in made.columns] == [
        ("Bezeichnung", "name", "name"),
        ("Kosten (EUR)", "price", "mapping"),
        ("Ref", "gtin", "mapping"),
        ("Lager", "ignore", "mapping"),
    ]
    assert made.columns[0].samples == ("Kanne", "Topf")
    assert made.rows[1] == {"name": "Topf", "price": "9.00", "currency": "EUR", "gtin": "4006381333931"}
    assert {note.code for note in made.notes} == {"gtins_wrong"}
    assert (made.count, made.complete) == (2, True)


def test_without_a_mapping_it_is_said_what_is_missing() -> None:
    made = read("Bezeichnung;Foo;Preis\nKanne;x;12,50\n").preview
    assert [(one.field, one.by) for one in made.columns] == [("name", "name"), ("", "nobody"), ("price", "name")]
    assert {note.code for note in made.notes} == {"prices_without_currency", "columns_not_understood"}
    unknown = read("Foo;Bar\nKanne;12\n").preview
    assert [note.code for note in unknown.notes] == ["product_column_missing", "columns_not_understood"]
    assert unknown.rows == ()
    assert read("Foo;Bar\nKanne;12\n", columns={"Foo": "name", "Bar": "price"}, currency="EUR").preview.rows == (
        {"name": "Kanne", "price": "12", "currency": "EUR"},
    )


def test_what_was_said_of_a_source_holds_for_its_next_file_and_what_is_said_now_precedes_it() -> None:
    names = ["Ref", "Lager", "Kosten (EUR)", "Bezeichnung"]  # in whatever order
    kept = {source_of_header(names): {"Ref": "gtin", "Lager": "ignore"}}
    made = read(ROWS, columns={"Lager": "quantity"}, remembered=kept)
    assert made.mapping == {"Ref": "gtin", "Lager": "quantity"}
    assert read(ROWS.replace("Ref", "Ref 2"), remembered=kept).mapping == {}
    feed = "<rss><item><title>Pot</title><cost>5 EUR</cost></item></rss>"
    url = "https://ann:pw@shop.example/feed.xml?key=secret"
    assert source_of_address(url) == "https://shop.example/feed.xml"
    found = read(feed, url=url, remembered={"https://shop.example/feed.xml": {"cost": "price"}}).preview
    assert found.rows == ({"name": "Pot", "price": "5", "currency": "EUR"},)


def test_a_long_file_is_read_up_to_a_limit_and_a_list_of_addresses_too() -> None:
    rows = "name,price,currency\n" + "".join(f"Cup {n},{n}.50,EUR\n" for n in range(1, 40))
    made = read(rows, most=20).preview
    assert (made.count, made.complete, len(made.rows)) == (20, False, 10)
    listed = read("https://a.example/1\nhttps://a.example/2\n").preview
    assert (listed.columns, listed.rows[1]) == ((), {"url": "https://a.example/2"})
    assert (listed.count, listed.complete) == (2, True)
    assert read(rows, most=0).preview.rows == ()
