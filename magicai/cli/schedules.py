"""What starts by itself, and whose its runs are."""

import json
import sys

import click

from magicai.cli.command_name import command


@click.group("schedule", help="List schedules, and set their owners.")
def schedule() -> None:
    """What starts by itself."""


@schedule.command("list", help="List schedules with their owners and times.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON on standard output.")
def list_schedules(*, as_json: bool) -> None:
    """List all schedules."""
    from magicai.cli.asking import all_of
    from magicai.operations import schedules
    from magicai.operations.runs import EVERYBODY

    _start_here()
    found = all_of(schedules.list_schedules, owner=EVERYBODY)
    if as_json:
        print(json.dumps([one.model_dump(mode="json") for one in found], ensure_ascii=False, indent=1))
        return
    if not found:
        print(f"No schedules yet. `{command('up')}` creates those in prefect.yaml.", file=sys.stderr)
    for one in found:
        print(f"{one.schedule_id}  {one.when}  {one.owner}{'' if one.active else '  (off)'}")


@schedule.command("bind", help="Set the owner of a schedule's runs. Default: MAGICAI_OWNER.")
@click.argument("schedule_id", metavar="SCHEDULE")
@click.option("--user", help="The user.")
def bind(schedule_id: str, user: str | None) -> None:
    """Bind a schedule to a user."""
    from magicai.cli.asking import ask
    from magicai.operations import schedules
    from magicai.shapes.schedules import ScheduleOwner

    _start_here()
    bound = ask(schedules.set_schedule_owner, schedule_id, ScheduleOwner(name=user))
    print(f"{bound.schedule_id}: {bound.owner}")


def _start_here() -> None:
    """On this machine, start what keeps schedules where it does not run; a gateway's runs."""
    from magicai.cli.local import with_ports
    from magicai.settings import load

    if load().server is None:
        with_ports(lambda ports: ports.schedules.listed(start=True))
