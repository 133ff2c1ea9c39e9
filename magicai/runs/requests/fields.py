"""The fields of a request, however deep: what a type alone does not say of them, and their values."""

import types
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar, Union, cast, get_args, get_origin

from pydantic import BaseModel, GetJsonSchemaHandler, SecretStr
from pydantic.fields import FieldInfo
from pydantic_core import CoreSchema

from magicai.runs.run import JSON

M = TypeVar("M", bound=BaseModel)
Path = tuple[str | int, ...]
_UNIONS = (Union, types.UnionType)
_LISTS = (list, tuple)


class Mark:
    """What an annotation says of a field beside its type; its keywords stand in the field's JSON Schema."""

    def keywords(self) -> JSON:
        """The keywords."""
        return {}

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JSON:
        """The type's schema, with the keywords."""
        made = handler(schema)
        # Of a field that may be left out, they belong to the value, and not to its absence.
        text = next((one for one in made.get("anyOf", ()) if one.get("type") == "string"), made)
        text.update(self.keywords())
        return made


Marked = TypeVar("Marked", bound=Mark)


@dataclass(frozen=True, slots=True)
class LongText(Mark):
    """Text of many lines: a large box in a form, `@FILE` or `-` on the command line."""

    def keywords(self) -> JSON:
        """Plain text."""
        return {"contentMediaType": "text/plain"}


@dataclass(frozen=True, slots=True)
class Unit(Mark):
    """What a number counts, such as `s` or `pages`: a form shows it beside the box."""

    name: str

    def keywords(self) -> JSON:
        """The unit."""
        return {"unit": self.name}


@dataclass(frozen=True, slots=True)
class Spelled(Mark):
    """Another name of the field's option on the command line."""

    option: str


@dataclass(frozen=True, slots=True)
class FromSetting(Mark):
    """Where nobody gives a value, it is that of a setting of whoever has the run."""

    setting: str


@dataclass(frozen=True, slots=True)
class Shape:
    """A field's type, without what may be missing.

    Attributes:
        base: what is left of the annotation, such as `str`, `tuple[str, ...]` or a model.
        marks: what its annotations say.
        optional: whether it may be None.
    """

    base: Any
    marks: tuple[Any, ...] = ()
    optional: bool = False

    @property
    def origin(self) -> Any:
        """The type without its arguments."""
        return get_origin(self.base) or self.base

    @property
    def is_many(self) -> bool:
        """Whether it is a list."""
        return self.origin in _LISTS

    @property
    def is_map(self) -> bool:
        """Whether it is a map."""
        return self.origin is dict or self.origin is Mapping

    @property
    def model(self) -> type[BaseModel] | None:
        """The model of a nested object."""
        return self.base if isinstance(self.base, type) and issubclass(self.base, BaseModel) else None

    @property
    def is_secret(self) -> bool:
        """Whether it is a secret."""
        return self.base is SecretStr

    @property
    def item(self) -> "Shape":
        """What a list or a map holds."""
        arguments = get_args(self.base) or (Any,)
        return shape(arguments[-1] if self.is_map else arguments[0])

    def mark(self, kind: type[Marked]) -> Marked | None:
        """The mark of a kind."""
        return next((one for one in self.marks if isinstance(one, kind)), None)


def shape_of(field: FieldInfo) -> Shape:
    """The shape of a model's field."""
    return shape(field.annotation, field.metadata)


def shape(annotation: Any, marks: Sequence[Any] = ()) -> Shape:
    """The shape of a type; of several that it may be, the first that says more than that it is text."""
    if get_origin(annotation) is Annotated:
        inner, *more = get_args(annotation)
        return shape(inner, (*more, *marks))
    if get_origin(annotation) not in _UNIONS:
        return Shape(annotation, tuple(marks))
    given = get_args(annotation)
    options = [shape(one) for one in given if one is not type(None)]
    best = next((option for option in options if option.base not in (str, Any)), options[0])
    # A map or, instead of it, a file: what is said of the file holds where one is given.
    said = (*marks, *(mark for option in options for mark in option.marks))
    return Shape(best.base, said, optional=len(options) < len(given))


