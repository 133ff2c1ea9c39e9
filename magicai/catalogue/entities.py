"""Products of the catalogue as the records keep them, and as search, vectors and graph show them."""

from decimal import Decimal

from magicai.catalogue.product import KIND, CatalogueProduct, Values
from magicai.shops.entities import IN_CATEGORY, relations_of
from magicai.stores.entity import Entity, Relation
from magicai.values.money import exponent

FACETS = ("brand", "category", "availability", "price_band", "shop")
# Lower edges in units of a currency with two decimals; of others, as many times more or less.
_BANDS = (0, 10, 25, 50, 100, 250, 500, 1_000)
_CENTS = 2
_LONGEST_TEXT = 2_000


def product_entity(product: CatalogueProduct) -> Entity:
    """A product as an entity."""
    values = product.values
    words = [
        values.brand or "",
        " > ".join(values.category_path),
        *(f"{attribute.name}: {attribute.value} {attribute.unit}".rstrip() for attribute in values.attributes),
        values.description or "",
        *(number for number in (values.sku, values.gtin, values.model) if number),
    ]
    return Entity(
        kind=KIND,
        entity_id=product.product_id,
        owner_id=product.owner_id,
        title=values.name,
        text="\n".join(word for word in words if word)[:_LONGEST_TEXT],
        language=values.language,
        url=values.url,
        data={"schema_version": 1, **product.model_dump(mode="json", exclude_defaults=True)},
        relations=_relations(values),
        state=product.state,
        facets={name: (value,) for name, value in facets_of(values).items()},
    )


def facets_of(values: Values) -> dict[str, str]:
    """By what products are narrowed down; "" where one has none."""
    return {
        "brand": values.brand or "",
        "category": values.category_path[-1] if values.category_path else "",
        "availability": values.availability or "",
        "price_band": price_band(values.price, values.currency),
        "shop": values.shop,
    }


def product_in(entity: Entity) -> CatalogueProduct:
    """The product that an entity is."""
    return entity.as_model(CatalogueProduct)


def price_band(price: Decimal | None, currency: str | None) -> str:
    """`10-25 EUR`: which band a price lies in, its lower edge included; "" without a price."""
    if price is None or not currency:
        return ""
    scale = 10 ** (_CENTS - min(exponent(currency), _CENTS))
    edges = [edge * scale for edge in _BANDS]
    at = max(place for place, edge in enumerate(edges) if price >= edge)
    return f"{edges[at]}+ {currency}" if at == len(edges) - 1 else f"{edges[at]}-{edges[at + 1]} {currency}"


def _relations(values: Values) -> tuple[Relation, ...]:
    """Those of a shop's product, with the category of the taxonomy where one is known."""
    made = relations_of(values, values.shop)
    if values.taxonomy is None:
        return made
    category = Relation(IN_CATEGORY, "taxonomy_category", values.taxonomy.id, values.taxonomy.path[-1])
    return (*(one for one in made if one.kind != IN_CATEGORY), category)
