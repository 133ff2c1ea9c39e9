"""What stays up: everything for one machine, the API, and Prefect's user interface."""

import os
import subprocess
import sys
import webbrowser
from importlib import import_module
from typing import TYPE_CHECKING

import click

from magicai.cli.command_name import as_called
from magicai.cli.stores import prepare
from magicai.runs import registry
from magicai.settings import load

if TYPE_CHECKING:
    from integrations.open import Ports
    from magicai.runs.run import Run


@click.command("up", help="Start everything on this machine: page, API, worker, schedules. Ctrl-C stops it.")
@click.option(
    "--port", type=click.IntRange(1, 65535), help="Port of the page and the API. Default: 8000, or a free port."
)
@click.option("--open/--no-open", "open_it", default=False, help="Open the page in a browser.")
def up(port: int | None, *, open_it: bool) -> int:
    """Start everything and stay until Ctrl-C."""
    if port is not None:
        os.environ["MAGICAI_PORT"] = str(port)
    prepare(load(), workflows=registry.names(), may_lack=True)
    # By name: the launcher stands above the command line.
    return import_module("deployments.launcher").main(open_it=open_it)


@click.command("serve", help="Serve only the page and the API, until Ctrl-C. `magicai up` includes them.")
@click.option("--host", help="Address to listen on. Default: MAGICAI_HOST (loopback).")
@click.option(
    "--port", type=click.IntRange(1, 65535), help="Port to listen on. Default: MAGICAI_PORT, or 8000, or a free port."
)
def serve(host: str | None, port: int | None) -> int:
    """Serve the gateway."""
    prepare(load())
    # By name: the gateway stands beside the command line.
    return import_module("magicai.api.serving").main(host=host, port=port, on_ready=_say_url)


def _say_url(url: str) -> None:
    print(f"Page and API: {url}", flush=True)


@click.command("mcp", help="Serve MCP on standard input and output. An assistant starts this command.")
def mcp() -> None:
    """Serve an assistant as the owner of this installation."""
    from magicai.cli.terminal import raw_output
    from magicai.mcp.local import serve as serve_assistant

    settings = load()
    prepare(settings)
    with raw_output():
        serve_assistant(settings)


@click.command("ui", help="Open the page, signed in, optionally at a run. Without `magicai up`, open Prefect's UI.")
@click.argument("run_id", metavar="[RUN]", required=False)
@click.option("--prefect", "in_prefect", is_flag=True, help="Open Prefect's user interface instead.")
@click.option("--open/--no-open", "open_it", default=True, help="Open a browser, or only print the link.")
def ui(run_id: str | None, *, in_prefect: bool, open_it: bool) -> None:
    """Print and open a link that signs in once."""
    import asyncio

    asyncio.run(_ui(run_id, in_prefect=in_prefect, open_it=open_it))


async def _ui(run_id: str | None, *, in_prefect: bool, open_it: bool) -> None:
    from integrations.open import open_ports
    from integrations.page_address import gateway_url
    from integrations.page_link import page_link
    from magicai.errors import Missing

    async with open_ports() as ports:
        run = None if run_id is None else await ports.records.runs.get(run_id, owner_id=ports.settings.workspace_id)
        try:
            url = None if in_prefect else gateway_url(ports.settings.home)
        except Missing:
            url = None
        if url is not None:
            link = await page_link(ports, url, run.run_id if run else None)
        else:
            if not in_prefect:
                notice = "MagicAI's page is not running; this opens Prefect's. To start the page: magicai up"
                print(as_called(notice), file=sys.stderr)
            link = await _prefect_link(ports, run)
    print(link)
    if open_it and link:
        webbrowser.open(link)


async def _prefect_link(ports: "Ports", run: "Run | None") -> str | None:
    from integrations.prefect import server_on_demand
    from magicai.errors import NotFound

    settings = ports.settings
    if run is not None and run.flow_run_id is None:
        raise NotFound("run_not_started", run_id=run.run_id)
    server_on_demand.ensure(settings.home, port=settings.prefect_port, idle_s=settings.idle_seconds)
    return await ports.orchestrator.link(run.flow_run_id if run else None)


@click.command(
    "prefect",
    help="Run Prefect's command line on this installation: magicai prefect deployment ls",
    context_settings={"ignore_unknown_options": True, "allow_extra_args": True, "help_option_names": []},
    add_help_option=False,
)
@click.argument("words", nargs=-1, type=click.UNPROCESSED)
def prefect(words: tuple[str, ...]) -> int:
    """Run Prefect's command line in this installation's environment."""
    from integrations.prefect import environment, server_on_demand

    settings = load()
    server = server_on_demand.ensure(settings.home, port=settings.prefect_port, idle_s=settings.idle_seconds)
    made = environment.client(settings.home, server.url, os.environ)
    return subprocess.call([sys.executable, "-m", "integrations.prefect.direct", *words], env=made)  # noqa: S603 - Prefect itself
