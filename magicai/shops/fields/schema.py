"""A schema of one's own fields, read from YAML or JSON."""

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal, cast, get_args

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from magicai.errors import Invalid
from magicai.messages import say
from magicai.messages.validation import reason_of
from magicai.shops.extraction.text import folded
from magicai.shops.report.export_parquet import COLUMNS

FieldType = Literal["text", "number", "integer", "boolean", "date", "money", "url", "list"]
MOST_FIELDS = 40
_TEXT = StringConstraints(strip_whitespace=True, max_length=500)
_SHOWN = 80
_NULL = "tag:yaml.org,2002:null"


class _Texts(yaml.BaseLoader):
    """YAML of texts, lists, objects and nulls: an example that looks like a number or a date is a text, too."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        """The next node.

        Raises:
            YAMLError: it is an alias: some few of them spell out to gigabytes.
        """
        if self.check_event(yaml.AliasEvent):  # pyright: ignore[reportUnknownMemberType] - its stubs
            raise yaml.YAMLError("an alias is not allowed")
        return super().compose_node(parent, index)


_NULLS = re.compile("(?:~|null|Null|NULL|)$")
_Texts.add_implicit_resolver(_NULL, _NULLS, ["~", "n", "N", ""])  # pyright: ignore[reportUnknownMemberType] - its stubs
_Texts.add_constructor(_NULL, lambda _loader, _node: None)


class CustomField(BaseModel):
    """A field that is wanted of each product.

    Attributes:
        description: what it is, for a language model.
        labels: what it may be called on pages, beside its name.
        example: a value, for a language model.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[^\W\d]\w{0,39}$")]
    type: FieldType = "text"
    description: Annotated[str, _TEXT] = ""
    labels: Annotated[tuple[Annotated[str, _TEXT], ...], Field(max_length=20)] = ()
    example: Annotated[str, _TEXT] = ""

    @property
    def known_as(self) -> frozenset[str]:
        """What names it on a page, folded."""
        return frozenset(filter(None, map(folded, (self.name.replace("_", " "), *self.labels))))


def fields_of(body: bytes, called: str) -> list[CustomField]:
    """The fields of a file: a list of them, alone or under `fields`.

    Raises:
        Invalid: it is no YAML, or a field is not one; names the field.
    """
    try:
        # It makes no objects but these.
        read: Any = yaml.load(body.decode("utf-8-sig"), _Texts)  # noqa: S506
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError, ValueError) as exc:
        raise Invalid("fields_file_not_readable", file=called, reason=" ".join(str(exc).split())[:300]) from exc
    listed = cast("dict[str, Any]", read).get("fields") if isinstance(read, dict) else read
    if not isinstance(listed, list) or not listed:
        raise Invalid("fields_file_without_list", file=called)
    given = cast("list[Any]", listed)
    if len(given) > MOST_FIELDS:
        raise Invalid("too_many_fields", file=called, count=len(given), limit=MOST_FIELDS)
    fields = [_field(one, number, called) for number, one in enumerate(given, 1)]
    names = [field.name.casefold() for field in fields]
    for place, name in enumerate(names):
        if name in names[:place]:
            raise Invalid("field_twice", file=called, field=fields[place].name)
        if name in COLUMNS:
            raise Invalid("field_name_taken", file=called, field=fields[place].name)
    return fields


def _field(given: Any, number: int, called: str) -> CustomField:
    stated: Any = cast("Any", given).get("name") if isinstance(given, Mapping) else None
    name = stated[:_SHOWN] if stated and isinstance(stated, str) else f"#{number}"
    try:
        return CustomField.model_validate({key: one for key, one in cast("Any", given).items() if one is not None})
    except AttributeError as exc:
        raise Invalid("field_not_object", file=called, field=name) from exc
    except ValidationError as exc:
        error = exc.errors()[0]
        attribute = ".".join(map(str, error["loc"]))[:_SHOWN]
        if attribute == "type" and isinstance(error["input"], str):
            types, unknown = ", ".join(get_args(FieldType)), error["input"][:_SHOWN]
            raise Invalid("field_type_unknown", file=called, field=name, type=unknown, types=types) from exc
        reason = say("field_name_invalid") if attribute == "name" and stated else reason_of(error)
        raise Invalid("custom_field_invalid", file=called, field=name, attribute=attribute, reason=reason) from exc
