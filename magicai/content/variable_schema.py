"""The JSON Schema of a template's variables: a part of the language, which reads nothing elsewhere and stays cheap."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, cast

from magicai.errors import Invalid
from magicai.messages import Message, say

if TYPE_CHECKING:
    from jsonschema.protocols import Validator

# Whatever is not listed is refused: `$ref` and its like fetch addresses, `pattern` and its like take time that rises
# faster than their text. `contentMediaType: text/plain` makes a field of several lines in the page's form.
_OF_SCHEMAS = ("properties", "items")
_OF_DATA = ("enum", "const", "default", "required", "type", "title", "description", "format", "contentMediaType")
_OF_LIMITS = ("minLength", "maxLength", "minItems", "maxItems")
_OF_NUMBERS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")
KEYWORDS = (*_OF_SCHEMAS, *_OF_DATA, *_OF_LIMITS, *_OF_NUMBERS)
# Values in the smallest list that fits, lists in lists multiplied: the preview makes one.
_MOST_LEAST_ITEMS = 1_000
_NAMES = ("required", "type")
WHERE = say("template_place", file=say("the_template"), line="")


def check_schema(name: str, schema: Mapping[str, Any], where: Message | str = WHERE) -> None:
    """Check the schema of a variable.

    Args:
        name: of the variable.
        schema: its schema, no deeper than Python's stack.
        where: the template and the line, for messages.

    Raises:
        Invalid: it has a keyword that is not offered, wherever it stands; it is no schema; it is too large.
    """
    from jsonschema import Draft202012Validator, SchemaError

    for place, part in _schemas(name, schema):
        if not isinstance(part, dict):
            raise Invalid("schema_not_map", where=where, place=place, value=str(part)[:80])
        for keyword, value in cast("dict[object, object]", part).items():
            if keyword not in KEYWORDS:
                raise Invalid(
                    "unknown_schema_keyword",
                    where=where,
                    place=place,
                    keyword=str(keyword)[:80],
                    names=", ".join(KEYWORDS),
                )
            # Whether maps repeat in a list takes jsonschema a time that rises with the square of their number.
            names = cast("list[object]", value) if keyword in _NAMES and isinstance(value, list) else []
            if (keyword == "enum" and value == []) or not all(isinstance(one, str) for one in names):
                raise Invalid("schema_keyword_invalid", where=where, place=place, keyword=keyword)
    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as exc:
        reason = " ".join(exc.message.split())[:200]
        raise Invalid("schema_invalid", where=where, name=name, reason=reason) from exc
    if (least := _least_items(schema)) > _MOST_LEAST_ITEMS:
        raise Invalid("too_many_schema_items", where=where, name=name, minimum=least, limit=_MOST_LEAST_ITEMS)


def validator_of(schema: Mapping[str, Any]) -> "Validator":
    """What checks a value against a schema; it never fetches another one."""
    from jsonschema import Draft202012Validator
    from referencing import Registry

    nothing: Any = Registry  # its types are unknown in part; jsonschema's own default retrieves addresses
    return Draft202012Validator(schema, registry=nothing())


def sample(name: str, schema: Mapping[str, Any]) -> Any:
    """A value of a checked schema that says which variable it is."""
    title = str(schema.get("title") or name)
    if "enum" in schema:
        return schema["enum"][0]
    match schema.get("type"):
        case "integer" | "number":
            return schema.get("minimum", 1)
        case "boolean":
            return True
        case "array":
            return [sample(title, schema.get("items") or {})] * max(1, int(schema.get("minItems", 1)))
        case "object":
            properties: Mapping[str, Mapping[str, Any]] = schema.get("properties") or {}
            return {key: sample(key, one) for key, one in properties.items()}
        case _:
            return title


def _schemas(place: str, schema: Any) -> Iterator[tuple[str, Any]]:
    """A schema and all in it, each with where it stands; values of `enum`, `const` and `default` are none."""
    yield place, schema
    if not isinstance(schema, dict):
        return
    parts = cast("dict[str, Any]", schema)
    if "items" in parts:
        yield from _schemas(f"{place}.items", parts["items"])
    properties = parts.get("properties")
    if isinstance(properties, dict):
        for key, part in cast("dict[str, Any]", properties).items():
            yield from _schemas(f"{place}.{str(key)[:80]}", part)


def _least_items(schema: Mapping[str, Any]) -> int:
    """How many values the smallest list has that fits; that of a map is the sum of its fields'."""
    fields: Mapping[str, Mapping[str, Any]] = schema.get("properties") or {}
    below = [_least_items(part) for part in fields.values()]
    if "items" in schema:
        below.append(_least_items(schema["items"]))
    return max(1, int(schema.get("minItems", 1))) * max(1, sum(below))
