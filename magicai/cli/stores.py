"""Where the stores are, and the yes that a server of the user's needs before its first use."""

import asyncio
import json
import sys
from collections.abc import Iterable, Mapping

import click

from integrations.store_roles import ROLES, Role, RoleAddress, not_accepted, role_addresses
from integrations.store_roles import accept as keep
from magicai.cli.command_name import command
from magicai.errors import Invalid, Missing
from magicai.extras import bring
from magicai.runs import registry
from magicai.settings import Settings, load

_CLIENT_EXTRAS: Mapping[Role, str] = {
    "records": "postgresql",
    "cache": "redis",
    "search": "elasticsearch",
    "graph": "neo4j",
    "vectors": "vectors",
    "files": "s3",
}


@click.group("stores", help="List stores, and accept your own servers.", invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="Print JSON on standard output.")
@click.pass_context
def stores(context: click.Context, *, as_json: bool) -> None:
    """List every role with the store that plays it."""
    if context.invoked_subcommand is not None:
        return
    places = role_addresses(load())
    if as_json:
        print(json.dumps([{"role": place.role, "store": _store(place)} for place in places], indent=1))
        return
    for place in places:
        print(f"{place.role:8} {_store(place)}")


@stores.command("accept", help="Allow MagicAI to use the servers whose addresses are set. Default: all of them.")
@click.argument("roles", nargs=-1, type=click.Choice(ROLES))
@click.option("--anew", is_flag=True, help="Start with empty records after a loss: `accept records --anew`.")
@click.option(
    "--take-over", is_flag=True, help="Use these stores here: no other machine uses these records any longer."
)
def accept(roles: tuple[Role, ...], *, anew: bool, take_over: bool) -> None:
    """Keep that these servers may be used."""
    settings = load()
    if take_over:
        _take_over(settings, roles)
        return
    if anew and roles != ("records",):
        raise click.UsageError("--anew applies only to the records: magicai stores accept records --anew")
    chosen = roles or tuple(place.role for place in role_addresses(settings) if place.address)
    if not chosen:
        variables = ", ".join(place.variable for place in role_addresses(settings))
        raise Invalid("store_address_not_set", variables=variables)
    embedded = anew and not next(place.address for place in role_addresses(settings) if place.role == "records")
    new = [] if embedded else keep(settings, chosen)
    bring(extras_of(settings))
    for place in new:
        print(f"{place.role}: {place.address}", file=sys.stderr)
    if anew:
        _begin_anew()
    elif not new:
        print("All servers that are set have been accepted.", file=sys.stderr)


def _take_over(settings: Settings, roles: tuple[Role, ...]) -> None:
    from integrations.open import take_over

    wanted = roles or ROLES
    servers: list[Role] = [one.role for one in role_addresses(settings) if one.address and one.role in wanted]
    if servers:
        keep(settings, servers)
    bring(extras_of(settings))
    where = asyncio.run(take_over(settings, wanted))
    print(
        f"{where}: this machine has taken over {', '.join(roles) or 'all stores'}. Other machines that are not set to"
        f" the same stores are refused from now on. To fill these: {command('reconcile')}",
        file=sys.stderr,
    )


def _begin_anew() -> None:
    from integrations.open import begin_anew

    where = asyncio.run(begin_anew(load()))
    print(
        f"{where}: started with empty records" if where else "The records exist. Nothing was changed.",
        file=sys.stderr,
    )


def prepare(
    settings: Settings,
    *,
    workflows: Iterable[str] = (),
    models: Iterable[str] = (),
    sample: bool = False,
    may_lack: bool = False,
) -> None:
    """See to what a run needs before there is one: the yes to servers, a model that can be named, the packages.

    Args:
        settings: of this installation.
        workflows: those that will run.
        models: those that the request names, beside those of the settings.
        sample: whether it is only the sample that will be read, which does without what is downloaded later.
        may_lack: whether to do without the packages of workflows and of semantic search where they can't be installed:
            what needs them says so when it runs. Those that settings ask for are required all the same.

    Raises:
        Invalid: there is nobody to ask, the answer is no, or MAGICAI_MODEL can't be read.
        Missing: packages could not be installed.
    """
    from integrations.text.model_registry import EXTRAS, default_names

    ask_for_stores(settings)
    providers = {name.partition(":")[0] for name in (*default_names(settings), *models)}
    needed = extras_of(settings) | {extra for provider, extra in EXTRAS.items() if provider in providers}
    if settings.browser:
        needed.add("browser")
    later = {extra for workflow in workflows for extra in registry.workflow(workflow).extras}
    if not sample:
        later.add("vectors")
    if not may_lack:
        bring(needed | later)
        return
    bring(needed)
    try:
        bring(later)
    except Missing as exc:
        print(f"{exc} Continuing without.", file=sys.stderr)


def extras_of(settings: Settings) -> set[str]:
    """The extras that the servers need which may be used."""
    return {_CLIENT_EXTRAS[place.role] for place in role_addresses(settings) if place.address and place.accepted}


def ask_for_stores(settings: Settings) -> None:
    """Ask a person at a terminal for the yes that servers of theirs still need.

    Raises:
        Invalid: there is nobody to ask, or the answer is no.
    """
    asked = [place for place in role_addresses(settings) if place.address and not place.accepted]
    if not asked:
        return
    refused = not_accepted(asked)
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise refused
    for place in asked:
        click.echo(f"{place.variable} is set to {place.address}. MagicAI would store its {place.role} there.", err=True)
    if not click.confirm("Use it?" if len(asked) == 1 else "Use them?", err=True):
        raise refused
    keep(settings, [place.role for place in asked])


def _store(place: RoleAddress) -> str:
    if not place.address:
        return f"embedded; {place.variable} is not set"
    return place.address if place.accepted else f"{place.address}, not accepted yet: magicai stores accept"
