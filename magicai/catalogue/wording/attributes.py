"""Attributes as typed values: quantities in one unit each, and what descriptions state of size, weight and material."""

import re
from collections.abc import Iterator
from fractions import Fraction

from magicai.catalogue.product import Attribute, Origin, OriginKind, Values
from magicai.claims.units import unit
from magicai.shops.extraction.amounts import parse_amount

# What is stated with its name is more certain than a quantity that stands somewhere.
LABELLED, IN_NAME, IN_TEXT = 0.9, 0.8, 0.6
# By dimension: what it is called, and the unit in which all shops' values are kept.
_DIMENSIONS = {
    "mass": ("weight", "g"),
    "length": ("length", "cm"),
    "volume": ("volume", "ml"),
    "power": ("power", "W"),
    "voltage": ("voltage", "V"),
    "charge": ("battery_capacity", "mAh"),
    "data": ("memory", "GB"),
    "area": ("area", "m2"),
    "frequency": ("frequency", "Hz"),
}
_FACTORS = {symbol: found.factor for _, symbol in _DIMENSIONS.values() if (found := unit(symbol)) is not None}
_LABELS = {
    "weight": "weight 重量 净重 毛重 gewicht poids",
    "length": "length 长度 länge",
    "width": "width 宽度 breite largeur",
    "height": "height 高度 höhe hauteur",
    "depth": "depth 深度 tiefe",
    "diameter": "diameter 直径 durchmesser",
    "volume": "volume capacity 容量 体积 inhalt volumen contenance",
    "power": "power wattage 功率 leistung puissance",
    "voltage": "voltage 电压 spannung",
    "material": "material fabric 材质 材料 面料 matériau matière",
    "colour": "colour color 颜色 farbe couleur",
    "size": "size 尺码 größe taille",
    "dimensions": "dimensions measurements 尺寸 规格 maße abmessungen",
    "origin": "country_of_origin made_in origin 产地 原产地",
    "pages": "pages page_count 页数 seiten",
}
_BY_LABEL = {label: name for name, labels in _LABELS.items() for label in labels.split()}
_LABEL = re.compile(
    "(?i)(?<![\\w])("
    + "|".join(re.escape(label).replace("_", "[ _]") for label in sorted(_BY_LABEL, key=len, reverse=True))
    + ")"
    r"\s{0,3}[:：=]\s{0,3}([^.;|•\n。；，]{1,60}(?:\.\d[^.;|•\n。；，]{0,40})?)"
)
_NUMBER = r"\d{1,15}(?:[.,]\d{1,15}){0,5}"
_UNIT = r"[A-Za-zμ\"″′°²]{1,20}|[\u4e00-\u9fff]{1,2}"
_QUANTITY = re.compile(rf"(?<![\w.,/-])({_NUMBER})\s?({_UNIT})(?![\w/])")
_WHOLE = re.compile(rf"\s*({_NUMBER})\s?({_UNIT})\.?\s*")
_DIMENSIONS_TEXT = re.compile(
    rf"(?<![\w.,/-])({_NUMBER})\s?({_UNIT})?\s?[x×*]\s?({_NUMBER})\s?({_UNIT})?(?:\s?[x×*]\s?({_NUMBER}))?\s?({_UNIT})(?![\w/])",
    re.IGNORECASE,
)
_TEXTS = ("material", "colour", "size", "origin")
_READ = 5_000


def quantity(text: str) -> tuple[str, float, str] | None:
    """What a text that is one quantity measures, how much, and in which unit it is kept: `500 g`, `0.5 kg`."""
    found = _WHOLE.fullmatch(text)
    return _measured(found[1], found[2]) if found else None


def normalised(attribute: Attribute) -> Attribute:
    """An attribute with its canonical name, and its value as a quantity where its text is one."""
    name = _BY_LABEL.get(attribute.name.casefold(), attribute.name)
    if attribute.kind != "text" or not isinstance(attribute.value, str):
        return attribute if name == attribute.name else attribute.model_copy(update={"name": name})
    found = quantity(attribute.value)
    if found is None:
        return attribute if name == attribute.name else attribute.model_copy(update={"name": name})
    return attribute.model_copy(update={"name": name, "kind": "quantity", "value": found[1], "unit": found[2]})


def stated_in(values: Values, *, at: int) -> tuple[Attribute, ...]:
    """Attributes that a product's name and description state, the most certain of each name.

    A quantity that stands twice, with different values and no label, is none: a set, or a comparison.
    """
    found: dict[str, list[Attribute]] = {}
    for confidence, one in _found(values):
        origin = Origin(
            kind=OriginKind.TEXT, source="text", place="description" if confidence != IN_NAME else "name", at=at,
            confidence=confidence,
        )  # fmt: skip
        found.setdefault(one.name, []).append(one.model_copy(update={"origin": origin}))
    return tuple(one for several in found.values() if (one := _settled(several)) is not None)


def _settled(several: list[Attribute]) -> Attribute | None:
    best = max(one.origin.confidence for one in several if one.origin is not None)
    of_best = [one for one in several if one.origin is not None and one.origin.confidence == best]
    return of_best[0] if len({(one.value, one.unit) for one in of_best}) == 1 else None


def _found(values: Values) -> Iterator[tuple[float, Attribute]]:
    text = (values.description or "")[:_READ]
    for label, value in _LABEL.findall(text):
        name = _BY_LABEL[label.casefold().replace(" ", "_")]
        if (one := _labelled(name, value.strip())) is not None:
            yield LABELLED, one
    for confidence, place in ((IN_NAME, values.name), (IN_TEXT, text)):
        rest = place
        for dimensions in _DIMENSIONS_TEXT.finditer(place):
            if (one := _dimensions(dimensions)) is not None:
                yield confidence, one
                rest = rest.replace(dimensions[0], " ")
        for number, symbol in _QUANTITY.findall(rest):
            measured = _measured(number, symbol)
            # A length that stands alone may be anything: of a cable, of a leg.
            if measured is not None and measured[0] != "length":
                yield confidence, Attribute(name=measured[0], kind="quantity", value=measured[1], unit=measured[2])


def _labelled(name: str, value: str) -> Attribute | None:
    if name == "dimensions":
        found = _DIMENSIONS_TEXT.search(value)
        return _dimensions(found) if found else None
    if name in _TEXTS:
        return Attribute(name=name, kind="text", value=value)
    if name == "pages":
        number = re.match(r"\d+", value)
        return Attribute(name=name, kind="number", value=float(number[0])) if number else None
    found = _QUANTITY.match(value)
    measured = _measured(found[1], found[2]) if found else None
    return None if measured is None else Attribute(name=name, kind="quantity", value=measured[1], unit=measured[2])


def _dimensions(found: re.Match[str]) -> Attribute | None:
    numbers = [number for number in (found[1], found[3], found[5]) if number]
    sides = [_measured(number, found[6]) for number in numbers]
    known = [side for side in sides if side is not None and side[0] == "length"]
    if len(known) != len(numbers):
        return None
    return Attribute(name="dimensions", kind="text", value=" × ".join(f"{side[1]:g}" for side in known), unit="cm")


def _measured(number: str, symbol: str) -> tuple[str, float, str] | None:
    found, amount = unit(symbol), parse_amount(number)
    if found is None or amount is None or found.dimension not in _DIMENSIONS:
        return None
    name, kept = _DIMENSIONS[found.dimension]
    value = Fraction(amount) * found.factor / _FACTORS[kept]
    return name, round(float(value), 4), kept
