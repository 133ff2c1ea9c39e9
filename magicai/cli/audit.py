"""The audit log."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from datetime import datetime

    from magicai.shapes.audit import AuditEventShown


@click.command("audit", help="Show who did what in the workspace, newest first; with --csv, write it to a file.")
@click.option("--person", default="", metavar="NAME", help="Only what this user did.")
@click.option("--action", default="", help="Only this action, such as key.created, or category, such as key.")
@click.option("--from", "from_day", type=click.DateTime(["%Y-%m-%d"]), metavar="DAY", help="First day, as 2026-12-01.")
@click.option("--to", "to_day", type=click.DateTime(["%Y-%m-%d"]), metavar="DAY", help="Last day.")
@click.option("--zone", default="UTC", show_default=True, help="Time zone of the days, such as Europe/Oslo.")
@click.option("--for-all", is_flag=True, help="Events of the installation, with sign-ins of all users.")
@click.option("--most", type=click.IntRange(1), default=50, show_default=True, help="Maximum number of events.")
@click.option("--csv", "file", type=click.Path(path_type=Path), help="Write all of them to this CSV file.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON on standard output.")
def audit(
    person: str,
    action: str,
    from_day: "datetime | None",
    to_day: "datetime | None",
    zone: str,
    *,
    for_all: bool,
    most: int,
    file: Path | None,
    as_json: bool,
) -> None:
    """Show the audit log."""
    from magicai.cli.asking import all_of, save
    from magicai.operations.audit import export_audit_events, list_audit_events

    since, until = (None if day is None else day.date() for day in (from_day, to_day))
    if file is not None:
        counts = save(
            export_audit_events,
            file,
            person=person,
            action=action,
            from_day=since,
            to_day=until,
            zone=zone,
            for_all=for_all,
        )
        print(f"{file}: {counts.get('events', 0):,} events", file=sys.stderr)
        return
    asked = {"person": person, "action": action, "from_day": since, "to_day": until, "zone": zone}
    found = all_of(list_audit_events, **asked, for_all=for_all, most=most)
    if as_json:
        print("[" + ",\n".join(one.model_dump_json(indent=1) for one in found) + "]")
        return
    if not found:
        print("No events.", file=sys.stderr)
        return
    from magicai.cli.tables import print_table
    from magicai.values.times import to_iso

    rows = [[to_iso(one.at), _person(one), one.description, f"{one.via} {one.address}".rstrip()] for one in found]
    print_table([["TIME", "PERSON", "WHAT", "FROM"], *rows])


def _person(one: "AuditEventShown") -> str:
    name = "(former member)" if one.person is None else one.person or "-"
    return f"{name} (key {one.key})" if one.key else name
