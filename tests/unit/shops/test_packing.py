"""What is packed comes back as it was."""

import marshal
from dataclasses import fields
from decimal import Decimal

import pytest

from magicai.shops.packing import packed, unpacked
from magicai.shops.product import Availability, Observation, Rating, Source, Variant

VARIANT = Variant(
    name="red", sku="m-r", gtin="12345670", price=Decimal("9.50"), currency="EUR", list_price=Decimal("1E+3"),
    availability=Availability.BACKORDER,
)  # fmt: skip
WHOLE = Observation(
    url="https://s.test/mug", name="M\u00fcg \ud83d", source=Source.JSON_LD, page_url="https://s.test/p", digest="ab",
    at_us=1, own_page=True, price=Decimal("9.50"), currency="EUR", sign="$", list_price=Decimal(12),
    availability=Availability.IN_STOCK, sku="m", gtin="4006381333931", brand="Arden", category=("Cups", "Mugs"),
    rating=Rating(value=4.5, count=3), images=("https://s.test/a.jpg",), description="A mug.",
    variants=[VARIANT, Variant(name="blue")],
)  # fmt: skip


@pytest.mark.parametrize("stated", [WHOLE, Observation("", "Mug", Source.TABLE)])
def test_comes_back_as_it_was(stated: Observation) -> None:
    back = unpacked(marshal.loads(marshal.dumps(packed(stated))))
    assert back == stated
    assert format(back.price) == format(stated.price)  # nothing is rounded, and no zero lost
    assert [type(getattr(back, field.name)) for field in fields(stated)] == [
        type(getattr(stated, field.name)) for field in fields(stated)
    ]


def test_every_field_is_tried() -> None:
    default = Observation("", "Mug", Source.TABLE)
    assert all(getattr(WHOLE, field.name) != getattr(default, field.name) for field in fields(WHOLE))
