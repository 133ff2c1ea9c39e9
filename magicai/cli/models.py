"""Which models there are, and which one each role uses."""

import asyncio
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from magicai.cli.called import say
from magicai.errors import Invalid, MagicError, Permanent
from magicai.extras import bring
from magicai.models.choices import ROLES, Role, checked, role_named
from magicai.models.consents import host_named

if TYPE_CHECKING:
    from rich.console import Console

    from integrations.choosing_models import Change
    from integrations.open import Ports
    from magicai.ports import VectorSpace
    from magicai.runs.views.models import ModelShown

_HELP = "List language models: ready or not, context, price, where data goes; and the model of each role."


@click.group("models", help=_HELP, invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="Print JSON on standard output.")
@click.pass_context
def models(context: click.Context, *, as_json: bool) -> None:
    """List models."""
    if context.invoked_subcommand is None:
        asyncio.run(_models(as_json=as_json))


@models.command("set", help="Set the model of a role, once it has answered.")
@click.argument("role", type=click.Choice(ROLES))
@click.argument("name")
@click.option("--yes", is_flag=True, help="Don't ask for confirmation.")
@click.option("--background", is_flag=True, help="Make vectors in the background.")
def set_model(role: str, name: str, *, yes: bool, background: bool) -> None:
    """Choose a model."""
    _only_here()
    chosen = role_named(role)
    name = checked(chosen, name)
    _bring(name)
    if chosen == "embedder":
        asyncio.run(_set_embedder(name, yes=yes, background=background))
    else:
        asyncio.run(_set(chosen, name))


@models.command("unset", help="Use the model that the settings name for a role.")
@click.argument("role", type=click.Choice(ROLES))
def unset_model(role: str) -> None:
    """Forget a choice."""
    _only_here()
    asyncio.run(_unset(role))


@models.command("test", help="Ask the model of each role once, or of one role. It may cost a little.")
@click.argument("role", type=click.Choice(ROLES), required=False)
def test_model(role: str | None) -> None:
    """Try models."""
    _only_here()
    asyncio.run(_test([role_named(role)] if role else ROLES))


@models.command("allow", help="Allow that documents are sent to a host, such as api.openai.com.")
@click.argument("host")
def allow_host(host: str) -> None:
    """Allow a host."""
    _only_here()
    asyncio.run(_allow(host_named(host), allowed=True))


@models.command("forbid", help="Withdraw that documents may be sent to a host.")
@click.argument("host")
def forbid_host(host: str) -> None:
    """Withdraw a consent."""
    _only_here()
    asyncio.run(_allow(host_named(host), allowed=False))


@models.command("embed", help="Make all vectors with the embedding model that is set. An interrupted run is resumed.")
@click.option("--yes", is_flag=True, help="Don't ask for confirmation.")
def embed_command(*, yes: bool) -> None:
    """Make vectors."""
    _only_here()
    asyncio.run(_embed(yes=yes))


def _only_here() -> None:
    from magicai.settings import load

    if load().server:
        raise Invalid("model_setting_gateway_only")


def _bring(name: str) -> None:
    from integrations.choosing_models import extra_of

    extra = extra_of(name)
    if extra is not None:
        bring([extra])


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
    from magicai.settings import load

    if not load().server:
        await _roles(drawn)


async def _roles(console: "Console") -> None:
    from rich.table import Table

    from integrations.model_roles import roles_shown
    from integrations.open import open_ports

    table = Table(box=None, pad_edge=False, header_style="bold")
    for title in ("Role", "Model", "Set by", "Data"):
        table.add_column(title, overflow="fold")
    async with open_ports() as ports:
        for one in await roles_shown(ports):
            origin = {"chosen": "magicai models set", "environment": one.setting}.get(one.origin, "default")
            data = f"goes to {one.host}" if one.host else "stays here"
            if one.needs_consent and one.consent is None:
                data = f"{data}: magicai models allow {one.host}"
            table.add_row(one.role, one.name, origin, data)
        said = await _of_vectors(ports)
    console.print()
    console.print(table)
    for line in said:
        console.print(line, markup=False, highlight=False)


async def _of_vectors(ports: "Ports") -> list[str]:
    """What is to be known of the vectors, where they are not those of the embedder that is set."""
    from magicai.models.choices import model_of

    spaces = await ports.records.model_choices.spaces()
    serving = next((one.embedder for one in spaces if one.state == "serving"), "embedded")
    filling = next((one.embedder for one in spaces if one.state == "filling"), None)
    wanted = await model_of("embedder", ports.records.model_choices, ports.settings)
    if filling is not None:
        return [
            f"Vectors of {filling} are being made; those of {serving} are searched. To continue: magicai models embed"
        ]
    if serving != wanted:
        return [f"Vectors of {serving} are searched. To make those of {wanted}: magicai models embed"]
    return []


