"""Sample data of all workflows, added and removed as one."""

import asyncio
import sys
from typing import TYPE_CHECKING

import click

from magicai.cli.asking import ask

if TYPE_CHECKING:
    from magicai.shapes.sample_data import SampleDataShown

_POLL_S = 1.0
_NO_MODEL = "No language model is connected: the texts are lists of facts, and the answer is the closest passages."


@click.group("sample", help="Add sample data of all workflows, and remove it.")
def sample() -> None:
    """Sample data."""


@sample.command("add", help="Add a sample shop's report, products, texts, documents, an answer and a review.")
def add() -> int:
    """Add it, and follow it to its end."""
    return asyncio.run(_add())


@sample.command("show", help="Show the sample data that there is, by run.")
def show() -> None:
    """Show it."""
    from magicai.operations.sample_data import show_sample_data

    found = ask(show_sample_data)
    if not found.parts:
        print("There is no sample data.", file=sys.stderr)
    for part in found.parts:
        print(f"{part.run_id}  {part.workflow}: {part.status}")


@sample.command("remove", help="Remove the sample data. What you have made, edited or published stays.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def remove(*, yes: bool) -> None:
    """Remove it."""
    from magicai.operations.sample_data import remove_sample_data

    if not yes:
        click.confirm("Remove the sample data?", abort=True, err=True)
    found = ask(remove_sample_data)
    print("Removed the sample data.")
    for run_id in found.kept:
        print(f"{run_id} stays: what it added was changed or published.", file=sys.stderr)


async def _add() -> int:
    from magicai.cli.foreground import settings_for_a_run
    from magicai.cli.installation import open_installation
    from magicai.operations.sample_data import add_sample_data, show_sample_data
    from magicai.runs import registry
    from magicai.runs.run import RunStatus

    async with open_installation(settings_for_a_run(*registry.names())) as installation:
        shown = await installation.asker.ask(add_sample_data)
        runs = [await installation.find(part.run_id) for part in shown.parts]
        for run in runs:
            if run.status is RunStatus.QUEUED and not run.waits:  # one that waits begins at the end of the other
                await installation.start(run)
        said = set[str]()
        while True:
            _say_ended(shown, said)
            if len(said) == len(shown.parts):
                break
            await asyncio.sleep(_POLL_S)
            shown = await installation.asker.ask(show_sample_data)
        for run in runs:
            await installation.wait_finished(run)
    if not shown.has_model:
        print(_NO_MODEL, file=sys.stderr)
    return 0 if all(part.status in (RunStatus.COMPLETED, RunStatus.PARTIAL) for part in shown.parts) else 1


def _say_ended(shown: "SampleDataShown", said: set[str]) -> None:
    for part in shown.parts:
        if part.status.ended and part.run_id not in said:
            said.add(part.run_id)
            print(f"{part.run_id}  {part.workflow}: {part.status}", flush=True)
