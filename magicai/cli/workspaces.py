"""Workspaces: list, create, invite, join, leave."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from magicai.cli.command_name import command

if TYPE_CHECKING:
    from magicai.shapes.workspaces import Deletion, InvitationShown, WorkspaceMemberShown, WorkspaceShown

_ROLES = click.Choice(["viewer", "editor", "reviewer", "admin"])
_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON on standard output.")


@click.group("workspace", help="Manage workspaces, in which people work together.")
def workspace() -> None:
    """Where people work together."""


@workspace.command("list", help="List the workspaces that you are in.")
@_JSON
def list_workspaces(*, as_json: bool) -> None:
    """List one's own."""
    from magicai.cli.asking import all_of
    from magicai.operations import workspaces

    found = all_of(workspaces.list_workspaces)
    if as_json:
        print(json.dumps([one.model_dump(mode="json") for one in found], indent=1))
        return
    for one in found:
        print(_line(one))


@workspace.command("create", help="Create a workspace, of which you are the admin.")
@click.argument("name")
def create(name: str) -> None:
    """Make one."""
    from magicai.cli.asking import ask
    from magicai.operations import workspaces
    from magicai.shapes.workspaces import WorkspaceNamed

    made = ask(workspaces.make_workspace, WorkspaceNamed(name=name))
    print(_line(made))
    print(f"Work in it: MAGICAI_WORKSPACE={made.workspace_id}", file=sys.stderr)


@workspace.command("rename", help="Rename the workspace.")
@click.argument("name")
def rename(name: str) -> None:
    """Give it another name."""
    from magicai.cli.asking import ask
    from magicai.operations import workspaces
    from magicai.shapes.workspaces import WorkspaceNamed

    print(_line(ask(workspaces.rename_workspace, WorkspaceNamed(name=name))))


@workspace.command("members", help="List who is in the workspace.")
@_JSON
def members(*, as_json: bool) -> None:
    """List its members."""
    from magicai.cli.asking import all_of
    from magicai.operations import workspaces

    found = all_of(workspaces.list_members)
    if as_json:
        print(json.dumps([one.model_dump(mode="json") for one in found], indent=1))
        return
    for one in found:
        print(_member(one))


@workspace.command("role", help="Change a member's role. USER is a name or an id, as `workspace members` lists it.")
@click.argument("user")
@click.argument("role", type=_ROLES)
def role(user: str, role: str) -> None:
    """Make a member something else."""
    from magicai.accounts.identity import WorkspaceRole
    from magicai.cli.asking import ask
    from magicai.operations import workspaces
    from magicai.shapes.workspaces import MemberRoleChange

    changed = ask(workspaces.change_member, _id_of(user), MemberRoleChange(role=WorkspaceRole(role)))
    print(_member(changed))


@workspace.command("remove", help="Remove a member, or leave. USER is a name or an id.")
@click.argument("user")
def remove(user: str) -> None:
    """Let somebody go."""
    from magicai.cli.asking import ask
    from magicai.operations import workspaces

    ask(workspaces.remove_member, _id_of(user))


@workspace.command("invite", help="Invite one person by a link, which works once.")
@click.option("--email", default="", help="Where its link is mailed to, if a mail server is set up.")
@click.option("--role", type=_ROLES, default="editor", show_default=True, help="What they become.")
@click.option("--days", type=click.IntRange(1, 90), default=7, show_default=True, help="Days until it expires.")
def invite(email: str, role: str, days: int) -> None:
    """Make an invitation."""
    from magicai.accounts.identity import WorkspaceRole
    from magicai.cli.asking import ask
    from magicai.operations import workspaces
    from magicai.shapes.workspaces import NewInvitation

    made = ask(
        workspaces.make_invitation, NewInvitation(role=WorkspaceRole(role), days=days, email=email, language="en")
    )
    print(_invitation(made))
    if made.mailed:
        print(f"Its link is mailed to {made.email}.")
        return
    if email:
        print("No mail was sent, since no mail server is set up.", file=sys.stderr)
    print(f"Its secret, shown only once: {made.secret}")
    print(f"Accept it: {command('workspace', 'join', 'SECRET')}, or on the page under /join/SECRET", file=sys.stderr)


