"""Numbers with their units, as sentences have them."""


def so_many(number: float, unit: str) -> str:
    """`1 page`, `2 pages`, `1,200 pages`.

    Args:
        number: how many.
        unit: in the plural; its first word is what is counted, as in `seconds waited`.
    """
    return f"{number:,} {unit_of(number, unit)}"


def unit_of(number: float, unit: str) -> str:
    """The unit as it stands after a number: `page` after 1."""
    if number != 1:
        return unit
    noun, space, rest = unit.partition(" ")
    if noun.endswith("ies"):
        noun = noun.removesuffix("ies") + "y"
    else:
        noun = noun.removesuffix("es") if noun.endswith("sses") else noun.removesuffix("s")
    return noun + space + rest
