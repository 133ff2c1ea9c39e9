"""What a run of the main workflow leaves behind, for one that was disturbed and one that was not."""

from collections import Counter
from typing import Any

from integrations.open import Ports
from magicai.shops.brands import shared_brands


async def found(ports: Ports, run_id: str, owner_id: str) -> dict[str, Any]:
    """Everything that a run leaves, without ids and times."""
    crawls = await ports.shops.crawls.of_run(run_id)
    (crawl,) = crawls
    products = [one async for one in ports.shops.products.of_crawl(crawl.crawl_id)]
    stores = {
        store: [one.entity for one in await ports.records.entities.all(store) if one.owner_id == owner_id]
        for store in ports.projections()
    }
    live = {store: [entity for entity in entities if entity is not None] for store, entities in stores.items()}
    held = {store: await ports.projection(store).held(limit=1000) for store in ("search", "vectors", "graph")}
    counts = await ports.shops.crawls.counts(crawl.crawl_id)
    return {
        "products": sorted(
            (product.model_dump(mode="json", exclude={"id", "provenance", "content_hash"}) for product in products),
            key=lambda one: one["name"],
        ),
        "counts": (counts.fetched, counts.failed, counts.refused, counts.products_seen),
        "records": {store: Counter((one.kind, one.title) for one in entities) for store, entities in live.items()},
        "stores": {
            store: sum((one.kind, one.entity_id) in {(e.kind, e.entity_id) for e in live[store]} for one in those)
            for store, those in held.items()
        },
        "search": Counter(hit.title for hit in await ports.search.search("kettle", owner_id=owner_id, limit=50)),
        "nearest": Counter(
            hit.title for hit in await ports.vectors.nearest("a kettle", owner_id=owner_id, kinds=["product"], limit=50)
        ),
        "brands": await shared_brands(ports.graph, owner_id, crawl.shop),
        "report": (await ports.records.runs.get(run_id)).result,
    }


def told(report: dict[str, Any]) -> dict[str, Any]:
    """What a result says, without ids, places and times."""
    kept = {name: report[name] for name in ("status", "problems", "analysis", "shared_brands", "indexed")}
    return kept | {name: report["report"][name] for name in ("title", "findings", "sentences")}