@workspace.command("invitations", help="List invitations to the workspace.")
@_JSON
def invitations(*, as_json: bool) -> None:
    """List them."""
    from magicai.cli.asking import all_of
    from magicai.operations import workspaces

    found = all_of(workspaces.list_invitations)
    if as_json:
        print(json.dumps([one.model_dump(mode="json") for one in found], indent=1))
        return
    for one in found:
        print(_invitation(one))


@workspace.command("withdraw", help="Withdraw an invitation.")
@click.argument("invitation_id", metavar="INVITATION")
def withdraw(invitation_id: str) -> None:
    """Let it let nobody in."""
    from magicai.cli.asking import ask
    from magicai.operations import workspaces

    ask(workspaces.remove_invitation, invitation_id)


@workspace.command("join", help="Accept an invitation.")
@click.argument("secret")
def join(secret: str) -> None:
    """Become a member."""
    from magicai.cli.asking import ask
    from magicai.operations import workspaces
    from magicai.shapes.workspaces import InvitationSecret

    print(_line(ask(workspaces.join_workspace, InvitationSecret(secret=secret.rpartition("/")[2]))))


@workspace.command("delete", help="Delete the workspace with all that is in it. NAME confirms which.")
@click.argument("name")
@click.option("--yes", is_flag=True, help="Don't ask for confirmation.")
def delete(name: str, *, yes: bool) -> None:
    """Delete it for good."""
    from magicai.cli.asking import ask
    from magicai.operations import deletion
    from magicai.shapes.workspaces import Confirmation

    if not yes:
        click.confirm(
            f"Delete {name} and all that is in it, for all members? This can't be undone.", abort=True, err=True
        )
    print_deletion(name, ask(deletion.delete_workspace, Confirmation(name=name)))


@workspace.command("export", help="Export all that is in the workspace as a ZIP file, without secrets.")
@click.argument("file", type=click.Path(path_type=Path))
def export(file: Path) -> None:
    """Write it to a file."""
    from magicai.cli.asking import save
    from magicai.operations.exporting import export_workspace

    counts = save(export_workspace, file)
    print(f"{file}: {counts.get('rows', 0):,} rows, {counts.get('files', 0):,} files", file=sys.stderr)


def print_deletion(name: str, done: "Deletion") -> None:
    """Say what was deleted, and what stays elsewhere."""
    begun = f"{name} is being deleted. A store is down or busy: `{command('up')}` finishes it."
    print(f"Deleted {name}: {done.rows:,} rows." if done.finished else begun, file=sys.stderr)
    for schedule in done.schedules:
        print(f"The schedule {schedule} was deleted as well.", file=sys.stderr)
    for address in done.online:
        print(f"This stays online: {address}", file=sys.stderr)


def _id_of(user: str) -> str:
    from magicai.cli.asking import all_of
    from magicai.operations import workspaces

    found = all_of(workspaces.list_members)
    return next((one.user_id for one in found if user in (one.name, one.user_id)), user)


def _line(one: "WorkspaceShown") -> str:
    return f"{one.workspace_id}  {one.role.value:<8}  {one.name}{'  (personal)' if one.personal else ''}"


def _member(one: "WorkspaceMemberShown") -> str:
    return f"{one.user_id}  {one.role.value:<8}  {one.name}{'' if one.enabled else '  (disabled)'}"


def _invitation(one: "InvitationShown") -> str:
    from magicai.values.times import to_iso

    state = f"accepted by {one.accepted_by}" if one.accepted_at else f"expires {to_iso(one.expires_at)}"
    return f"{one.invitation_id}  {one.role.value:<8}  {one.email or 'by link'}  {state}"
