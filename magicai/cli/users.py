"""Users: added, listed, disabled."""

import json
import sys
from typing import TYPE_CHECKING

import click

from magicai.accounts.identity import Role
from magicai.cli.command_name import command
from magicai.values.times import now_us

if TYPE_CHECKING:
    from collections.abc import Sequence

    from integrations.open import Ports
    from magicai.cli.asking import Asker
    from magicai.shapes.accounts import ApiKeyShown, UserShown

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
    from magicai.accounts.users import check_name
    from magicai.cli.asking import ask
    from magicai.operations import users
    from magicai.shapes.accounts import NewUser

    check_name(name)
    given = NewUser(name=name, role=Role(role), password=_password(stdin=password_stdin))
    _tell(_owner(given.name, given.role, given.password) if local else ask(users.make_user, given))


def _owner(name: str, role: Role, password: str) -> "UserShown":
    """The owner of this machine's runs as a user."""
    from magicai.accounts.users import add_user
    from magicai.cli.local import with_ports
    from magicai.shapes.accounts import UserShown

    async def work(ports: "Ports") -> UserShown:
        made = await add_user(ports.records.identities, name, role, password, user_id=ports.settings.owner)
        return UserShown.of(made)

    return with_ports(work)


@user.command("list", help="List users and their roles.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON on standard output.")
def list_users(*, as_json: bool) -> None:
    """List all users."""
    from magicai.cli.asking import all_of
    from magicai.operations import users

    found = all_of(users.list_users)
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
    from magicai.cli.asking import asking
    from magicai.operations import users
    from magicai.shapes.accounts import ChangedUser

    async def work(asker: "Asker") -> "UserShown":
        found = await _named(asker, name)
        return await asker.ask(users.change_user, found.user_id, ChangedUser(enabled=enable))

    _tell(asking(work))


@user.command("delete", help="Delete a user with their personal workspace. What they made in others stays.")
@click.argument("name")
@click.option("--yes", is_flag=True, help="Don't ask for confirmation.")
def delete(name: str, *, yes: bool) -> None:
    """Delete a user for good."""
    from magicai.cli.asking import asking
    from magicai.cli.workspaces import print_deletion
    from magicai.operations import deletion
    from magicai.shapes.workspaces import Confirmation, Deletion

    async def work(asker: "Asker") -> Deletion:
        found = await _named(asker, name)
        return await asker.ask(deletion.delete_user, found.user_id, Confirmation(name=name))

    if not yes:
        click.confirm(f"Delete {name} and all that is theirs alone? This can't be undone.", abort=True, err=True)
    print_deletion(name, asking(work))


@user.command("password", help="Set a user's password, and choose which API keys to keep. Signs them out.")
@click.argument("name")
@click.option("--keep-key", "keep", multiple=True, metavar="KEY", help="API key to keep. Repeat it to keep several.")
@_password_stdin
def password(name: str, keep: tuple[str, ...], *, password_stdin: bool) -> None:
    """Set a password."""
    from magicai.cli.asking import asking, each
    from magicai.operations import users
    from magicai.shapes.accounts import ChangedUser

    new = _password(stdin=password_stdin)

    async def work(asker: "Asker") -> "UserShown":
        found = await _named(asker, name)
        kept = list(keep) or _kept([one async for one in each(asker, users.list_user_api_keys, found.user_id)])
        return await asker.ask(users.change_user, found.user_id, ChangedUser(password=new, keep_keys=kept))

    _tell(asking(work))


async def _named(asker: "Asker", name: str) -> "UserShown":
    """A user by name.

    Raises:
        NotFound: there is none.
    """
    from magicai.cli.asking import each
    from magicai.errors import NotFound
    from magicai.operations import users

    async for one in each(asker, users.list_users):
        if one.name == name:
            return one
    raise NotFound("user_not_found", way_out="list_users", owner=name)


def _kept(keys: "Sequence[ApiKeyShown]") -> list[str]:
    """Which of a user's API keys stay: whoever is at a terminal says so, elsewhere none does."""
    now = now_us()
    living = [key for key in keys if key.revoked_at is None and (key.expires_at is None or now < key.expires_at)]
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


def _tell(one: "UserShown") -> None:
    print(f"{one.user_id}  {one.role.value:<8}  {one.name}{'' if one.disabled_at is None else '  (disabled)'}")
