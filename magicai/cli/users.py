"""Users: added, listed, disabled."""

import asyncio
import json
import sys
from typing import TYPE_CHECKING

import click

from magicai.accounts.identity import Role
from magicai.cli.called import command
from magicai.values.times import now_us

if TYPE_CHECKING:
    from collections.abc import Sequence

    from magicai.accounts.identity import ApiKey, User

_password_stdin = click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")


@click.group("user", help="Manage users.")
def user() -> None:
    """Users: added, listed, disabled."""


@user.command("add", help="Add a user. Asks for a password.")
@click.argument("name")
@click.option("--role", type=click.Choice([role.value for role in Role]), default="user", show_default=True)
@click.option("--local", is_flag=True, help="Add the owner of this command line's runs (MAGICAI_OWNER).")
@_password_stdin
def add(name: str, role: str, *, local: bool, password_stdin: bool) -> None:
    """Make a user."""
    asyncio.run(_add(name, Role(role), local=local, password_stdin=password_stdin))


async def _add(name: str, role: Role, *, local: bool, password_stdin: bool) -> None:
    from integrations.open import open_ports
    from magicai.accounts.users import add_user, check_name

    check_name(name)
    password = _password(stdin=password_stdin)
    async with open_ports() as ports:
        owner = ports.settings.owner if local else None
        made = await add_user(ports.records.identities, name, role, password, user_id=owner)
    _tell(made)


@user.command("list", help="List users and their roles.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON on standard output.")
def list_users(*, as_json: bool) -> None:
    """List all users."""
    asyncio.run(_list(as_json=as_json))


async def _list(*, as_json: bool) -> None:
    from integrations.open import open_ports

    async with open_ports() as ports:
        found = await ports.records.identities.users()
    if as_json:
        print(json.dumps([one.model_dump(mode="json") for one in found], indent=1))
        return
    if not found:
        print(f"No users yet. The first: {command('user', 'add', 'NAME', '--role', 'admin')}", file=sys.stderr)
    for one in found:
        _tell(one)


@user.command("disable", help="Disable a user, and sign them out. Their runs are kept.")
@click.argument("name")
@click.option("--enable", is_flag=True, help="Enable the user again.")
def disable(name: str, *, enable: bool) -> None:
    """Disable a user, or enable one again."""
    asyncio.run(_change(name, enabled=enable, password=None))


@user.command("password", help="Set a user's password, and choose which API keys to keep. Signs them out.")
@click.argument("name")
@click.option("--keep-key", "keep", multiple=True, metavar="KEY", help="API key to keep. Repeat it to keep several.")
@_password_stdin
def password(name: str, keep: tuple[str, ...], *, password_stdin: bool) -> None:
    """Set a password."""
    asyncio.run(_change(name, enabled=None, password=_password(stdin=password_stdin), keep=keep))


async def _change(name: str, *, enabled: bool | None, password: str | None, keep: "Sequence[str]" = ()) -> None:
    from integrations.open import open_ports
    from magicai.accounts.passwords import hashed
    from magicai.accounts.users import named

    kept = None if password is None else await hashed(password)
    async with open_ports() as ports:
        identities = ports.records.identities
        found = await named(identities, name)
        if kept is not None and not keep:
            keep = _kept(await identities.keys(found.user_id))
        changed = await identities.change_user(found.user_id, enabled=enabled, password_hash=kept, keep_keys=keep)
    _tell(changed)


def _kept(keys: "Sequence[ApiKey]") -> list[str]:
    """Which of a user's API keys stay: whoever is at a terminal says so, elsewhere none does."""
    living = [key for key in keys if key.holds(now_us())]
    for key in living:
        print(f"{key.key_id}  {key.hint}…  {key.name}", file=sys.stderr)
    if not living:
        return []
    if not sys.stdin.isatty():
        print("These API keys are revoked; to keep one: --keep-key KEY", file=sys.stderr)
        return []
    asked = "Ids of API keys to keep; all others are revoked"
    said: str = click.prompt(asked, default="", show_default=False, err=True)
    return said.replace(",", " ").split()


def _password(*, stdin: bool) -> str:
    from magicai.accounts.passwords import check_password
    from magicai.errors import Invalid

    if stdin:
        return check_password(sys.stdin.readline().rstrip("\r\n"))
    if not sys.stdin.isatty():
        raise Invalid("password_requires_terminal")
    return check_password(click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True))


def _tell(one: "User") -> None:
    print(f"{one.user_id}  {one.role.value:<8}  {one.name}{'' if one.enabled else '  (disabled)'}")
