"""How well single pages of real shops are read: `python -m benchmarks.page_quality FOLDER [--wrong]`.

The folder holds pages and `truth.jsonl`, a line for each: `page`, `url`, and of the fields of `FIELDS` those that a
reader can tell from what the page shows, each a list of spellings or null where the page does not state it. Beside ours
stands what structured data alone give: extruct, its first product.
"""

import argparse
import json
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, cast

import extruct  # pyright: ignore[reportMissingTypeStubs]

from magicai.shops.extraction import read_page, settle_sign
from magicai.shops.extraction.json_values import each
from magicai.shops.merging import merge
from magicai.shops.product import Availability

FIELDS = ("name", "price", "currency", "availability", "sku", "brand")
SOLD_OUT = "out_of_stock"
_NOT_WORD = re.compile(r"[\W_]+")
_NUMBER = re.compile(r"\d[\d.,]*")
_TYPES = ("Product", "ProductGroup", "http://schema.org/Product", "https://schema.org/Product")
Values = dict[str, str | None]


@dataclass(slots=True)
class Tally:
    """How often a field was right, wrong or not given where the truth has one, and given where it has none."""

    right: int = 0
    given: int = 0
    expected: int = 0
    wrong: list[tuple[str, str | None, Any]] = field(default_factory=lambda: [])

    def add(self, page: str, value: str | None, truth: list[str] | None, *, right: bool) -> None:
        """Count one value against its truth."""
        self.given += value is not None
        self.expected += truth is not None
        self.right += right
        if not right and (value, truth) != (None, None):
            self.wrong.append((page, value, truth))

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall; 0 where nothing is right."""
        return 2 * self.right / (self.given + self.expected) if self.right else 0.0


def ours(body: bytes, url: str) -> Values:
    """What a crawl would make of this page alone."""
    own = [stated for stated in read_page(body, url=url, content_type="text/html").observations if stated.own_page]
    for stated in own:
        settle_sign(stated, set())
    products = merge(own, "")
    if not products:
        return dict.fromkeys(FIELDS)
    product = products[0]
    availability = None if product.availability is Availability.UNKNOWN else product.availability.value
    return {
        "name": product.name,
        "price": None if product.price is None else str(product.price),
        "currency": product.currency,
        "availability": availability,
        "sku": product.sku,
        "brand": product.brand,
    }


def structured(body: bytes, url: str) -> Values:
    """What extruct finds of the page's first product, with its first offer."""
    found: dict[str, Any] = extruct.extract(  # pyright: ignore[reportUnknownMemberType,reportUnknownVariableType]
        body.decode("utf-8", "replace"),
        base_url=url,
        syntaxes=["json-ld", "microdata", "rdfa"],
        uniform=True,
        errors="ignore",
    )
    items = [item for syntax in found.values() for item in syntax if _of(item.get("@type"), _TYPES)]
    item: dict[str, Any] = items[0] if items else {}
    offer = _object(_first(item.get("offers")))
    term = _text(offer.get("availability")).rpartition("/")[2].lower()
    return {
        "name": _text(item.get("name")) or None,
        "price": _text(offer.get("price") or offer.get("lowPrice")) or None,
        "currency": _text(offer.get("priceCurrency")) or None,
        "availability": {"instock": "in_stock", "outofstock": SOLD_OUT, "soldout": SOLD_OUT}.get(term),
        "sku": _text(item.get("sku")) or None,
        "brand": _text(item.get("brand")) or None,
    }


def measure(folder: Path, read: Callable[[bytes, str], Values]) -> dict[str, Tally]:
    """The tally of each field, and of what is sold out as a field of its own."""
    tallies = {name: Tally() for name in (*FIELDS, SOLD_OUT)}
    for line in (folder / "truth.jsonl").read_text("utf-8").splitlines():
        truth: dict[str, Any] = json.loads(line)
        values = read((folder / truth["page"]).read_bytes(), truth["url"])
        for name in FIELDS:
            if name in truth:
                right = any(_is_same(name, values[name], spelling) for spelling in truth[name] or ())
                tallies[name].add(truth["page"], values[name], truth[name], right=right)
        if "availability" in truth:
            expected = truth["availability"] if truth["availability"] == [SOLD_OUT] else None
            value = values["availability"] if values["availability"] == SOLD_OUT else None
            tallies[SOLD_OUT].add(truth["page"], value, expected, right=None not in (value, expected))
    return tallies


def _is_same(name: str, value: str | None, truth: str) -> bool:
    if value is None:
        return False
    if name == "price":
        return _number(value) == Decimal(truth)
    found, expected = (_NOT_WORD.sub(" ", text.casefold()).strip() for text in (value, truth))
    if name != "name" or found == expected:
        return found.replace(" ", "") == expected.replace(" ", "")
    # A maker's name in front, or a slogan behind.
    short, long = sorted((found, expected), key=len)
    return bool(short) and short in long and 2 * len(short) >= len(long)


def _number(text: str) -> Decimal | None:
    written = _NUMBER.search(text)
    try:
        return Decimal(written[0].replace(",", "")) if written else None
    except InvalidOperation:
        return None


def _object(value: Any) -> dict[str, Any]:
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def _first(value: Any) -> Any:
    return next(iter(each(value)), None)


def _of(types: Any, wanted: tuple[str, ...]) -> bool:
    return any(one in wanted for one in each(types))


def _text(value: Any) -> str:
    value = _first(value)
    named = _object(value)
    value = _first(named.get("name") or named.get("@value")) if named else value
    return " ".join(str(value).split()) if value is not None else ""


def main() -> int:
    """Print F1 of each field, ours and of structured data alone."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.page_quality", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--wrong", action="store_true", help="list what is wrong of ours")
    chosen = parser.parse_args()
    sides = {"ours": measure(chosen.folder, ours), "structured data": measure(chosen.folder, structured)}
    print(f"{'field':14}{'pages':>7}" + "".join(f"{side:>18}" for side in sides))
    for name in (*FIELDS, SOLD_OUT):
        tallies = [tallies[name] for tallies in sides.values()]
        print(f"{name:14}{tallies[0].expected:>7}" + "".join(f"{tally.f1:>18.3f}" for tally in tallies))
    for name, tally in sides["ours"].items() if chosen.wrong else ():
        for page, value, truth in tally.wrong:
            print(f"{name}: {page}: {value!r}, not {truth!r}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
