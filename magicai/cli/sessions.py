"""Where one is signed in."""

import json
import sys

import click

from magicai.errors import Invalid
from magicai.values.times import to_iso


@click.group("session", help="List and end your sessions.")
def session() -> None:
    """Where one is signed in."""


@session.command("list", help="List your sessions, newest first.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON on standard output.")
def list_sessions(*, as_json: bool) -> None:
    """List sessions."""
    from magicai.cli.asking import all_of
    from magicai.operations import sessions

    found = all_of(sessions.list_sessions)
    if as_json:
        print(json.dumps([one.model_dump(mode="json") for one in found], indent=1))
        return
    if not found:
        print("No sessions.", file=sys.stderr)
    for one in found:
        current = "  (this session)" if one.current else ""
        print(f"{one.session_id}  {one.kind.value:<7}  {to_iso(one.created_at)}  {one.client or ''}{current}")


@session.command("end", help="End one of your sessions, or with --others all but the one that the command uses.")
@click.argument("session_id", required=False)
@click.option("--others", is_flag=True, help="End all your other sessions.")
def end(session_id: str | None, *, others: bool) -> None:
    """End sessions."""
    from magicai.cli.asking import ask
    from magicai.operations import sessions

    if others == (session_id is not None):
        raise Invalid("session_or_others")
    if session_id is None:
        ask(sessions.end_other_sessions)
    else:
        ask(sessions.end_session, session_id)
