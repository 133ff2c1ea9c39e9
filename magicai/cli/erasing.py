"""A person's right to erasure."""

import asyncio
import json
from dataclasses import asdict

import click

from magicai.cli.command_name import say


@click.command("delete", help="Delete all data of a user from every store, from files and from Prefect.")
@click.option("--user", "name", required=True, help="User name, or an owner as in MAGICAI_OWNER.")
@click.option("--yes", is_flag=True, help="Don't ask for confirmation.")
@click.option("--json", "as_json", is_flag=True, help="Print what was deleted as JSON on standard output.")
def delete(name: str, *, yes: bool, as_json: bool) -> None:
    """Remove everything of a user."""
    if not yes:
        click.confirm(
            f"Delete all runs, reports, products and logs of {name}? This can't be undone.", abort=True, err=True
        )
    asyncio.run(_delete(name, as_json=as_json))


async def _delete(name: str, *, as_json: bool) -> None:
    from integrations.open import open_ports
    from magicai.operations.deletion import deleting
    from magicai.stores.backup import backups
    from magicai.stores.deletions import erase_person

    async with open_ports() as ports:
        everything = deleting(ports, report=say)
        done, archive = await erase_person(everything, name), everything.archive
        kept = "" if archive is None else f"{len(await backups(archive))} backups in {ports.settings.backup_dir}"
    if as_json:
        print(json.dumps(asdict(done), indent=1))
    if not (done.entries or done.attempts or sum(done.rows.values())):
        say(f"There is no user {name}, and no runs belong to that name.")
        return
    say(f"Deleted all data of {name} from the stores, the files and Prefect.")
    for address in done.online:
        say(f"This stays online: {address}")
    for schedule in done.schedules:
        say(f"Their schedule {schedule} was deleted as well.")
    if kept:
        say(f"{kept} may still contain it. Newer backups replace them, and restoring one deletes the data again.")
    else:
        say("Backups elsewhere may still contain it. After restoring one, run this command again.")
