"""List settings, and set those that can be set while MagicAI runs."""

import json
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from magicai.cli.command_name import say
from magicai.errors import MagicError

if TYPE_CHECKING:
    from magicai.cli.asking import Asker
    from magicai.settings_listed import Listed
    from magicai.shapes.settings import SettingShown

_ALL = click.option("--all", "for_all", is_flag=True, help="For all users, where each has their own. For admins.")
_HELP = "List all settings with value, default and origin. Secrets are masked."


@click.group("settings", help=_HELP, invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="Print JSON on standard output.")
@click.pass_context
def settings(context: click.Context, *, as_json: bool) -> None:
    """List every setting."""
    if context.invoked_subcommand is not None:
        return
    rows = _rows()
    if as_json:
        print(json.dumps([row.as_json() for row in rows], indent=1, ensure_ascii=False))
        return
    for row in rows:
        print(f"{row.name}={row.value}  ({row.origin}; default {row.default})\n    {row.description}")


@settings.command("set", help="Set a setting. A secret is asked for, or read from standard input.")
@click.argument("name")
@click.argument("value", required=False)
@_ALL
def set_command(name: str, value: str | None, *, for_all: bool) -> None:
    """Set one."""
    from magicai.cli.asking import asking
    from magicai.errors import Invalid
    from magicai.operations import settings as operations
    from magicai.setting_values import kind_of, setting_named, variable_of
    from magicai.shapes.settings import SettingChange

    known = setting_named(name)
    if kind_of(known) == "secret" and value is not None:
        raise Invalid("setting_secret_on_command_line", setting=variable_of(known))
    if value is None:
        value = _asked(known) if sys.stdin.isatty() else sys.stdin.read().strip()
    given = value

    async def work(asker: "Asker") -> "SettingShown":
        version = await _version(asker, known, for_all=for_all)
        return await asker.ask(
            operations.set_setting, known, SettingChange(value=given, version=version, for_all=for_all)
        )

    say(_line(asking(work)))


@settings.command("reset", help="Reset a setting to what is set for all, or else to its default.")
@click.argument("name")
@_ALL
def reset_command(name: str, *, for_all: bool) -> None:
    """Reset one."""
    from magicai.cli.asking import asking
    from magicai.operations import settings as operations
    from magicai.setting_values import setting_named

    known = setting_named(name)

    async def work(asker: "Asker") -> "SettingShown":
        version = await _version(asker, known, for_all=for_all)
        return await asker.ask(operations.reset_setting, known, version=version, for_all=for_all)

    say(_line(asking(work)))


@settings.command("test", help="Ask the models that a key is for once. It may cost a little.")
@click.argument("name")
@_ALL
def test_command(name: str, *, for_all: bool) -> None:
    """Try a key."""
    from magicai.cli.asking import ask
    from magicai.cli.models import tried_line
    from magicai.operations import settings as operations
    from magicai.setting_values import setting_named

    for one in ask(operations.try_setting, setting_named(name), for_all=for_all).tried:
        say(tried_line(one))


def _asked(name: str) -> str:
    from magicai.setting_values import kind_of, variable_of

    return click.prompt(variable_of(name), hide_input=kind_of(name) == "secret", err=True)


async def _version(asker: "Asker", name: str, *, for_all: bool) -> int:
    """The version that a change is made on; a setting that the caller does not see is refused by what is asked next."""
    from magicai.operations import settings as operations

    found = (await asker.ask(operations.show_settings, for_all=for_all)).settings
    return next((one.version for one in found if one.name == name), 0)


def _line(one: "SettingShown") -> str:
    return f"{one.variable}={_shown(one)}  ({one.origin})"


def _shown(one: "SettingShown") -> str:
    if one.kind == "secret":
        return f"****{one.hint}" if one.has_value else ""
    if isinstance(one.value, list):
        return ",".join(map(str, one.value))
    return "" if one.value is None else str(one.value)


def _rows() -> "list[Listed]":
    """All settings of this machine, or those of a gateway that can be set there."""
    from magicai.cli.asking import ask
    from magicai.operations import settings as operations
    from magicai.settings import load
    from magicai.settings_listed import listed

    here = load()
    rows = listed(here)
    try:
        set_ones = {one.variable: one for one in ask(operations.show_settings).settings}
    except MagicError as exc:
        if here.server is not None:
            raise
        say(str(exc))  # what the environment says can be listed all the same
        return rows
    if here.server is not None:
        rows = [row for row in rows if row.name in set_ones]
    return [
        replace(row, value=_shown(one), origin=one.origin) if (one := set_ones.get(row.name)) is not None else row
        for row in rows
    ]
