"""One product out of what its sources state, and the versions that this makes.

A source replaces what it stated itself. What a person wrote stays. What another source states is taken where nothing
is known; where it contradicts brand, GTIN, number, model or price, a person decides, once.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from magicai.catalogue.product import (
    FIELDS,
    MOST_CHANGES,
    OFFER,
    Attribute,
    Candidate,
    CatalogueProduct,
    Change,
    Contradiction,
    Origin,
    OriginKind,
    SourceStatement,
    Values,
)
from magicai.catalogue.wording.attributes import normalised
from magicai.shops.product_keys import folded, gtin_key, sku_key, url_key
from magicai.values.digest import digest_of
from magicai.values.ids import new_id

_CONTESTED = frozenset(("brand", "gtin", "sku", "model", "price"))
_UNFOLDED = {"brand": folded, "gtin": gtin_key, "sku": sku_key, "model": sku_key}


def merged(
    known: CatalogueProduct | None, stated: SourceStatement, *, owner_id: str, run_id: str, now: int
) -> CatalogueProduct:
    """A product with what a source states of it; the same object where that is nothing new."""
    product = known or CatalogueProduct(product_id=new_id(), owner_id=owner_id, values=Values())
    merge = _Merge(product, stated.origin)
    for field in FIELDS:
        value = getattr(stated.values, field)
        if field in ("currency", "list_price", "attributes") or value in (None, "", ()):
            continue
        merge.take("price" if field == "price" else field, stated.values)
    merge.take_attributes(stated.values.attributes)
    pages = product.pages
    if stated.page is not None and pages.get(key := url_key(stated.page.url)) != stated.page:
        pages = {**pages, key: stated.page}
    changed = with_values(
        product, merge.values, merge.origins, by=f"run:{run_id}", now=now, contradictions=merge.contradictions()
    )
    reviews = stated.reviews or product.reviews
    ids = product.ids | ({stated.origin.source: stated.item} if stated.item else {})
    if pages is product.pages and reviews == product.reviews and ids == product.ids:
        return changed
    return changed.model_copy(update={"pages": pages, "reviews": reviews, "ids": ids})


def with_values(
    product: CatalogueProduct,
    new: Mapping[str, Any],
    origins: Mapping[str, Origin],
    *,
    by: str,
    now: int,
    note: str = "",
    contradictions: tuple[Contradiction, ...] | None = None,
) -> CatalogueProduct:
    """A product with new values as its next version; itself where they are the old ones."""
    decided = product.contradictions if contradictions is None else contradictions
    fields = {name: value for name, value in new.items() if getattr(product.values, name) != value}
    if not fields:
        return product if decided == product.contradictions else product.model_copy(update={"contradictions": decided})
    values = product.values.model_copy(update=fields)
    places, origin_of = _origins(product, {name: origin for name, origin in origins.items() if name in fields})
    # The first version is what it starts from: what it was made of need not be said twice.
    said = _changes(product.values, values, fields) if product.number else {}
    change = Change(number=product.number + 1, at=now, by=by, fields=said, note=note)
    return product.model_copy(
        update={
            "values": values,
            "origins": places,
            "origin_of": origin_of,
            "number": change.number,
            "changes": (*product.changes, change)[-MOST_CHANGES:],
            "contradictions": decided,
        }
    )


def _changes(before: Values, after: Values, names: Iterable[str]) -> dict[str, tuple[Any, Any]]:
    old, new = (one.model_dump(mode="json", include={*names}) for one in (before, after))
    return {name: (old[name], new[name]) for name in names}


def _origins(product: CatalogueProduct, new: Mapping[str, Origin]) -> tuple[tuple[Origin, ...], dict[str, int]]:
    """Each origin once, those that no field has any more left out."""
    of = {name: product.origins[place] for name, place in product.origin_of.items()} | dict(new)
    places: list[Origin] = []
    origin_of: dict[str, int] = {}
    for name, origin in of.items():
        place = next((at for at, one in enumerate(places) if one is origin or one == origin), None)
        if place is None:
            place = len(places)
            places.append(origin)
        origin_of[name] = place
    return tuple(places), origin_of


def same_value(field: str, one: Any, other: Any) -> bool:
    """Whether two values of a field mean the same."""
    fold = _UNFOLDED.get(field)
    return one == other if fold is None or one is None or other is None else fold(str(one)) == fold(str(other))


class _Merge:
    """What a source changes of a product."""

    def __init__(self, product: CatalogueProduct, origin: Origin) -> None:
        self._product, self._origin = product, origin
        self.values: dict[str, Any] = {}
        self.origins: dict[str, Origin] = {}
        self._contradictions = {contradiction.field: contradiction for contradiction in product.contradictions}

    def contradictions(self) -> tuple[Contradiction, ...]:
        return tuple(self._contradictions.values())

    def take(self, field: str, stated: Values) -> None:
        """Take a field's value, or note that it contradicts the present one."""
        known = self._product.values
        fields = OFFER if field == "price" else (field,)
        present, new = (tuple(getattr(values, name) for name in fields) for values in (known, stated))
        if present == new or _is_raw(self._product, field, new[0]):
            self._agree(field)
            return
        origin = self._product.origin(field)
        # A price without a list price agrees with the same price that has one.
        if origin is not None and present[0] not in (None, "", ()):
            if origin.kind is OriginKind.USER:
                return
            if origin.source != self._origin.source:
                agree = present[:2] == new[:2] if field == "price" else same_value(field, present[0], new[0])
                if not agree and field in _CONTESTED:
                    self._contradict(field, present, new, origin)
                return
        for name, value in zip(fields, new, strict=True):
            self.values[name] = value
            self.origins[name] = self._origin
        if field in self._contradictions:
            self._contradict(field, new, None, self._origin)

    def take_attributes(self, attributes: tuple[Attribute, ...]) -> None:
        """Take attributes, each by its name; those of the same source replace what it stated before."""
        if not attributes:
            return
        held = {attribute.name: attribute for attribute in self._product.values.attributes}
        for one in map(normalised, attributes):
            stated = one if one.origin is not None else one.model_copy(update={"origin": self._origin})
            present = held.get(one.name)
            if present is None or (_content(present) != _content(one) and _gives_way(present.origin, stated.origin)):
                held[one.name] = stated
        if (new := tuple(held.values())) != self._product.values.attributes:
            self.values["attributes"] = new
            self.origins["attributes"] = self._origin

    def _agree(self, field: str) -> None:
        """A source that contradicted the value in use, and does not any more."""
        if (open_one := self._contradictions.get(field)) is not None:
            rest = tuple(value for value in open_one.values if value.origin.source != self._origin.source)
            self._note(field, rest)

    def _contradict(self, field: str, used: tuple[Any, ...], new: tuple[Any, ...] | None, origin: Origin) -> None:
        present = self._contradictions.get(field)
        others = [] if present is None else list(present.values[1:])
        if new is not None:
            others = [one for one in others if one.origin.source != self._origin.source]
            others.append(Candidate(value=_shown(new), origin=self._origin))
        self._note(field, (Candidate(value=_shown(used), origin=origin), *others))

    def _note(self, field: str, values: tuple[Candidate, ...]) -> None:
        differing = [value for value in values[1:] if not same_value(field, value.value, values[0].value)]
        if differing:
            self._contradictions[field] = Contradiction(field=field, values=(values[0], *differing))
        else:
            self._contradictions.pop(field, None)


def _shown(values: tuple[Any, ...]) -> Any:
    """A contested value as JSON: of an offer `12.00 EUR`."""
    if len(values) == 1:
        return values[0]
    return f"{values[0]} {values[1] or ''}".strip()


def _is_raw(product: CatalogueProduct, field: str, value: Any) -> bool:
    """Whether a source states what it stated before, and what has been cleaned since."""
    return field in product.raw and product.raw[field] == digest_of(value)


def _content(one: Attribute) -> tuple[Any, ...]:
    return one.kind, one.value, one.unit


def _gives_way(present: Origin | None, new: Origin | None) -> bool:
    if present is None or new is None:
        return present is None
    if present.kind is OriginKind.USER:
        return False
    return present.source == new.source or new.confidence > present.confidence
