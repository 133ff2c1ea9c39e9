"""A workflow's parameter model as command-line arguments; the model itself checks what was typed."""

from typing import Any, Literal, get_args, get_origin

import click
from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined


def parameters_of(model: type[BaseModel]) -> list[click.Parameter]:
    """Required fields as arguments, the others as options; `--no-NAME` beside an option that knows `none`."""
    made: list[click.Parameter] = []
    for name, field in model.model_fields.items():
        if field.is_required():
            made.append(
                click.Argument(
                    [name], required=False, nargs=-1 if _is_many(field) else 1, metavar=_metavar(name, field)
                )
            )
            continue
        made.append(_option(name, field))
        if "none" in _choices(field):
            words = f"Short for --{_dashed(name)} none."
            made.append(click.Option([f"--no-{_dashed(name)}", f"no_{name}"], is_flag=True, help=words))
    return made


def values_of(model: type[BaseModel], typed: dict[str, Any]) -> dict[str, Any]:
    """What was typed, by field; what was not typed is left to the model's defaults."""
    values: dict[str, Any] = {}
    for name in model.model_fields:
        if typed.get(f"no_{name}"):
            values[name] = "none"
        elif typed.get(name) not in (None, ()):
            values[name] = typed[name]
    return values


def _option(name: str, field: FieldInfo) -> click.Option:
    choices = _choices(field)
    words = field.description or ""
    if field.default not in (None, PydanticUndefined):
        words = f"{words} Default: {field.default}."
    if field.annotation is bool:
        return click.Option([f"--{_dashed(name)}/--no-{_dashed(name)}", name], default=None, help=words)
    metavar = (
        "|".join(choices) if choices else ("NUMBER" if field.annotation is int or field.annotation is float else "TEXT")
    )
    return click.Option([f"--{_dashed(name)}", name], multiple=_is_many(field), metavar=metavar, help=words)


def _choices(field: FieldInfo) -> tuple[str, ...]:
    return tuple(str(c) for c in get_args(field.annotation)) if get_origin(field.annotation) is Literal else ()


def _is_many(field: FieldInfo) -> bool:
    return get_origin(field.annotation) in (tuple, list)


def _metavar(name: str, field: FieldInfo) -> str:
    return f"{name.upper()}..." if _is_many(field) else name.upper()


def _dashed(name: str) -> str:
    return name.replace("_", "-")
