"""Products from the command line: found, edited, undone, exported; the taxonomy from a file."""

import asyncio
import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from integrations.open import open_ports
from magicai.catalogue.product import Origin, OriginKind, SourceStatement, Values
from magicai.cli.subjects.catalogue import categories, products, taxonomy
from tests.api.test_catalogue import TAXONOMY

Run = Callable[..., str]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command in an installation with one product."""
    monkeypatch.setenv("MAGICAI_HOME", str(tmp_path / "home"))
    values = Values(name="Kettle", price=Decimal(20), currency="EUR", sku="K1", brand="Fira", shop="s.example")
    origin = Origin(kind=OriginKind.FILE, source="a.csv", place="a.csv, row 2", at=1)

    async def save() -> None:
        async with open_ports() as ports:
            await ports.catalogue.catalogue.save(
                ports.settings.owner, "r", [SourceStatement(values=values, origin=origin)]
            )

    asyncio.run(save())

    def said(group: Any, *words: str) -> str:
        result = CliRunner().invoke(group, [*words], catch_exceptions=False)
        return result.output

    return said


def test_a_product_is_edited_undone_and_exported(run: Run, tmp_path: Path) -> None:
    product_id = json.loads(run(products, "list", "--json"))["product_id"]
    assert "12.50" in run(products, "edit", product_id, "price=12.50", 'category=["Kitchen"]')
    shown = run(products, "show", product_id)
    assert "a.csv, row 2" in shown
    assert "Version 2 by user:" in shown
    assert "undo 2" in run(products, "undo", product_id)
    file = tmp_path / "products.csv"
    assert f"Wrote 1 products to {file}." in run(products, "export", str(file))
    assert ",20," in file.read_text(encoding="utf-8-sig")
    assert "Deleted 1 products." in run(products, "delete", product_id)
    assert "No products yet" in run(products, "list")


def test_a_taxonomy_comes_from_a_file_where_there_is_no_internet(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "categories.txt"
    file.write_bytes(TAXONOMY)
    assert "version 2026-02: 3 categories" in run(taxonomy, "get", "--from", str(file))
    assert run(taxonomy, "search", "kettles").startswith("hg-11-6 ")
    assert run(categories, "list") == ""
