"""Values that are typed as something else than themselves: in a file, on standard input, as JSON, by the keyboard."""

import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from magicai.errors import Invalid

_LARGEST = 1_000_000  # what the body of a request may be


def text_of(option: str, typed: str) -> str:
    """A text: itself, `@FILE`'s, or standard input's for `-`; `@@` begins one that begins with `@`."""
    if typed == "-":
        return sys.stdin.read(_LARGEST)
    if typed.startswith("@@"):
        return typed[1:]
    return _read(option, typed[1:]) if typed.startswith("@") else typed


def secret_of(option: str, typed: str) -> str:
    """A secret: the first line of `@FILE`, the variable of `env:NAME`, or what is typed unseen for `-`.

    Raises:
        Invalid: it stands in the command, where the shell's history and every process can read it; it is not quoted.
    """
    if typed == "-":
        if sys.stdin.isatty():
            return click.prompt(option.removeprefix("--"), hide_input=True, err=True)
        return sys.stdin.readline().rstrip("\r\n")
    if typed.startswith("@"):
        return _read(option, typed[1:]).partition("\n")[0].rstrip("\r")
    name = typed.removeprefix("env:")
    if name == typed:
        raise _readable(option, f"{option} @FILE, {option} env:NAME, or {option} - to be asked")
    if name not in os.environ:
        raise Invalid("environment_variable_not_found", option=option, name=name)
    return os.environ[name]


def map_of(option: str, typed: Sequence[str], *, file: bool = False, secret: bool = False) -> Any:
    """A map from NAME=VALUE, again and again; from JSON or `@FILE`, whole.

    Args:
        option: for messages.
        typed: each of its values.
        file: whether the path of a file will do instead.
        secret: whether values are secrets.

    Raises:
        Invalid: it is none.
    """
    made: dict[str, Any] = {}
    for one in typed:
        if one.lstrip().startswith(("{", "[", "@")):
            whole = json_of(option, one, secret=secret)
            if not isinstance(whole, dict):
                return whole  # a list of maps, or what the model refuses
            made |= whole
            continue
        name, equals, value = one.partition("=")
        if not equals and file and len(typed) == 1:
            return one
        if not equals or not name:
            raise Invalid("name_value_invalid", option=option)
        made[name] = secret_of(f"{option} {name}", value) if secret else value
    return made


def json_of(option: str, typed: str, *, secret: bool = False) -> Any:
    """A value from JSON, or from `@FILE` of it.

    Raises:
        Invalid: it is none, or holds a secret in the command itself.
    """
    if secret and not typed.startswith("@"):
        raise _readable(option, f"{option} @FILE")
    text = _read(option, typed[1:]) if typed.startswith("@") else typed
    try:
        return json.loads(text)
    except ValueError as exc:
        raise Invalid(
            "json_value_invalid", way_out="write_json_or_file", name=option, value=typed[:80], reason=exc
        ) from exc


def _readable(option: str, how: str) -> Invalid:
    return Invalid("secret_on_command_line", option=option, how=how)


def _read(option: str, name: str) -> str:
    path = Path(name).expanduser()
    if not path.is_file():
        raise Invalid("option_file_not_found", option=option, name=name)
    try:
        if path.stat().st_size > _LARGEST:
            raise Invalid("option_file_too_large", option=option, name=name, limit=_LARGEST // 1000)
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as exc:
        raise Invalid("option_file_not_readable", option=option, name=name) from exc
