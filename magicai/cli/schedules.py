"""What Prefect starts by itself, and whose its runs are."""

import asyncio
import json
import sys

import click

from magicai.cli.called import command


@click.group("schedule", help="List schedules, and set their owners.")
def schedule() -> None:
    """What starts by itself."""


@schedule.command("list", help="List schedules with their owners and times.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON on standard output.")
def list_schedules(*, as_json: bool) -> None:
    """List all schedules."""
    asyncio.run(_list(as_json=as_json))


@schedule.command("bind", help="Set the owner of a schedule's runs. Default: MAGICAI_OWNER.")
@click.argument("name", metavar="SCHEDULE")
@click.option("--user", help="The user.")
def bind(name: str, user: str | None) -> None:
    """Bind a schedule to a user."""
    asyncio.run(_bind(name, user))


async def _list(*, as_json: bool) -> None:
    from integrations.open import open_ports

    async with open_ports() as ports:
        found = await ports.schedules.listed(start=True)
        owners = await ports.records.identities.schedule_owners()
    rows = [
        {
            "schedule": one.name,
            "workflow": one.workflow,
            "when": one.when,
            "active": one.active,
            "user": owners[one.name].name if one.name in owners else None,
        }
        for one in found
    ]
    if as_json:
        print(json.dumps(rows, indent=1))
        return
    if not rows:
        print(f"No schedules yet. `{command('up')}` creates those in prefect.yaml.", file=sys.stderr)
    for one in rows:
        off = "" if one["active"] else "  (off)"
        print(f"{one['schedule']}  {one['when']}  {one['user'] or ports.settings.owner}{off}")


async def _bind(name: str, user: str | None) -> None:
    from integrations.open import open_ports
    from magicai.accounts.users import named
    from magicai.errors import NotFound

    async with open_ports() as ports:
        identities = ports.records.identities
        known = await ports.schedules.listed(start=True)
        found = next((one for one in known if name in (one.name, one.schedule_id)), None)
        if found is None:
            raise NotFound("schedule_not_found", way_out="list_schedules", schedule_id=name)
        owner = None if user is None else await named(identities, user)
        await identities.bind_schedule(found.name, owner.user_id if owner else None)
        print(f"{found.name}: {owner.name if owner else ports.settings.owner}")
