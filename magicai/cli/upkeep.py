"""Keep an installation healthy."""

import asyncio
import json
import sys
from collections import Counter

import click

from magicai.cli.command_name import as_called, command, say


@click.command("doctor", help="Check that everything works, by using each part.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON on standard output.")
def doctor(*, as_json: bool) -> int:
    """Check everything; 1 where something does not work, or the machine is too busy to tell."""
    return asyncio.run(_doctor(as_json=as_json))


async def _doctor(*, as_json: bool) -> int:
    from integrations.health import checks, import_clients
    from integrations.open import open_ports
    from magicai.doctor import Finding, Health, examine

    async with open_ports() as ports:
        import_clients(ports)
        tried = checks(ports)
        found: dict[str, Finding] = {}
        async for finding in examine(tried):
            found[finding.name] = finding
            if not as_json and finding.health is not Health.LATE:
                print(as_called(str(finding)), flush=True)
    count = Counter(finding.health for finding in found.values())
    if as_json:
        checks = [found[check.name].as_json() for check in tried]
        healthy = not count[Health.BAD] and not count[Health.LATE]
        print(json.dumps({"healthy": healthy, "checks": checks}, ensure_ascii=False, indent=1))
    else:
        if late := [check.name for check in tried if found[check.name].health is Health.LATE]:
            print(
                f"?   This machine is too busy to tell whether these work: {', '.join(late)}."
                f" Run {command('doctor')} again when it has less to do."
            )
        print(f"{count[Health.GOOD]} good, {count[Health.ABSENT]} absent, {count[Health.BAD]} bad", file=sys.stderr)
    return int(count[Health.BAD] + count[Health.LATE] > 0)


@click.command("reconcile", help="Compare the stores with the records, and repair differences.")
@click.option("--store", type=click.Choice(["search", "vectors", "graph", "cache"]), help="Only this store.")
@click.option("--dry-run", is_flag=True, help="Count the differences without repairing them.")
@click.option(
    "--yes", is_flag=True, help="Delete entries that are not in the records, even if they are most of a store."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON on standard output.")
def reconcile(store: str | None, *, dry_run: bool, yes: bool, as_json: bool) -> int:
    """Compare and repair; 3 where something could not be repaired or compared, 1 where nothing could be compared."""
    return asyncio.run(_reconcile(store, dry_run=dry_run, yes=yes, as_json=as_json))


async def _reconcile(store: str | None, *, dry_run: bool, yes: bool, as_json: bool) -> int:
    from integrations.open import open_ports
    from magicai.ports import Projection
    from magicai.stores.entity import Store
    from magicai.stores.reconcile import LARGEST_SHARE
    from magicai.stores.reconcile import reconcile as repair

    async with open_ports() as ports:
        chosen: dict[Store, Projection] = {
            name: port for name, port in ports.projections().items() if store in (None, name)
        }
        report = None if as_json else say
        share = 1.0 if yes else LARGEST_SHARE
        found = await repair(ports.records, chosen, repair=not dry_run, largest_share=share, on_progress=report)
    if as_json:
        print(json.dumps(found.as_json(), indent=1))
    else:
        print(found)
    if len(found.down) == len(chosen):
        return 1
    return 0 if not found.down and (dry_run or found.repaired == found.differences) else 3


@click.command("prune", help="Delete data that is older than its retention. `magicai up` does this every night.")
@click.option(
    "--days",
    type=click.IntRange(1),
    help="Days to keep page bodies, events and stored results. Default: MAGICAI_RETENTION_DAYS.",
)
def prune(days: int | None) -> None:
    """Remove what is old; runs, results and products stay."""
    asyncio.run(_prune(days))


async def _prune(days: int | None) -> None:
    from integrations.open import open_ports
    from magicai.settings import load
    from magicai.space import reserve_freed
    from magicai.stores.prune import prune as remove

    settings = load()
    with reserve_freed(settings.home):
        async with open_ports(settings) as ports:
            own = await ports.settings_of()
            removed = await remove(ports.records, ports.files, ports.orchestrator, own, days=days)
    for name, count in removed.items():
        print(f"{name}: {count}")
