"""Which language models there are."""

import asyncio
import sys
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from magicai.runs.views.models import ModelShown


@click.command("models", help="List language models: ready or not, context, price, where data goes.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON on standard output.")
def models(*, as_json: bool) -> None:
    """List models."""
    asyncio.run(_models(as_json=as_json))


async def _models(*, as_json: bool) -> None:
    from rich.table import Table

    from magicai.cli.installation import open_installation
    from magicai.cli.terminal import console
    from magicai.runs.views.models import Models

    async with open_installation() as installation:
        found = await installation.models()
    if as_json:
        print(Models(models=list(found)).model_dump_json(indent=1))
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for title in ("Model", "Ready", "Context", "Price per million tokens", "Can", "Data"):
        table.add_column(title, overflow="fold")
    for one in found:
        context = "" if one.provider == "composer" else f"{one.context_tokens:,}" if one.context_tokens else "unknown"
        data = "leaves this machine" if one.leaves_machine else "stays here"
        table.add_row(one.name, "yes" if one.ready else "no", context, _price(one), ", ".join(one.capabilities), data)
    drawn = console(sys.stdout)
    drawn.print(table)
    for one in found:
        if one.why_not:
            drawn.print(f"{one.name}: {one.why_not}")


def _price(model: "ModelShown") -> str:
    if model.price is None:
        return "unknown"
    if not model.price.prompt and not model.price.completion:
        return "free"
    return f"${model.price.prompt:g} prompt, ${model.price.completion:g} answer"
