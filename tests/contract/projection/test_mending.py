"""Whatever somebody does to a store by hand, `reconcile` finds it by content, repairs it, and finds nothing again."""

import sqlite3
from contextlib import closing

import pytest

from integrations.records import sqlite as sqlite_records
from integrations.sqlite.versions import print_of
from magicai.ports import Projection
from magicai.stores.entity import STORES, Entity, ProjectedEntity, Relation
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


async def everything(projection: Projection) -> list[ProjectedEntity]:
    found: list[ProjectedEntity] = []
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
    records = sqlite_records.open(place.home / "records.sqlite3")
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
        "outdated": 0,
        "set_aside": 0,
    }
    assert await everything(projection) == truth
    again = await reconcile(records, {store: projection})
    assert (again.differences, again.down) == (0, [])
    await records.close()


async def _by_an_earlier_release(place: Place, ids: list[str]) -> None:
    """Bring entries of the search file to the form that they had before there were facets."""
    with closing(sqlite3.connect(place.home / "s.sqlite3")) as file, file:
        for one in ids:
            file.execute("DELETE FROM facets WHERE document = (SELECT id FROM documents WHERE entity_id = ?)", (one,))
            (shown,) = file.execute(
                "SELECT d.kind, d.entity_id, d.owner_id, d.title, d.body, d.url, w.title, w.body FROM documents d"
                " JOIN words w ON w.rowid = d.id WHERE d.entity_id = ?",
                (one,),
            ).fetchall()
            file.execute("UPDATE prints SET print = ? WHERE entity_id = ?", (print_of(*shown), one))


@pytest.mark.parametrize("name", ["sqlite search"])
async def test_what_an_earlier_release_stored_is_told_apart_from_what_somebody_changed(
    name: str, place: Place, projection: Projection
) -> None:
    """After an update, all 132 entries of a search index were stale, and nothing said why."""
    store = IMPLEMENTATIONS[name].store
    records = sqlite_records.open(place.home / "records.sqlite3")
    await records.entities.save([entity(n) for n in range(30)])
    assert await drain(records, {store: projection}, limit_s=200, ignore_backoff=True) == {store: 0}
    truth = await everything(projection)
    await _by_an_earlier_release(place, ids(0)[:10])
    await BY_HAND[name](place, [], ids(0)[20:22], [])
    found = (await reconcile(records, {store: projection})).stores[store]
    assert (found.counts["stale"], found.outdated, found.counts["repaired"]) == (12, 10, 12)
    assert "12 stale, 0 orphaned, 12 repaired (10 of the stale ones were stored by an earlier version" in str(found)
    assert await everything(projection) == truth
    assert (await reconcile(records, {store: projection})).stores[store].outdated == 0
    await records.close()
