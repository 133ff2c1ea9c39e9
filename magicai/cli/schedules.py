"""What starts by itself, when, and whose its runs are."""

import json
import sys
from typing import TYPE_CHECKING

import click

from magicai.cli.command_name import command
from magicai.values.recurrence import Every

if TYPE_CHECKING:
    from magicai.cli.asking import Asker
    from magicai.shapes.schedules import ScheduleShown

_json = click.option("--json", "as_json", is_flag=True, help="Print JSON on standard output.")


@click.group("schedule", help="Start runs at given times: list, add, pause and delete schedules, set their owners.")
def schedule() -> None:
    """What starts by itself."""


@schedule.command("list", help="List schedules with their owners and next times.")
@_json
def list_schedules(*, as_json: bool) -> None:
    """List the workspace's schedules."""
    from magicai.cli.asking import all_of
    from magicai.operations import schedules

    _start_here()
    found = all_of(schedules.list_schedules)
    if as_json:
        print(json.dumps([one.model_dump(mode="json") for one in found], ensure_ascii=False, indent=1))
        return
    if not found:
        print(f"No schedules yet. `{command('up')}` creates those in prefect.yaml.", file=sys.stderr)
    for one in found:
        print(f"{one.schedule_id}  {one.when}  {one.owner or 'needs an owner'}{'' if one.active else '  (paused)'}")
        _print_times(one)


@schedule.command("add", help="Start runs with the parameters of a run at given times: --every and --at, or --cron.")
@click.argument("run_id", metavar="RUN")
@click.option("--every", type=click.Choice([one.value for one in Every]), help="How often. weekday: Monday to Friday.")
@click.option("--at", metavar="HH:MM", help="When on these days; of hour the minute, such as :30.")
@click.option(
    "--on",
    multiple=True,
    metavar="DAY",
    help="Of week its days, mon to sun; of month its day, 1 to 28 or last. Can be repeated.",
)
@click.option("--cron", help="Instead: five fields, such as '0 7 * * 1'.")
@click.option("--zone", default="", help="Time zone, such as Europe/Berlin. Default: that of the settings.")
@_json
def add(
    run_id: str, *, every: str | None, at: str | None, on: tuple[str, ...], cron: str | None, zone: str, as_json: bool
) -> None:
    """Schedule a workflow with the parameters of a run."""
    from magicai.cli.asking import asking
    from magicai.operations.runs import show_run
    from magicai.operations.schedules import schedule_of
    from magicai.runs import registry

    async def work(asker: "Asker") -> "ScheduleShown":
        run = await asker.ask(show_run, run_id)
        parameters = registry.workflow(run.workflow).request.model_validate(run.request)
        return await asker.ask(
            schedule_of(run.workflow),
            parameters=parameters,
            every=Every(every) if every else None,
            time=at or "",
            on=list(on),
            cron=cron or "",
            zone=zone,
        )

    _start_here()
    added = asking(work)
    if as_json:
        print(added.model_dump_json(indent=1))
        return
    print(f"{added.schedule_id}  {added.when}")
    _print_times(added)


@schedule.command("pause", help="Pause a schedule. It keeps its parameters.")
@click.argument("schedule_id", metavar="SCHEDULE")
def pause(schedule_id: str) -> None:
    """Let a schedule start no runs."""
    _switch(schedule_id, active=False)


@schedule.command("activate", help="Activate a schedule that is paused.")
@click.argument("schedule_id", metavar="SCHEDULE")
def activate(schedule_id: str) -> None:
    """Let a schedule start runs again."""
    _switch(schedule_id, active=True)


@schedule.command("delete", help="Delete a schedule. The runs that it started are kept.")
@click.argument("schedule_id", metavar="SCHEDULE")
def delete(schedule_id: str) -> None:
    """Delete a schedule."""
    from magicai.cli.asking import ask
    from magicai.operations import schedules

    _start_here()
    ask(schedules.delete_schedule, schedule_id)


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


def _switch(schedule_id: str, *, active: bool) -> None:
    from magicai.cli.asking import ask
    from magicai.operations import schedules
    from magicai.shapes.schedules import ScheduleChange

    _start_here()
    ask(schedules.change_schedule, schedule_id, ScheduleChange(active=active))


def _print_times(one: "ScheduleShown") -> None:
    """Print its next times, on the clocks of its zone."""
    if one.next_times:
        print(f"  Next runs: {', '.join(time[:16].replace('T', ' ') for time in one.next_times)}")


def _start_here() -> None:
    """On this machine, start what keeps schedules where it does not run; a gateway's runs."""
    from magicai.cli.local import with_ports
    from magicai.settings import load

    if load().server is None:
        with_ports(lambda ports: ports.schedules.listed(start=True))
