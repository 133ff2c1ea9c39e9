"""Categories of a run's products: by their shop's mapping, else by products that are alike, else none."""

from collections import Counter
from collections.abc import Iterator

from magicai.catalogue.categories.learning import Example, Learned, words_of
from magicai.catalogue.categories.mapping import KIND as MAPPING
from magicai.catalogue.categories.mapping import (
    MOST_EXAMPLES,
    Mapping,
    MappingState,
    Sample,
    mapping_entity,
    mapping_id,
    mapping_in,
    mappings,
)
from magicai.catalogue.categories.taxonomy import Taxonomy
from magicai.catalogue.merging import with_values
from magicai.catalogue.product import CatalogueProduct, Category, Origin, OriginKind, Values
from magicai.ports import Records

# Categories of shops that one run puts on a person's list; a shop of more has none that help.
_MOST_CATEGORIES = 5_000
_SUGGESTED = 5
_LONGEST_SAMPLE = 300


class ShopCategories:
    """Categories that shops name, with how many products, and some of them."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, tuple[str, ...]]] = Counter()
        self._samples: dict[tuple[str, tuple[str, ...]], list[Sample]] = {}

    def add(self, values: Values) -> None:
        """Take a product's."""
        key = (values.shop, values.category)
        if not values.category or (len(self._counts) >= _MOST_CATEGORIES and key not in self._counts):
            return
        self._counts[key] += 1
        samples = self._samples.setdefault(key, [])
        if len(samples) < MOST_EXAMPLES:
            said = (values.description or "")[:_LONGEST_SAMPLE]
            samples.append(Sample(name=values.name, brand=values.brand, description=said))

    async def save(self, records: Records, taxonomy: Taxonomy | None, *, owner_id: str) -> int:
        """Keep them for a person to map, with suggestions; answers how many are not mapped yet."""
        to_map = 0
        for (shop, path), count in self._counts.most_common():
            key = mapping_id(owner_id, shop, path)
            found = await records.entities.present([(MAPPING, key)])
            known = mapping_in(found[0].entity) if found and found[0].entity is not None else None
            one = known or Mapping(mapping_id=key, owner_id=owner_id, shop=shop, path=path)
            suggestions = one.suggestions
            if not suggestions and taxonomy is not None and one.state is MappingState.OPEN:
                suggestions = tuple(taxonomy.search(f"{path[-1]} {' '.join(path)}", limit=_SUGGESTED))
            samples = tuple(self._samples[shop, path])
            made = one.model_copy(update={"products": count, "samples": samples, "suggestions": suggestions})
            if made != known:
                version = found[0].version if found else 0
                # Where somebody decides at this moment, the next run brings the counts.
                await records.entities.replace(mapping_entity(made), version=version)
            to_map += made.state is MappingState.OPEN
        return to_map


class Assigner:
    """Knows what a person mapped, and what that teaches of others."""

    def __init__(self, known: list[Mapping]) -> None:
        self._mapped = {one.mapping_id: one for one in known if one.state is MappingState.CONFIRMED}
        self._categories: dict[str, Category] = {
            one.category.id: one.category for one in self._mapped.values() if one.category is not None
        }
        self._learned = Learned(example for mapping in self._mapped.values() for example in _examples(mapping))

    @classmethod
    async def of(cls, records: Records, *, owner_id: str) -> "Assigner":
        """With what an owner's people have decided so far."""
        return cls([mapping.mapping async for mapping in mappings(records, owner_id=owner_id)])

    def category_of(self, values: Values, *, owner_id: str) -> tuple[Category, Origin] | None:
        """A product's category and where it comes from; None where that is not sure."""
        mapped = self._mapped.get(mapping_id(owner_id, values.shop, values.category)) if values.category else None
        if mapped is not None and mapped.category is not None:
            place = f"{mapped.shop}: {' > '.join(mapped.path)}"
            return mapped.category, Origin(kind=OriginKind.MAPPING, source=mapped.mapping_id, place=place, at=0)
        words = words_of(values.name, values.brand, values.category, values.description)
        guess = self._learned.guess(words, shop=values.shop, elsewhere=bool(values.category))
        if guess is None or not guess.sure:
            return None
        origin = Origin(
            kind=OriginKind.LEARNED,
            source="learned",
            place="products that are alike",
            at=0,
            confidence=round(guess.confidence, 3),
        )
        return self._categories[guess.category], origin

    def assigned(self, product: CatalogueProduct, *, run_id: str, now: int) -> CatalogueProduct:
        """A product with its category; the same object where that is known, or a person's own."""
        present = product.origin("taxonomy")
        if present is not None and present.kind is OriginKind.USER:
            return product
        found = self.category_of(product.values, owner_id=product.owner_id)
        if found is None:
            return product
        category, origin = found
        origin = origin.model_copy(update={"at": now})
        by = f"run:{run_id}" if run_id else "user"
        return with_values(product, {"taxonomy": category}, {"taxonomy": origin}, by=by, now=now)


def _examples(mapping: Mapping) -> Iterator[Example]:
    if mapping.category is None:
        return
    for sample in mapping.samples:
        words = words_of(sample.name, sample.brand, mapping.path, sample.description)
        yield Example(words, mapping.category.id, mapping.mapping_id, mapping.shop)
