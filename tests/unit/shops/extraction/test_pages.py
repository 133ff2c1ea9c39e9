"""Whole pages in the markup of many shop systems and frameworks, and of pages that are no shop's.

Each file begins with what a reader would say of it: its kind, and the products with what they cost.
"""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from magicai.shops.extraction import read_page
from magicai.shops.merging import merge

PAGES = sorted((Path(__file__).parent / "pages").glob("*.html"))


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_reads_what_the_page_shows(path: Path) -> None:
    said = re.match(r"<!--(.*?)-->\s*", path.read_text("utf-8"), re.DOTALL)
    assert said is not None
    expected: dict[str, Any] = json.loads(said[1])
    body = path.read_text("utf-8")[said.end() :].encode()

    reading = read_page(body, url=expected["url"])
    products = [
        {
            "url": product.url,
            "name": product.name,
            "price": None if product.price is None else format(product.price.normalize() + 0, "f"),
            "currency": product.currency,
            "list_price": None if product.list_price is None else format(product.list_price.normalize() + 0, "f"),
            "availability": product.availability.value,
        }
        for product in merge(reading.observations, "")
    ]

    assert reading.kind.value == expected["kind"]
    assert products == expected["products"]
    assert reading.needs_rendering == expected.get("needs_rendering", False)
