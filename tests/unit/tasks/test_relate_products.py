"""Similar products of a run: as much is read as the run is long, however much the user has."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest

from integrations.search.sqlite import SqliteSearch
from magicai.catalogue.further_results import Pictured
from magicai.catalogue.ports import CatalogueRecords
from magicai.catalogue.product import Origin, OriginKind, SourceStatement, Values
from magicai.catalogue.recommendations.similar import KIND, similar_in
from magicai.errors import Cancelled
from magicai.ports import Records, SearchIndex
from magicai.stores.relay import drain
from tasks.product_list.relate_products import relate_products
from tests.unit.tasks.conftest import Bench

_HELD = 1_500


class CountedEntities:
    """Entities of the records; counts the rows that are read."""

    def __init__(self, entities: Any) -> None:
        self._entities, self.read = entities, 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._entities, name)

    async def listed(self, *words: Any, **more: Any) -> Any:
        page = await self._entities.listed(*words, **more)
        self.read += len(page.items)
        return page

    async def present(self, keys: Sequence[tuple[str, str]]) -> Any:
        self.read += len(keys)
        return await self._entities.present(keys)


class CountedRecords:
    """The records with these entities."""

    def __init__(self, records: Records) -> None:
        self._records, self.entities = records, CountedEntities(records.entities)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._records, name)


class NoEmbedder:
    """Texts that all mean the same."""

    async def embed(self, texts: Sequence[str]) -> Any:
        return np.ones((len(texts), 1), dtype=np.float32)


def stated(number: int, name: str, **values: Any) -> SourceStatement:
    origin = Origin(kind=OriginKind.FILE, source="a.csv", place=f"row {number}", at=1)
    return SourceStatement(values=Values(name=name, sku=f"N{number}", **values), origin=origin)


@pytest.fixture(name="search")
def a_search(tmp_path: Path) -> SearchIndex:
    return SqliteSearch(tmp_path / "search.sqlite3")


async def test_a_run_of_one_product_reads_what_it_can_be_like_and_finds_its_oldest_twin(
    bench: Bench, records: Records, search: SearchIndex
) -> None:
    catalogue = cast("CatalogueRecords", records).catalogue
    (twin, *_) = await catalogue.save(
        "ann",
        "earlier",
        [
            stated(0, "Copper kettle", category=("Kitchen", "Kettles"), brand="Fira"),
            *(stated(n, f"Chair {n}", category=("Room", "Chairs"), brand="Havn") for n in range(1, _HELD)),
        ],
    )
    await drain(records, {"search": search}, limit_s=60)
    (one,) = await catalogue.save(
        "ann", bench.run_id, [stated(_HELD, "Steel kettle", category=("Kitchen", "Kettles"), brand="Fira")]
    )
    counted = CountedRecords(records)
    given = {"catalogue": counted, "search": search, "embedded_embedder": NoEmbedder()}
    related = await relate_products(await bench.step_with_items(records), cast("Pictured", None), **cast("Any", given))
    assert (related.products, related.without) == (1, 0)
    assert counted.entities.read < 600
    (row,) = await records.entities.present([(KIND, one.product_id)])
    assert row.entity is not None
    assert similar_in(row.entity)[0].product_id == twin.product_id
    await search.close()


class CutOnce(NoEmbedder):
    """Texts that all mean the same; the step is cut once."""

    def __init__(self) -> None:
        self.embedded, self.left = 0, 3

    async def embed(self, texts: Sequence[str]) -> Any:
        self.left -= 1
        if not self.left:
            raise Cancelled("run_cancelled")
        self.embedded += len(texts)
        return await super().embed(texts)


async def test_a_long_run_finds_twins_among_all_products_and_goes_on_where_it_was_cut(
    bench: Bench, records: Records, search: SearchIndex
) -> None:
    """Each is compared with some products, by what few of them share, however many there are and however old."""
    catalogue = cast("CatalogueRecords", records).catalogue
    things = [f"{colour}{n} kettle" for n in range(_HELD // 2) for colour in ("copper", "steel")]
    held = await catalogue.save(
        "ann", "earlier", [stated(n, f"{name} deluxe", brand=f"B{n}") for n, name in enumerate(things)]
    )
    mine = await catalogue.save(
        "ann", bench.run_id, [stated(_HELD + n, f"{name} basic", brand=f"B{n}") for n, name in enumerate(things[:600])]
    )
    embedder = CutOnce()
    given = {"catalogue": records, "search": search, "embedded_embedder": embedder}
    with pytest.raises(Cancelled):
        await relate_products(await bench.step_with_items(records), cast("Pictured", None), **cast("Any", given))
    before, embedder.embedded = embedder.embedded, 0
    related = await relate_products(await bench.step_with_items(records), cast("Pictured", None), **cast("Any", given))
    assert (related.products, related.without) == (600, 0)
    rows = await records.entities.present([(KIND, one.product_id) for one in mine])
    twins = {mine[n].product_id: held[n].product_id for n in range(600)}
    found = {row.entity_id: similar_in(row.entity)[0].product_id for row in rows if row.entity is not None}
    assert found == twins
    assert 0 < before < embedder.embedded < _HELD + 600
    await search.close()
