"""What becomes of a product when sources, and people, say something of it."""

from typing import Any

from magicai.catalogue.merging import merged
from magicai.catalogue.product import Attribute, CatalogueProduct, Origin, OriginKind, SourceStatement, State, Values


def origin(source: str, kind: OriginKind = OriginKind.PAGE, confidence: float = 1.0) -> Origin:
    return Origin(kind=kind, source=source, place=source, at=1, confidence=confidence)


def take(known: CatalogueProduct | None, source: str, **values: Any) -> CatalogueProduct:
    stated = SourceStatement(values=Values.model_validate({"name": "Kettle", **values}), origin=origin(source))
    return merged(known, stated, owner_id="ann", run_id="r", now=1)


def test_a_source_replaces_its_own_price_and_its_currency_goes_along() -> None:
    made = take(None, "a", price="10", currency="EUR", list_price="12")
    made = take(made, "a", price="11", currency="USD")
    values = made.values
    assert (str(values.price), values.currency, values.list_price) == ("11", "USD", None)
    assert made.changes[-1].fields["price"] == ("10", "11")


def test_another_sources_price_waits_for_a_person_and_stops_waiting_once_they_agree() -> None:
    made = take(take(None, "a", price="10", currency="EUR"), "b", price="9", currency="EUR")
    assert (str(made.values.price), made.state) == ("10", State.REVIEW)
    assert [value.value for value in made.contradictions[0].values] == ["10 EUR", "9 EUR"]
    assert take(made, "b", price="9", currency="EUR") is made
    assert take(made, "b", price="10", currency="EUR").state is State.READY
    assert take(made, "a", price="9", currency="EUR").state is State.READY


def test_a_brand_that_is_only_spelt_otherwise_contradicts_nothing() -> None:
    made = take(take(None, "a", brand="FIRA"), "b", brand="Fira", name="Electric kettle")
    assert (made.values.brand, made.values.name, made.state) == ("FIRA", "Kettle", State.READY)


def test_a_weaker_attribute_never_replaces_a_stronger_one() -> None:
    def weight(value: float, confidence: float, source: str) -> Attribute:
        by = origin(source, OriginKind.TEXT, confidence)
        return Attribute(name="weight", kind="quantity", value=value, unit="g", origin=by)

    made = take(None, "a", attributes=(weight(500, 0.9, "a"),))
    made = take(made, "b", attributes=(weight(300, 0.5, "b"),))
    assert made.values.attributes[0].value == 500
    assert take(made, "c", attributes=(weight(450, 1.0, "c"),)).values.attributes[0].value == 450
