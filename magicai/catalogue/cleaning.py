"""A product with clean texts: without what its shop repeats, with its language, and attributes as typed values."""

from typing import Any

from magicai.catalogue.merging import with_values
from magicai.catalogue.product import CatalogueProduct, Origin, OriginKind
from magicai.catalogue.wording.attributes import stated_in
from magicai.catalogue.wording.boilerplate import Repeated
from magicai.values.digest import digest_of
from magicai.values.languages import language_of


def cleaned(product: CatalogueProduct, *, repeated: Repeated, enrich: bool, run_id: str, now: int) -> CatalogueProduct:
    """The same object where nothing is to be cleaned.

    Args:
        repeated: what the descriptions of each shop say.
        enrich: whether attributes are read out of texts.
    """
    values, new = product.values, dict[str, Any]()
    by_user = {name for name in product.origin_of if _is_user(product.origin(name))}
    description, raw = values.description, product.raw
    if description and values.shop and "description" not in by_user:
        description = repeated.without(values.shop, description)[0] or None
        if description != values.description:
            new["description"], raw = description, {**raw, "description": digest_of(values.description)}
    if not values.language:
        new["language"] = language_of(f"{values.name}\n{description or ''}")
    attributes = {attribute.name: attribute for attribute in values.attributes}
    if enrich:
        for one in stated_in(values.model_copy(update={"description": description}), at=now):
            if one.name not in attributes:
                attributes[one.name] = one
    if len(attributes) > len(values.attributes):
        new["attributes"] = tuple(attributes.values())
    origin = Origin(kind=OriginKind.TEXT, source="cleaning", place="description", at=now)
    origins = {name: product.origin(name) or origin for name in new}
    made = with_values(product, new, origins, by=f"run:{run_id}", now=now, note="cleaned")
    return made if raw is product.raw else made.model_copy(update={"raw": raw})


def _is_user(origin: Origin | None) -> bool:
    return origin is not None and origin.kind is OriginKind.USER
