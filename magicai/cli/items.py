"""The many things that a run's steps work on."""

import asyncio
import json
import sys

import click


@click.command("items", help="List the items that a run's steps work on.")
@click.argument("run_id", metavar="RUN")
@click.option("--state", multiple=True, help="Only items in this state: pending, running, done, failed.")
@click.option("--limit", type=click.IntRange(min=1), default=50, show_default=True, help="Maximum number of items.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON on standard output.")
def items(run_id: str, state: tuple[str, ...], limit: int, *, as_json: bool) -> None:
    """List a run's items."""
    asyncio.run(_items(run_id, state, limit, as_json=as_json))


async def _items(run_id: str, state: tuple[str, ...], limit: int, *, as_json: bool) -> None:
    from magicai.cli.installation import open_installation
    from magicai.errors import Invalid
    from magicai.ports import ItemState
    from magicai.values.units import so_many

    known = {known.value for known in ItemState}
    for name in state:
        if name not in known:
            raise Invalid("unknown_item_state", name=name, names=", ".join(sorted(known)))
    async with open_installation() as installation:
        run = await installation.find(run_id)
        found = await installation.items(run, states=[ItemState(name) for name in state], limit=limit)
    if as_json:
        print(json.dumps(found, ensure_ascii=False, indent=1))
        return
    for step in found["steps"]:
        counts = ", ".join(f"{step[one]:,} {one}" for one in ItemState if step[one])
        print(f"{step['step']}: {counts}", file=sys.stderr)
    if not found["steps"]:
        print(f"No step of run {run.run_id} works on items.", file=sys.stderr)
    for item in found["items"]:
        problem = item["problem"]
        words = f"{problem['what']} {problem['way_out']}".strip() if problem else ""
        tries = so_many(item["attempts"], "attempts")
        print("  ".join(part for part in (f"{item['state']:<7}", item["key"], tries, words) if part))
