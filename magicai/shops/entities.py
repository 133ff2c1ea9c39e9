"""What the other stores show of a shop: an entity per product, one per analysis, one per report."""

from magicai.shops.analysis import ShopAnalysis
from magicai.shops.crawl_result import Report
from magicai.shops.product import Product, ProductData, Seen
from magicai.stores.entity import Entity, Relation

# What a product points at in the graph.
SOLD_BY, IN_CATEGORY, OF_BRAND = "SOLD_BY", "IN_CATEGORY", "OF_BRAND"
_SCHEMA_VERSION = 1
# Enough to tell products apart; an embedder reads no more.
_LONGEST_TEXT = 2000


def product_entity(product: Product, *, shop: str, owner_id: str, language: str = "") -> Entity:
    """A product as search, vectors and graph show it."""
    words = [product.name, product.brand or "", " > ".join(product.category), product.description or ""]
    data = {
        "schema_version": _SCHEMA_VERSION,
        "shop": shop,
        "price": None if product.price is None else str(product.price),
        "currency": product.currency,
        "availability": product.availability,
        "brand": product.brand,
        "category": list(product.category),
        "seen": product.seen,
    }
    return Entity(
        kind="product",
        entity_id=product.id,
        owner_id=owner_id,
        title=product.name,
        text="\n".join(word for word in words if word)[:_LONGEST_TEXT],
        language=language,
        url=product.url,
        data=data,
        # What is gone or was not visited is no part of a brand or a category, as in analysis.py.
        relations=relations_of(product, shop) if product.seen is Seen.SEEN else (),
        facets={
            "shop": (shop,),
            "brand": (product.brand or "",),
            "category": product.category[:1],
            "availability": (product.availability,),
        },
    )


def relations_of(product: ProductData, shop: str) -> tuple[Relation, ...]:
    """What a product points at: its shop, its outermost category there, and its brand."""
    made = [Relation(SOLD_BY, "shop", shop, shop)] if shop else []
    if product.category:
        outermost = _tidy(product.category[0])
        made.append(Relation(IN_CATEGORY, "category", f"{shop}/{outermost.casefold()}", outermost))
    if product.brand:
        brand = _tidy(product.brand)
        made.append(Relation(OF_BRAND, "brand", brand.casefold(), brand))
    return tuple(made)


def _tidy(name: str) -> str:
    """Names that differ by spaces alone are one."""
    return " ".join(name.split())


def analysis_entity(analysis: ShopAnalysis, *, owner_id: str) -> Entity:
    """A shop's latest numbers, kept in the cache for whoever asks next."""
    return Entity(
        kind="analysis",
        entity_id=f"{owner_id}/{analysis.shop}",
        owner_id=owner_id,
        title=analysis.shop,
        text="",
        data={"schema_version": _SCHEMA_VERSION, **analysis.model_dump(mode="json")},
        stores=("cache",),
    )


def report_entity(report: Report, *, run_id: str, owner_id: str, text: str) -> Entity:
    """A report as search and vectors show it."""
    return Entity(
        kind="report",
        entity_id=run_id,
        owner_id=owner_id,
        title=report.title,
        text=text,
        language=report.language,
        data={"schema_version": _SCHEMA_VERSION, **report.model_dump(mode="json")},
        stores=("search", "vectors"),
    )
