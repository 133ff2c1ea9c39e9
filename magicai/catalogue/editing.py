"""What people do with products: edit one or many, undo a version, decide between sources, delete."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from pydantic import ValidationError

from magicai.catalogue.categories.taxonomy import Taxonomy
from magicai.catalogue.merging import with_values
from magicai.catalogue.ports import CatalogueRecords
from magicai.catalogue.product import CatalogueProduct, Change, Origin, OriginKind, Values
from magicai.catalogue.stored_products import StoredProduct, change, product_of, products_with_ids
from magicai.errors import Conflict, Invalid, MagicError, NotFound
from magicai.messages.validation import reason_of
from magicai.shops.extraction import money_in
from magicai.shops.extraction.identifiers import gtin
from magicai.values.times import now_us

# What a person may write; the rest follows from it.
EDITABLE = (
    *("name", "brand", "gtin", "sku", "model", "url", "price", "currency", "list_price", "availability", "category"),
    *("taxonomy", "images", "description", "language", "attributes"),
)
MOST_AT_ONCE = 10_000
_TOGETHER = 200  # in one transaction
_UNDO = "undo "  # begins the note of a version that undoes another


@dataclass(frozen=True, slots=True)
class MadeVersion:
    """A version of a product that a bulk edit made, by which it is undone."""

    product_id: str
    number: int


@dataclass(frozen=True, slots=True)
class NotChanged:
    """A product that a bulk edit left as it was, and why."""

    product_id: str
    what: str


async def edit(
    records: CatalogueRecords,
    product_id: str,
    fields: Mapping[str, Any],
    *,
    owner_id: str,
    row: int | None = None,
    taxonomy: Taxonomy | None = None,
) -> StoredProduct:
    """Save a person's values as the next version; later imports keep them.

    Args:
        fields: new values by field, null to clear one; `taxonomy` is the id of a category.
        row: the version of the row that was edited; whatever it is where None.

    Raises:
        NotFound: there is no such product of theirs, or no such category.
        Invalid: a field is unknown, or its value does not fit; names both.
        Conflict: it has changed meanwhile; names what.
    """
    kept = await product_of(records, product_id, owner_id=owner_id)
    if row not in (None, kept.row):
        raise _changed_meanwhile(kept.product)
    made = edited(kept.product, fields, by=f"user:{owner_id}", now=now_us(), taxonomy=taxonomy)
    return await _replace(records, kept, made)


async def edit_many(
    records: CatalogueRecords,
    product_ids: Sequence[str],
    fields: Mapping[str, Any],
    *,
    owner_id: str,
    taxonomy: Taxonomy | None = None,
) -> tuple[list[MadeVersion], list[NotChanged]]:
    """Save the same values in many products; answers the versions it made, and which products could not be changed.

    Those that have the values already get no version, so that to undo the edit takes nothing else back.

    Raises:
        Invalid: a field is unknown or its value does not fit, or there are more than 10,000 products.
    """
    if len(product_ids) > MOST_AT_ONCE:
        raise Invalid("too_many_products", count=len(product_ids), limit=MOST_AT_ONCE)
    now = now_us()

    def new(product: CatalogueProduct) -> CatalogueProduct:
        return edited(product, fields, by=f"user:{owner_id}", now=now, taxonomy=taxonomy, note="bulk edit")

    new(CatalogueProduct(product_id="", owner_id=owner_id, values=Values(name="-")))  # before the first is changed
    return await _each(records, dict.fromkeys(product_ids), new, owner_id=owner_id)


async def undo_many(
    records: CatalogueRecords, versions: Sequence[MadeVersion], *, owner_id: str
) -> tuple[list[MadeVersion], list[NotChanged]]:
    """Take many versions' changes back, each as a version of its own; answers those, and which could not be undone.

    Raises:
        Invalid: there are more than 10,000.
    """
    if len(versions) > MOST_AT_ONCE:
        raise Invalid("too_many_products", count=len(versions), limit=MOST_AT_ONCE)
    numbers, by, now = {one.product_id: one.number for one in versions}, f"user:{owner_id}", now_us()

    def old(product: CatalogueProduct) -> CatalogueProduct:
        return undone(product, numbers[product.product_id], by=by, now=now)

    return await _each(records, numbers, old, owner_id=owner_id)


async def _each(
    records: CatalogueRecords,
    product_ids: Iterable[str],
    new: Callable[[CatalogueProduct], CatalogueProduct],
    *,
    owner_id: str,
) -> tuple[list[MadeVersion], list[NotChanged]]:
    made, left, ids = list[MadeVersion](), list[NotChanged](), [*product_ids]
    for start in range(0, len(ids), _TOGETHER):
        part = ids[start : start + _TOGETHER]
        there = await products_with_ids(records, part, owner_id=owner_id)
        written: list[tuple[CatalogueProduct, int]] = []
        versions: list[MadeVersion] = []
        for product_id in part:
            try:
                kept = there.get(product_id) or await product_of(records, product_id, owner_id=owner_id)
                after = new(kept.product)
            except MagicError as exc:
                left.append(NotChanged(product_id, exc.what))
                continue
            if after is not kept.product:
                written.append((after, kept.row))
            if after.number != kept.product.number:
                versions.append(MadeVersion(product_id, after.number))
        meanwhile = set(await records.catalogue.replace(owner_id, written)) if written else set[str]()
        made += [one for one in versions if one.product_id not in meanwhile]
        for product_id in meanwhile:  # somebody else has changed it
            try:
                before = (await product_of(records, product_id, owner_id=owner_id)).product.number
                number = (await change(records, product_id, new, owner_id=owner_id)).number
                if number != before:
                    made.append(MadeVersion(product_id, number))
            except MagicError as exc:
                left.append(NotChanged(product_id, exc.what))
    return made, left


async def undo(
    records: CatalogueRecords, product_id: str, number: int | None = None, *, owner_id: str, row: int | None = None
) -> StoredProduct:
    """Take a version's changes back as a version of its own: where none is named, the latest that is not undone.

    Raises:
        NotFound: there is no such product of theirs, or it does not keep that version.
        Conflict: what it changed has been changed again since; names the fields.
    """
    kept = await product_of(records, product_id, owner_id=owner_id)
    if row not in (None, kept.row):
        raise _changed_meanwhile(kept.product)
    return await _replace(records, kept, undone(kept.product, number, by=f"user:{owner_id}", now=now_us()))


async def decide(
    records: CatalogueRecords, product_id: str, field: str, choice: int, *, owner_id: str, row: int | None = None
) -> StoredProduct:
    """Decide which of the contradicting values of a field holds: 0 is the one in use.

    Raises:
        NotFound: there is no such product of theirs, or nothing to decide.
        Conflict: it has changed meanwhile.
    """
    kept = await product_of(records, product_id, owner_id=owner_id)
    if row not in (None, kept.row):
        raise _changed_meanwhile(kept.product)
    return await _replace(records, kept, decided(kept.product, field, choice, by=f"user:{owner_id}", now=now_us()))


def edited(
    product: CatalogueProduct,
    fields: Mapping[str, Any],
    *,
    by: str,
    now: int,
    taxonomy: Taxonomy | None = None,
    note: str = "",
) -> CatalogueProduct:
    """A product with a person's values.

    Raises:
        Invalid: a field is unknown, or its value does not fit; names both.
        NotFound: there is no such category.
    """
    if unknown := sorted(set(fields) - set(EDITABLE)):
        raise Invalid("field_not_editable", unknown=unknown[0], names=", ".join(EDITABLE))
    values = _checked(product.values, fields, taxonomy)
    if not values.name.strip():
        raise Invalid("product_name_missing")
    if values.price is not None and not values.currency:
        raise Invalid("currency_missing", price=values.price)
    origin = Origin(kind=OriginKind.USER, source=by, place=by.removeprefix("user:"), at=now)
    open_ones = tuple(contradiction for contradiction in product.contradictions if contradiction.field not in fields)
    new = {name: getattr(values, name) for name in fields}
    origins = dict.fromkeys(fields, origin)
    return with_values(product, new, origins, by=by, now=now, note=note, contradictions=open_ones)


def undone(product: CatalogueProduct, number: int | None, *, by: str, now: int) -> CatalogueProduct:
    """A product without what a version changed; itself where that has been taken back already.

    Args:
        number: of the version; None for the latest that is not undone.

    Raises:
        NotFound: it does not keep that version, or the version changed nothing.
        Conflict: it has been changed again since.
    """
    one = next(_not_undone(product) if number is None else (c for c in product.changes if c.number == number), None)
    if one is None or not one.fields:
        there = [one.number for one in product.changes if one.fields] or "none"
        raise NotFound("version_not_undoable", number=number or product.number, names=there)
    now_there = product.values.model_dump(mode="json")
    if all(now_there[name] == before for name, (before, _) in one.fields.items()):
        return product
    again = sorted(name for name, (_, after) in one.fields.items() if now_there[name] != after)
    if again:
        raise Conflict("later_changes_exist", names=", ".join(again), number=one.number)
    before = Values.model_validate({**now_there, **{name: value for name, (value, _) in one.fields.items()}})
    origin = Origin(kind=OriginKind.USER, source=by, place=by.removeprefix("user:"), at=now)
    new = {name: getattr(before, name) for name in one.fields}
    return with_values(product, new, dict.fromkeys(new, origin), by=by, now=now, note=f"{_UNDO}{one.number}")


def _not_undone(product: CatalogueProduct) -> Iterator[Change]:
    """Versions that neither undo another nor are undone, the latest first."""
    undone_ones = set[int]()
    for one in reversed(product.changes):
        if one.number in undone_ones or not one.fields:
            continue
        if one.note.startswith(_UNDO):
            undone_ones.add(int(one.note.removeprefix(_UNDO)))
        else:
            yield one


def decided(product: CatalogueProduct, field: str, choice: int, *, by: str, now: int) -> CatalogueProduct:
    """A product with a person's choice among what its sources state.

    Raises:
        NotFound: the field has no contradiction, or not so many values.
    """
    found = next((contradiction for contradiction in product.contradictions if contradiction.field == field), None)
    if found is None or not 0 <= choice < len(found.values):
        open_ones = ", ".join(contradiction.field for contradiction in product.contradictions) or "none"
        raise NotFound("contradiction_choice_not_found", choice=choice, field=field, open_ones=open_ones)
    value = found.values[choice].value
    fields: dict[str, Any] = {field: value}
    if field == "price":
        amount, currency = money_in(str(value))
        fields = {
            "price": amount,
            "currency": currency,
            "list_price": product.values.list_price if not choice else None,
        }
    made = edited(product, fields, by=by, now=now, note=f"decided {field}")
    # That a person chose the value in use is news, too: sources do not contest it again.
    origin = Origin(kind=OriginKind.USER, source=by, place=by.removeprefix("user:"), at=now)
    places = (*made.origins, origin)
    return made.model_copy(
        update={
            "origins": places,
            "origin_of": {**made.origin_of, **dict.fromkeys(fields, len(places) - 1)},
            "contradictions": tuple(one for one in made.contradictions if one.field != field),
        }
    )


def _checked(known: Values, fields: Mapping[str, Any], taxonomy: Taxonomy | None) -> Values:
    new = dict(fields)
    category = new.get("taxonomy")
    if isinstance(category, str):
        if taxonomy is None:
            raise NotFound("taxonomy_not_installed")
        new["taxonomy"] = taxonomy.category(category)
    number = new.get("gtin")
    if isinstance(number, str) and number:
        new["gtin"] = gtin(number)
        if new["gtin"] is None:
            raise Invalid("gtin_invalid", number=number)
    defaults = Values()
    cleared = {name: getattr(defaults, name) if value in (None, "") else value for name, value in new.items()}
    try:
        return Values.model_validate({**known.model_dump(), **cleared})
    except ValidationError as exc:
        first = cast("Any", exc.errors()[0])
        where = ".".join(str(part) for part in first["loc"])
        raise Invalid(
            "product_field_invalid", where=where, value=str(first["input"])[:80], reason=reason_of(first)
        ) from exc


def _changed_meanwhile(product: CatalogueProduct) -> Conflict:
    latest = product.changes[-1] if product.changes else None
    said = f" Version {latest.number} by {latest.by} changed {', '.join(latest.fields) or 'it'}." if latest else ""
    return Conflict("product_changed", said=said)


async def _replace(records: CatalogueRecords, kept: StoredProduct, made: CatalogueProduct) -> StoredProduct:
    if made is kept.product:
        return kept
    if await records.catalogue.replace(made.owner_id, [(made, kept.row)]):
        raise _changed_meanwhile((await product_of(records, made.product_id, owner_id=made.owner_id)).product)
    return StoredProduct(made, kept.row + 1)
