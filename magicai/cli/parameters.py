"""A workflow's parameter model as command-line arguments; the model itself checks what was typed.

An object's fields are options with dots, lists and maps repeat one, and `typed.py` reads what is given by a file.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from enum import StrEnum
from typing import Any, Literal, get_args

import click
from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from magicai.cli.typed import json_of, map_of, secret_of, text_of
from magicai.runs.requests.fields import LongText, Shape, Spelled, holds_secret, shape_of
from magicai.runs.requests.files_in import InputFile


class Kind(StrEnum):
    """How a field is typed."""

    FLAG = "flag"
    NUMBER = "NUMBER"
    TEXT = "TEXT"
    LONG = "TEXT|@FILE|-"
    FILE = "FILE"
    SECRET = "@FILE|env:NAME|-"  # noqa: S105 - says how one is given
    MAP = "NAME=VALUE|JSON|@FILE"
    JSON = "JSON|@FILE"


def parameters_of(model: type[BaseModel]) -> list[click.Parameter]:
    """Required fields as arguments, the others as options; `--no-NAME` beside an option that knows `none`."""
    made: list[click.Parameter] = []
    for path, field in _fields(model):
        of = shape_of(field)
        if len(path) == 1 and field.is_required() and _kind(of) in (Kind.TEXT, Kind.NUMBER, Kind.FILE):
            name = path[0]
            many = -1 if of.is_many else 1
            metavar = f"{name.upper()}..." if of.is_many else name.upper()
            made.append(click.Argument([name], required=False, nargs=many, metavar=metavar))
            continue
        made.append(_option(path, field))
        if "none" in _choices(of):
            words = f"Short for --{_dashed(path)} none."
            made.append(click.Option([f"--no-{_dashed(path)}", f"no_{_key(path)}"], is_flag=True, help=words))
    return made


def values_of(model: type[BaseModel], typed: dict[str, Any]) -> dict[str, Any]:
    """What was typed, by field; what was not typed is left to the model's defaults.

    Raises:
        Invalid: a file that holds a value is not there, or a value is no JSON where it must be; names the option.
    """
    values: dict[str, Any] = {}
    for path, field in _fields(model):
        given = "none" if typed.get(f"no_{_key(path)}") else typed.get(_key(path))
        if given in (None, ()):
            continue
        value = _value(f"--{_dashed(path)}", given, shape_of(field))
        with suppress(AttributeError, TypeError):  # the model says of an object that was given whole that it is none
            _place(values, path[:-1])[path[-1]] = value
    return values


def _fields(
    model: type[BaseModel], at: tuple[str, ...] = (), inside: tuple[type[BaseModel], ...] = ()
) -> Iterator[tuple[tuple[str, ...], FieldInfo]]:
    """Every field with the names that lead to it; an object's own before those that it holds."""
    for name, field in model.model_fields.items():
        yield (*at, name), field
        inner = shape_of(field).model
        if inner is not None and inner not in (model, *inside):
            yield from _fields(inner, (*at, name), (*inside, model))


def _place(values: dict[str, Any], path: Sequence[str]) -> dict[str, Any]:
    for part in path:
        values = values.setdefault(part, {})
    return values


def _option(path: tuple[str, ...], field: FieldInfo) -> click.Option:
    of = shape_of(field)
    kind, choices, name = _kind(of), _choices(of), f"--{_dashed(path)}"
    words = field.description or ""
    if field.default not in (None, PydanticUndefined, "", (), {}):
        words = f"{words} Default: {' '.join(str(field.default).split())}."
    if kind is Kind.FLAG:
        return click.Option([f"{name}/--no-{_dashed(path)}", _key(path)], default=None, help=words)
    many = of.is_many or of.is_map
    other = of.mark(Spelled)
    return click.Option(
        [name, *([other.option] if other else []), _key(path)],
        multiple=many,
        metavar="|".join(choices) or kind,
        help=words,
    )


def _value(option: str, given: Any, of: Shape) -> Any:
    """What was typed as the field takes it; of a text or a number, the text."""
    kind = _kind(of)
    if of.is_map:
        return map_of(option, given, file=of.mark(InputFile) is not None, secret=holds_secret(of.item))
    if kind is Kind.JSON:
        hidden = holds_secret(of)
        parts: list[Any] = [json_of(option, part, secret=hidden) for part in (given if of.is_many else [given])]
        # Of a list, one text may hold all.
        if len(parts) == 1 and (not of.is_many or isinstance(parts[0], list)):
            return parts.pop()
        return parts
    read = {Kind.LONG: text_of, Kind.SECRET: secret_of}.get(kind)
    if read is None:
        return given
    texts: list[str] = [read(option, part) for part in (given if of.is_many else [given])]
    return texts if of.is_many else texts[0]


def _kind(of: Shape) -> Kind:
    one = of.item if of.is_many else of
    if of.is_map:
        return Kind.MAP
    if one.is_many or one.is_map or isinstance(one.model, type) or one.origin is Mapping:
        return Kind.JSON
    if one.is_secret:
        return Kind.SECRET
    if one.mark(InputFile) is not None or of.mark(InputFile) is not None:
        return Kind.FILE
    if one.mark(LongText) is not None:
        return Kind.LONG
    if one.base is bool and one is of:
        return Kind.FLAG
    return Kind.NUMBER if one.base in (int, float) else Kind.TEXT


def _choices(of: Shape) -> tuple[str, ...]:
    one = of.item if of.is_many else of
    return tuple(map(str, get_args(one.base))) if one.origin is Literal else ()


def _key(path: tuple[str, ...]) -> str:
    return "__".join(path)


def _dashed(path: tuple[str, ...]) -> str:
    return ".".join(path).replace("_", "-")