def field_at(model: type[BaseModel], path: Sequence[str | int]) -> FieldInfo | None:
    """The field that a path leads to, or the last one on the way: pydantic puts in which type of several it tried."""
    found, of = None, Shape(model)
    for part in path:
        while of.is_many or of.is_map:
            of = of.item
        if of.model is not None and part in of.model.model_fields:
            found = of.model.model_fields[str(part)]
            of = shape_of(found)
    return found


def holds_secret(of: Shape, *, inside: frozenset[Any] = frozenset()) -> bool:
    """Whether a secret may be anywhere in what has this shape."""
    if of.is_many or of.is_map:
        return holds_secret(of.item, inside=inside)
    if of.model is None or of.model in inside:
        return of.is_secret
    fields = of.model.model_fields.values()
    return any(holds_secret(shape_of(field), inside=inside | {of.model}) for field in fields)


@dataclass(frozen=True, slots=True)
class Leaf:
    """A value of a request that holds no others, and where it is."""

    path: Path
    value: Any
    shape: Shape

    @property
    def where(self) -> str:
        """Its name, the parts joined by dots."""
        return ".".join(map(str, self.path))


def leaves(request: BaseModel) -> Iterator[Leaf]:
    """Every value that is there."""
    for name, field in type(request).model_fields.items():
        yield from _leaves(getattr(request, name), shape_of(field), (name,))


def _leaves(value: Any, of: Shape, path: Path) -> Iterator[Leaf]:
    if isinstance(value, BaseModel):
        for leaf in leaves(value):
            yield Leaf((*path, *leaf.path), leaf.value, leaf.shape)
    elif isinstance(value, Mapping):
        for name, one in cast("Mapping[str, Any]", value).items():
            yield from _leaves(one, of.item if of.is_map else Shape(Any), (*path, name))
    elif isinstance(value, _LISTS):
        for number, one in enumerate(cast("Sequence[Any]", value)):
            yield from _leaves(one, of.item if of.is_many else Shape(Any), (*path, number))
    elif value is not None:
        yield Leaf(path, value, of)


def replaced(request: M, changes: Mapping[Path, Any]) -> M:
    """The same request with other values at some places."""
    return cast("M", _replaced(request, changes, ())) if changes else request


def _replaced(value: Any, changes: Mapping[Path, Any], path: Path) -> Any:
    if path in changes:
        return changes[path]
    if not any(change[: len(path)] == path for change in changes):
        return value
    if isinstance(value, BaseModel):
        names = {change[len(path)] for change in changes if change[: len(path)] == path}
        update = {str(name): _replaced(getattr(value, str(name)), changes, (*path, name)) for name in names}
        return value.model_copy(update=update)
    if isinstance(value, Mapping):
        given = cast("Mapping[str, Any]", value)
        return {name: _replaced(one, changes, (*path, name)) for name, one in given.items()}
    parts = cast("Sequence[Any]", value)
    return type(parts)(_replaced(one, changes, (*path, number)) for number, one in enumerate(parts))  # pyright: ignore[reportCallIssue, reportUnknownVariableType]


def in_clear(request: BaseModel, *, only_given: bool = False) -> JSON:
    """A request as JSON, its secrets as they are: pydantic would write stars.

    Args:
        only_given: without what nobody has given.
    """
    made = request.model_dump(mode="json", exclude_unset=only_given)
    for leaf in leaves(request):
        if isinstance(leaf.value, SecretStr):
            put(made, leaf.path, leaf.value.get_secret_value())
    return made


def put(row: JSON, path: Path, value: Any) -> None:
    """Change the value at a place of a request that is JSON."""
    place: Any = row
    for part in path[:-1]:
        place = place[part]
    place[path[-1]] = value
