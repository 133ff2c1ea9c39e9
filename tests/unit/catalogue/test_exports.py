"""Products as files that others read."""

import csv
import io
import json
import os
import tempfile
import threading
from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow.parquet as pq
import pytest

from magicai.catalogue.exports import KINDS, file_of, write
from magicai.catalogue.intake.files import entries, opened
from magicai.catalogue.product import Attribute, CatalogueProduct, SourceStatement, Values
from magicai.errors import Invalid
from magicai.shops.product import Availability

EVIL = '=HYPERLINK("https://evil.example";"</script><b>Kettle & pot")'
WHOLE = Values(
    name=EVIL,
    brand="Fira",
    gtin="4006381333931",
    sku="K-1",
    url="https://shop.example/kettle",
    price=Decimal("12.5"),
    currency="EUR",
    list_price=Decimal(15),
    availability=Availability.IN_STOCK,
    category=("Kitchen", "Kettles"),
    images=("https://shop.example/a.jpg", "https://shop.example/b.jpg"),
    attributes=(Attribute(name="volume", kind="quantity", value=1.5, unit="l"),),
)


def written(kind: str, folder: Path, *values: Values) -> Path:
    path = folder / f"products.{kind}"
    with file_of(path) as file:
        file.add([CatalogueProduct(product_id=f"p{n}", owner_id="ann", values=one) for n, one in enumerate(values)])
    return path


def test_no_cell_is_a_formula(tmp_path: Path) -> None:
    with written("csv", tmp_path, WHOLE).open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    assert row["name"] == f"'{EVIL}"
    assert (row["price"], row["attributes"]) == ("12.5", "volume: 1.5 l")
    sheet: Any = openpyxl.load_workbook(written("xlsx", tmp_path, WHOLE)).active
    assert (sheet["B2"].value, sheet["B2"].data_type, sheet["G2"].value) == (EVIL, "s", 12.5)


def test_parquet_has_amounts_as_decimals(tmp_path: Path) -> None:
    table: Any = pq.read_table(written("parquet", tmp_path, WHOLE, Values(name="Pot")))  # pyright: ignore[reportUnknownMemberType]
    assert table["price"].to_pylist() == [Decimal("12.5000"), None]


def test_a_feed_is_read_again_as_it_was_written(tmp_path: Path) -> None:
    path = written("xml", tmp_path, WHOLE, Values(name="Without a price"))
    found = list(entries(opened(io.BytesIO(path.read_bytes()), "f.xml", source="f"), currency="", at=1))
    (one,) = [one for one in found if isinstance(one, SourceStatement)]
    same = {
        name: getattr(one.values, name)
        for name in ("brand", "gtin", "url", "price", "currency", "list_price", "images", "category")
    }
    assert same == {name: getattr(WHOLE, name) for name in same}
    assert len(found) == 1


def test_json_ld_has_what_a_product_and_its_offer_must_have_and_ends_no_script(tmp_path: Path) -> None:
    text = written("jsonld", tmp_path, WHOLE, Values(name="Pot")).read_text()
    assert "</script" not in text
    made = json.loads(text)
    assert made["@context"] == "https://schema.org"
    whole, bare = made["@graph"]
    assert {"@type": "Product", "name": EVIL, "gtin": "4006381333931"}.items() <= whole.items()
    assert whole["image"] == list(WHOLE.images)
    assert whole["offers"] == {
        "@type": "Offer",
        "price": "12.50",
        "priceCurrency": "EUR",
        "availability": "https://schema.org/InStock",
        "url": "https://shop.example/kettle",
    }
    assert set(bare) == {"@type", "@id", "name"}


def open_below(folder: Path) -> list[str]:
    """The files of a folder that this process has open, removed ones too."""
    links = [link for link in Path("/proc/self/fd").iterdir() if link.is_symlink()]
    return [target for link in links if (target := os.path.realpath(link)).startswith(f"{folder}/")]


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="only Linux tells of removed files that are open")
@pytest.mark.parametrize("kind", KINDS)
def test_a_file_that_fails_half_way_leaves_none_open(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    file = file_of(tmp_path / f"products.{kind}")
    file.add([CatalogueProduct(product_id="p", owner_id="ann", values=WHOLE)])
    assert open_below(tmp_path), "else nothing is shown here"
    file.__exit__(OSError, OSError("the disk is full"), None)
    assert open_below(tmp_path) == []


def test_an_unknown_ending_names_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match=r"\.csv, \.xlsx"):
        file_of(tmp_path / "a.pdf")
    assert set(KINDS) == {"csv", "xlsx", "parquet", "xml", "jsonld"}


async def test_many_products_are_written_part_by_part_off_the_event_loop(tmp_path: Path) -> None:
    """A gateway answers others while it makes a file."""
    threads: set[int] = set()

    class Noted(Values, frozen=True):
        """Says where it is read."""

        @property
        def category_path(self) -> tuple[str, ...]:
            threads.add(threading.get_ident())
            return super().category_path

    async def parts() -> AsyncIterator[list[CatalogueProduct]]:
        for start in (0, 2):
            known = [Noted(**dict(WHOLE)) if n % 2 else Values(name="Unpriced") for n in range(start, start + 2)]
            yield [CatalogueProduct(product_id=f"p{n}", owner_id="ann", values=one) for n, one in enumerate(known)]

    for kind in KINDS:
        path = tmp_path / f"products.{kind}"
        assert (await write(path, parts())).products == 4
        assert path.stat().st_size
    assert (await write(tmp_path / "feed.xml", parts())).left_out == 2
    assert threads
    assert threading.get_ident() not in threads
    with pytest.raises(Invalid):
        await write(tmp_path / "products.pdf", parts())
