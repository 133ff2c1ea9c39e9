"""Whatever somebody does to a store by hand, `reconcile` finds it by content, repairs it, and finds nothing again."""

import pytest

from integrations.records import sqlite
from magicai.ports import Projection
from magicai.stores.entity import STORES, Entity, Held, Relation
from magicai.stores.reconcile import reconcile
from magicai.stores.relay import drain

from .by_hand import BY_HAND
from .implementations import IMPLEMENTATIONS, REAL, Place

MANY = 100


def entity(place: int) -> Entity:
    return Entity(
        kind="product",
        entity_id=f"{place:04}",
        owner_id="o",
        title=f"Kettle {place}",
        text="A kettle of tin 水壶",
        url=f"https://shop.example/{place}",
        data={"price": "5.00"},
        relations=(Relation("OF_BRAND", "brand", "acme", "Acme"), Relation("SOLD_BY", "shop", "s", "Shop")),
        stores=STORES,
    )


def ids(start: int) -> list[str]:
    return [f"{place:04}" for place in range(start, start + MANY)]


async def everything(projection: Projection) -> list[Held]:
    found: list[Held] = []
    after = ("", "")
    while page := await projection.held(after=after):
        found += page
        after = (page[-1].kind, page[-1].entity_id)
    return found


def test_of_every_implementation_somebody_has_tried_it_by_hand() -> None:
    assert set(BY_HAND) == set(REAL)


@pytest.mark.parametrize("name", REAL)
async def test_100_removed_100_changed_and_100_added_by_hand_are_mended(
    name: str, place: Place, projection: Projection
) -> None:
    store = IMPLEMENTATIONS[name].store
    records = sqlite.open(place.home / "records.sqlite3")
    await records.entities.save([entity(n) for n in range(4 * MANY)])
    assert await drain(records, {store: projection}, limit_s=200, ignore_backoff=True) == {store: 0}
    truth = await everything(projection)
    assert len(truth) == 4 * MANY

    await BY_HAND[name](place, ids(0), ids(MANY), ids(1000))
    found = await reconcile(records, {store: projection})
    missing = 0 if store == "cache" else MANY
    assert found.stores[store].as_json() == {
        "missing": missing,
        "stale": MANY,
        "orphaned": MANY,
        "repaired": missing + 2 * MANY,
        "set_aside": 0,
    }
    assert await everything(projection) == truth
    again = await reconcile(records, {store: projection})
    assert (again.differences, again.down) == (0, [])
    await records.close()