async def _set(role: Role, name: str) -> None:
    from integrations.choosing_models import choose
    from integrations.open import open_ports

    async with open_ports() as ports:
        await choose(ports, role, name)
    say(f"{role}: {name}")


async def _test(roles: Sequence[Role]) -> None:
    from integrations.choosing_models import try_model
    from integrations.open import open_ports
    from magicai.models.choices import model_of

    failed: list[Role] = []
    async with open_ports() as ports:
        for role in roles:
            name = await model_of(role, ports.records.model_choices, ports.settings)
            try:
                tried = await try_model(ports, role, name)
            except MagicError as exc:
                failed.append(role)
                say(f"{role}: {name}: {exc}")
                continue
            cost = "price unknown" if tried.cost is None else f"${tried.cost:.6f}" if tried.cost else "free"
            answer = tried.answer or "no model"
            say(f"{role}: {name}: {answer} ({tried.seconds:.2f} s, {cost})")
    if failed:
        raise Permanent("models_not_usable", names=", ".join(failed))


async def _allow(host: str, *, allowed: bool) -> None:
    from integrations.open import open_ports

    async with open_ports() as ports:
        choices = ports.records.model_choices
        if allowed:
            await choices.allow(host, ports.settings.owner)
            say(f"Documents may be sent to {host}.")
        else:
            await choices.withdraw(host)
            say(f"Documents may not be sent to {host}.")


async def _set_embedder(name: str, *, yes: bool, background: bool) -> None:
    from integrations.choosing_models import choose, start, weigh
    from integrations.open import open_ports

    async with open_ports() as ports:
        change = await weigh(ports, name)
        _confirm(change, yes=yes)
        space = await choose(ports, "embedder", name)
        say(f"embedder: {name}")
        if space is None:
            return
        if background:
            start(ports.settings)
            say("Its vectors are being made. To see whether they are complete: magicai models")
            return
        await _make(ports, space)


async def _embed(*, yes: bool) -> None:
    from integrations.choosing_models import missing, weigh
    from integrations.open import open_ports
    from magicai.models.choices import model_of

    async with open_ports() as ports:
        name = await model_of("embedder", ports.records.model_choices, ports.settings)
        _bring(name)
        change = await weigh(ports, name)
        if change.amount is not None:
            _confirm(change, yes=yes)
        space = await missing(ports)
        if space is None:
            say(f"All vectors are of {name}.")
            return
        await _make(ports, space)


async def _unset(role: str) -> None:
    from integrations.choosing_models import unset
    from integrations.open import open_ports
    from magicai.models.choices import model_of

    async with open_ports() as ports:
        choices = ports.records.model_choices
        await unset(ports, role_named(role))
        say(f"{role}: {await model_of(role_named(role), choices, ports.settings)}")
        for line in await _of_vectors(ports):
            say(line)


def _confirm(change: "Change", *, yes: bool) -> None:
    """Say what a change means, and ask where it costs something, or texts leave the machine.

    Raises:
        Invalid: there is nobody to ask.
    """
    entries = change.amount.entries if change.amount else 0
    if entries:
        price = (
            "its price is unknown"
            if change.cost is None
            else "free"
            if not change.cost
            else f"about ${change.cost:.2f}"
        )
        where = f"; they are sent to {change.host}" if change.host else ""
        say(f"{change.name} will read {entries:,} texts ({price}{where}). The vectors that are there serve until then.")
    if yes or not entries or not (change.cost or change.cost is None or change.host):
        return
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise Invalid("confirmation_required")
    click.confirm("Continue?", abort=True, err=True)


async def _make(ports: "Ports", space: "VectorSpace") -> None:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    from integrations.choosing_models import make_vectors
    from magicai.cli.terminal import console

    columns = ("{task.description}", BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console(sys.stderr)) as progress:
        bar = progress.add_task(f"Vectors of {space.embedder}", total=None)
        made = await make_vectors(
            ports, space, on_progress=lambda done, total: progress.update(bar, completed=done, total=total)
        )
    say(f"{made:,} vectors of {space.embedder} were made, and are searched from now on.")


def _price(model: "ModelShown") -> str:
    if model.price is None:
        return "unknown"
    if not model.price.prompt and not model.price.completion:
        return "free"
    return f"${model.price.prompt:g} prompt, ${model.price.completion:g} answer"
