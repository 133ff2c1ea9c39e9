"""What a run would take the columns of a file for: seen before it runs, changed, remembered, and only one's own."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from integrations.open import Ports
from magicai.ports import Spender, TextModel
from magicai.runs.column_mappings import remember, source_of_header
from magicai.runs.proposing_columns import ProposedColumn, ProposedColumns
from tests.api.conftest import Api
from tests.api.test_both_ways_catalogue import Run, run  # noqa: F401 # pyright: ignore[reportUnusedImport] - a fixture
from tests.api.test_uploads import _handed_in as handed_in  # pyright: ignore[reportPrivateUsage]
from tests.scripted import ScriptedText

ROWS = b"Bezeichnung;Kosten;Ref\nKanne;12,50 EUR;K-1\nTopf;9,00 EUR;K-2\n"
PREVIEW = "/api/previews/product-list"


async def previewed(api: Api, headers: dict[str, str], **body: Any) -> Any:
    answer = await api.http.post(PREVIEW, headers=headers, json=body)
    return answer.json() if answer.status_code == 200 else (answer.status_code, answer.json()["message"]["code"])


async def test_a_preview_shows_columns_and_rows_and_keeps_nothing(api: Api) -> None:
    ann, bob = await api.bearer(), await api.bearer("bob")
    file_id = (await handed_in(api, ann, ROWS)).json()["file_id"]
    made = await previewed(api, ann, file=file_id, columns={"Kosten": "price"})
    assert [(one["name"], one["field"], one["by"]) for one in made["columns"]] == [
        *(("Bezeichnung", "name", "name"), ("Kosten", "price", "mapping"), ("Ref", "sku", "name")),
    ]
    assert made["rows"][0] == {"name": "Kanne", "price": "12.50", "currency": "EUR", "sku": "K-1"}
    assert {"gtin", "attribute", "ignore"} <= {*made["fields"]}
    for path in ("/api/runs", "/api/products", "/api/column-mappings"):
        assert (await api.http.get(path, headers=ann)).json()["items"] == []
    assert await previewed(api, bob, file=file_id) == (422, "uploaded_file_not_found")
    assert await previewed(api, ann) == (422, "body_values_invalid")
    assert await previewed(api, ann, shop="https://a.example") == (422, "preview_without_file")
    assert await previewed(api, ann, file=file_id, columns={"Ref": "colour"}) == (422, "body_values_invalid")
    answer = await api.http.post(f"{PREVIEW}?propose=true", headers=ann, json={"file": file_id})
    assert (answer.status_code, answer.json()["message"]["code"]) == (422, "column_model_unavailable")


async def test_a_remembered_mapping_is_used_until_it_is_forgotten_and_is_its_owners_alone(api: Api) -> None:
    ann, bob = await api.bearer(), await api.bearer("bob")
    source = source_of_header(["Bezeichnung", "Kosten", "Ref"])
    mine = {"owner_id": "id-ann", "reader": "product-list", "source": source, "file": "old.csv"}
    await remember(api.records, columns={"Kosten": "price"}, **mine)
    (kept,) = (await api.http.get("/api/column-mappings", headers=ann)).json()["items"]
    assert (kept["columns"], kept["file"], kept["reader"]) == ({"Kosten": "price"}, "old.csv", "product-list")
    file_id = (await handed_in(api, ann, ROWS)).json()["file_id"]
    made = await previewed(api, ann, file=file_id, columns={"Ref": "gtin"})
    assert (made["mapping_id"], made["rows"][0]["price"]) == (kept["mapping_id"], "12.50")
    assert [one["field"] for one in made["columns"]] == ["name", "price", "gtin"]

    path = f"/api/column-mappings/{kept['mapping_id']}"
    assert (await api.http.get("/api/column-mappings", headers=bob)).json()["items"] == []
    assert (await api.http.delete(path, headers=bob)).status_code == 404
    assert (await api.http.delete(path, headers=ann)).status_code == 204
    assert (await previewed(api, ann, file=file_id))["mapping_id"] == ""


async def test_the_command_previews_by_a_mapping(run: Run, tmp_path: Path) -> None:  # noqa: F811
    file = tmp_path / "list.csv"
    file.write_bytes(ROWS)
    words = ("run", "product-list", "--file", str(file), "--preview")
    status, out, err = await run(*words, "--map", "Kosten=price", "--map", "Ref=ignore")
    assert status == 0, err
    assert out.splitlines()[1:] == [
        "Bezeichnung  name    name     Kanne · Topf",
        "Kosten       price   mapping  12,50 EUR · 9,00 EUR",
        "Ref          ignore  mapping  K-1 · K-2",
        "",
        "NAME   PRICE  CURRENCY",
        "Kanne  12.50  EUR",
        "Topf   9.00   EUR",
    ]
    assert err == "Preview of the whole file: 2 rows.\n"
    status, out, err = await run(*words, "--json")
    assert (status, json.loads(out)["columns"][1]["by"]) == (0, "nobody")
    assert (await run(*words, "--map", "Ref=colour"))[0] == 2
    assert "list.csv has no column Preis, which is mapped." in (await run(*words, "--map", "Preis=price"))[2]
    assert (await run("runs", "--json"))[1].strip() in ("", "[]")


async def test_the_command_shows_what_a_model_proposes_and_reads_nothing_so(
    run: Run,  # noqa: F811
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    file = tmp_path / "list.csv"
    file.write_bytes(ROWS)

    async def text_model(_: Ports, spender: Spender, *, models: Sequence[str] = ()) -> TextModel:
        assert (spender.owner_id, spender.role, models) == ("id-ann", "writer", ())
        said = ProposedColumns(columns=[ProposedColumn(column="Kosten", field="price")])
        return ScriptedText([said], name="openai:gpt-4o")

    monkeypatch.setattr(Ports, "text_model", text_model)
    status, out, err = await run("run", "product-list", "--file", str(file), "--propose")
    assert status == 0, err
    assert "Kosten       price?  model  12,50 EUR · 9,00 EUR" in out
    assert "12.50" not in out


async def test_rows_of_texts_and_stock_are_previewed_and_mapped_too(run: Run, tmp_path: Path) -> None:  # noqa: F811
    rows, stock = tmp_path / "rows.csv", tmp_path / "stock.csv"
    rows.write_text("Teil,Stoff,Kosten (EUR)\nSchürze,Leinen,39\n")
    words = ("run", "generate-content", "product-description", "--variables", str(rows), "--preview", "--json")
    status, out, err = await run(*words, "--map", "Teil=name", "--map", "Stoff=material", "--map", "Kosten (EUR)=price")
    assert status == 0, err
    made = json.loads(out)
    assert made["rows"] == [{"name": "Schürze", "material": "Leinen", "price": "39 EUR"}]
    assert (await run(*words, "--map", "Teil=nothing"))[0] == 2
    stock.write_text("Teil;Bestand heute\nTEA-1;12\nTEA-2;viele\n")
    words = ("inventory", "import", str(stock), "--map", "Teil=sku", "--map", "Bestand heute=quantity")
    status, out, _ = await run(*words, "--preview", "--json")
    assert (status, json.loads(out)["rows"]) == (0, [{"sku": "TEA-1", "quantity": "12"}])
    assert (await run("inventory", "list"))[1] == ""
    assert (await run(*words))[0] == 3
    _, _, err = await run("inventory", "import", str(stock))
    assert "Read by your mapping: Teil = sku, Bestand heute = quantity" in err
    assert "TEA-1" in (await run("inventory", "list"))[1]
    status, out, _ = await run("columns", "list", "--json")
    (kept,) = map(json.loads, out.splitlines())
    assert kept["source"] == source_of_header(["Bestand heute", "Teil"])
    assert (await run("columns", "forget", kept["mapping_id"]))[:2] == (0, "Forgot 1 mappings.\n")
    assert (await run("columns", "forget", kept["mapping_id"]))[0] == 2


async def test_mappings_are_erased_with_their_owner(api: Api) -> None:
    await remember(api.records, owner_id="id-ann", reader="inventory", source="s", file="a.csv", columns={"a": "sku"})
    await api.records.erasing.remove("id-ann")
    assert "id-ann" not in await api.records.erasing.owners()
