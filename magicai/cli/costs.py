"""What calls of language models have cost."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from magicai.ports import CostGrouping
    from magicai.shapes.costs import CostShown

_LONGEST = 400


@click.command("costs", help="Show what your calls of language models have cost; with --csv, by run.")
@click.option(
    "--by",
    type=click.Choice(["workflow", "model", "person"]),
    default="workflow",
    show_default=True,
    help="What to group by.",
)
@click.option(
    "--days", type=click.IntRange(1, _LONGEST), default=30, show_default=True, help="Number of days, up to today."
)
@click.option("--zone", default="UTC", show_default=True, help="Time zone of the days, such as Europe/Oslo.")
@click.option("--csv", "file", type=click.Path(path_type=Path), help="Write the costs by run to this CSV file.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON on standard output.")
def costs(by: "CostGrouping", days: int, zone: str, file: Path | None, *, as_json: bool) -> None:
    """Show costs."""
    from magicai.cli.asking import ask, save
    from magicai.operations.costs import export_run_costs, show_costs

    if file is not None:
        counts = save(export_run_costs, file, days=days, zone=zone)
        print(f"{file}: {counts.get('runs', 0):,} runs", file=sys.stderr)
        return
    found = ask(show_costs, by=by, days=days, zone=zone)
    if as_json:
        print(found.model_dump_json(indent=1))
        return
    from magicai.cli.tables import print_table

    outside = "(outside of runs)"
    rows = [[one.name or outside, *_cells(one)] for one in found.groups]
    print_table([[by.upper(), "CALLS", "TOKENS", "COST"], *rows, ["total", *_cells(found.total)]])
    print(f"From {found.from_day} to {found.to_day} ({found.zone})", file=sys.stderr)
    if found.total.estimated:
        print("~: the cost of some calls is estimated or unknown.", file=sys.stderr)


def _cells(one: "CostShown") -> list[str]:
    """`12`, `3,400`, `~$0.0021`."""
    from magicai.values.money import money_in_words

    cost = money_in_words(one.cost.amount, one.cost.currency)
    return [f"{one.calls:,}", f"{one.prompt_tokens + one.completion_tokens:,}", f"~{cost}" if one.estimated else cost]
