"""Which models there are, and which one each role uses."""

import asyncio
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from magicai.cli.command_name import say
from magicai.errors import Invalid, MagicError, Permanent
from magicai.extras import bring
from magicai.models.choices import ROLES, Role, checked, role_named
from magicai.models.consents import host_named
from magicai.values.money import money_in_words

if TYPE_CHECKING:
    from rich.table import Table

    from integrations.choosing_models import Change
    from integrations.open import Ports
    from magicai.cli.asking import Asker
    from magicai.ports import VectorSpace
    from magicai.runs.views.models import ModelShown, RoleShown
    from magicai.shapes.models import ModelTried

_HELP = "List language models: ready or not, context, price, where data goes; and the model of each role."


@click.group("models", help=_HELP, invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="Print JSON on standard output.")
@click.pass_context
def models(context: click.Context, *, as_json: bool) -> None:
    """List models."""
    if context.invoked_subcommand is None:
        _list(as_json=as_json)


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
    from magicai.cli.asking import ask
    from magicai.operations import models as operations
    from magicai.shapes.models import ModelChosen

    now = ask(operations.choose_model, role_named(role), ModelChosen(name=None))
    say(f"{role}: {now.name}")
    for line in _of_vectors(now):
        say(line)


@models.command("test", help="Ask the model of each role once, or of one role. It may cost a little.")
@click.argument("role", type=click.Choice(ROLES), required=False)
def test_model(role: str | None) -> None:
    """Try models."""
    from magicai.cli.asking import asking
    from magicai.operations import models as operations

    roles: Sequence[Role] = [role_named(role)] if role else ROLES

    async def work(asker: "Asker") -> list[Role]:
        failed: list[Role] = []
        for one in roles:
            try:
                tried = await asker.ask(operations.try_role, one)
            except MagicError as exc:
                failed.append(one)
                say(f"{one}: {exc}")
                continue
            say(f"{one}: {tried_line(tried)}")
        return failed

    if failed := asking(work):
        raise Permanent("models_not_usable", names=", ".join(failed))


@models.command("allow", help="Allow that documents are sent to a host, such as api.openai.com.")
@click.argument("host")
def allow_host(host: str) -> None:
    """Allow a host."""
    _allow(host_named(host), allowed=True)


@models.command("forbid", help="Withdraw that documents may be sent to a host.")
@click.argument("host")
def forbid_host(host: str) -> None:
    """Withdraw a consent."""
    _allow(host_named(host), allowed=False)


def _allow(host: str, *, allowed: bool) -> None:
    from magicai.cli.asking import ask
    from magicai.operations import models as operations
    from magicai.shapes.models import HostAllowed

    ask(operations.allow_host, host, HostAllowed(allowed=allowed))
    say(f"Documents {'may' if allowed else 'may not'} be sent to {host}.")


@models.command("embed", help="Make all vectors with the embedding model that is set. An interrupted run is resumed.")
@click.option("--yes", is_flag=True, help="Don't ask for confirmation.")
def embed_command(*, yes: bool) -> None:
    """Make vectors."""
    _only_here()
    asyncio.run(_embed(yes=yes))


def tried_line(tried: "ModelTried") -> str:
    """What came of asking a model once, as a line."""
    cost = "price unknown" if tried.cost is None else money_in_words(tried.cost) if tried.cost else "free"
    return f"{tried.name}: {tried.answer or 'no model'} ({tried.duration_s:.2f} s, {cost})"


def _only_here() -> None:
    from magicai.settings import load

    if load().server:
        raise Invalid("model_setting_gateway_only")


def _bring(name: str) -> None:
    from integrations.choosing_models import extra_of

    extra = extra_of(name)
    if extra is not None:
        bring([extra])


def _list(*, as_json: bool) -> None:
    from magicai.cli.asking import ask
    from magicai.cli.terminal import console
    from magicai.operations import models as operations

    found = ask(operations.show_models)
    if as_json:
        print(found.model_dump_json(indent=1))
        return
    rows = [
        (
            model.name,
            "yes" if model.ready else "no",
            "" if model.provider == "composer" else f"{model.context_tokens:,}" if model.context_tokens else "unknown",
            _price(model),
            ", ".join(model.capabilities),
            "leaves this machine" if model.leaves_machine else "stays here",
        )
        for model in found.models
    ]
    drawn = console(sys.stdout)
    drawn.print(_table(("Model", "Ready", "Context", "Price per million tokens", "Can", "Data"), rows))
    for model in found.models:
        if model.why_not:
            drawn.print(f"{model.name}: {model.why_not}")
    drawn.print()
    drawn.print(_table(("Role", "Model", "Set by", "Data"), [_of_role(one) for one in found.roles]))
    for role in found.roles:
        for line in _of_vectors(role):
            drawn.print(line, markup=False, highlight=False)


def _table(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> "Table":
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for title in titles:
        table.add_column(title, overflow="fold")
    for row in rows:
        table.add_row(*row)
    return table


def _of_role(role: "RoleShown") -> tuple[str, str, str, str]:
    origin = {"chosen": "magicai models set", "environment": role.setting}.get(role.origin, "default")
    data = f"goes to {role.host}" if role.host else "stays here"
    if role.needs_consent and role.consent is None:
        data = f"{data}: magicai models allow {role.host}"
    return role.role, role.name, origin, data


def _of_vectors(role: "RoleShown") -> list[str]:
    """What is to be known of the vectors, where they are not those of the embedder that is set."""
    if role.role != "embedder":
        return []
    if role.making:
        making = f"Vectors of {role.making} are being made; those of {role.searched} are searched."
        return [f"{making} To continue: magicai models embed"]
    if role.searched != role.name:
        return [f"Vectors of {role.searched} are searched. To make those of {role.name}: magicai models embed"]
    return []


async def _set(role: Role, name: str) -> None:
    from integrations.choosing_models import choose
    from integrations.open import open_own_ports

    async with open_own_ports() as ports:
        await choose(ports, role, name)
    say(f"{role}: {name}")


async def _set_embedder(name: str, *, yes: bool, background: bool) -> None:
    from integrations.choosing_models import choose, start, weigh
    from integrations.open import open_own_ports

    async with open_own_ports() as ports:
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
    from integrations.open import open_own_ports
    from magicai.models.choices import model_of

    async with open_own_ports() as ports:
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
            else f"about {money_in_words(change.cost)}"
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
