"""The benchmark of single pages counts what is right, wrong, missing and invented."""

import json
from pathlib import Path

import pytest

from benchmarks.page_quality import measure, ours, structured

PAGE = (
    '<html lang=en-US><title>Lamp</title><body><script type="application/ld+json">'
    '{{"@type": "Product", "name": "Lamp", "offers": {{"price": "{price}", "priceCurrency": "USD",'
    ' "availability": "https://schema.org/InStock"}}}}</script><h1>Lamp</h1><p>Item # 40528</p></body></html>'
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    truth = {"name": ["Lamp"], "price": ["12.00"], "currency": ["USD"], "availability": ["in_stock"], "brand": None}
    lines: list[str] = []
    for page, price in (("right.html", "12.00"), ("wrong.html", "13.00")):
        (tmp_path / page).write_text(PAGE.format(price=price))
        lines.append(json.dumps({"page": page, "url": f"https://shop.example/{page}", "sku": ["40528"], **truth}))
    (tmp_path / "truth.jsonl").write_text("\n".join(lines))
    return tmp_path


def test_f1_counts_right_given_and_expected_values(folder: Path) -> None:
    tallies = measure(folder, ours)
    assert (tallies["name"].f1, tallies["price"].f1, tallies["sku"].f1) == (1.0, 0.5, 1.0)
    assert (tallies["brand"].given, tallies["brand"].expected, tallies["brand"].wrong) == (0, 0, [])
    assert tallies["out_of_stock"].expected == 0
    assert tallies["price"].wrong == [("wrong.html", "13.00", ["12.00"])]


def test_structured_data_alone_are_the_other_side(folder: Path) -> None:
    tallies = measure(folder, structured)
    assert [tallies[name].f1 for name in ("name", "price", "availability", "sku")] == [1.0, 0.5, 1.0, 0.0]
