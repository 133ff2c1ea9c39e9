"""The many things that a run's steps work on."""

import json
import sys
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from magicai.cli.asking import Asker
    from magicai.shapes.plans import ItemShown, StepItemsShown


@click.command("items", help="List the items that a run's steps work on.")
@click.argument("run_id", metavar="RUN")
@click.option("--state", multiple=True, help="Only items in this state: pending, running, done, failed.")
@click.option("--limit", type=click.IntRange(min=1), default=50, show_default=True, help="Maximum number of items.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON on standard output.")
def items(run_id: str, state: tuple[str, ...], limit: int, *, as_json: bool) -> None:
    """List a run's items."""
    from magicai.cli.asking import asking, each
    from magicai.errors import Invalid
    from magicai.operations.runs import list_items
    from magicai.ports import ItemState
    from magicai.shapes.plans import ItemList
    from magicai.values.units import so_many

    known = {known.value for known in ItemState}
    for name in state:
        if name not in known:
            raise Invalid("unknown_item_state", name=name, names=", ".join(sorted(known)))

    async def work(asker: "Asker") -> "tuple[list[StepItemsShown], list[ItemShown]]":
        steps = (await asker.ask(list_items, run_id, limit=1)).steps
        wanted = [ItemState(name) for name in state]
        return steps, [item async for item in each(asker, list_items, run_id, state=wanted, most=limit)]

    steps, found = asking(work)
    if as_json:
        whole = ItemList(steps=steps, items=found, next_cursor=None)
        shown = whole.model_dump(mode="json", exclude={"next_cursor"})
        print(json.dumps(shown, ensure_ascii=False, indent=1))
        return
    for step in steps:
        counts = ", ".join(f"{getattr(step, one):,} {one}" for one in ItemState if getattr(step, one))
        print(f"{step.step}: {counts}", file=sys.stderr)
    if not steps:
        print(f"No step of run {run_id} works on items.", file=sys.stderr)
    for item in found:
        words = f"{item.problem.what} {item.problem.way_out}".strip() if item.problem else ""
        tries = so_many(item.attempts, "attempts")
        print("  ".join(part for part in (f"{item.state:<7}", item.key, tries, words) if part))
