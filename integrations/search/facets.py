"""An entity's facets as an index keeps them."""

from magicai.stores.entity import Entity

# A facet's value is a name to choose by, not a text.
LONGEST_VALUE = 200


def kept(value: str) -> str:
    """As much of a value as is kept and asked for, half characters replaced, which no index takes."""
    return value[:LONGEST_VALUE].encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def facets_of(entity: Entity) -> list[tuple[str, str]]:
    """Fields and values, in order, each once."""
    return sorted({(name, kept(value)) for name, values in entity.all_facets.items() for value in values})
