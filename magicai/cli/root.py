import contextlib
import os
from collections.abc import Generator, Mapping
from importlib import import_module
from importlib.metadata import version

import click

from magicai.cli.local import check_local
from magicai.errors import Invalid
from magicai.loopback import direct
from magicai.runs import declarations

# By command: its module and summary. Listed here so that `--help` imports none of them. Commands of one subject are
# listed in its module.
_COMMANDS = {
    "run": ("running", "Run a workflow, and follow it to its end."),
    "runs": ("runs", "List runs, newest first."),
    "show": ("runs", "Show a run: its steps, its result, its problems."),
    "sample": ("sample_data", "Add sample data of all workflows, and remove it."),
    "items": ("items", "List the items that a run's steps work on."),
    "resume": ("running", "Resume a run that was interrupted, failed or was cancelled."),
    "cancel": ("running", "Cancel a run."),
    "rename": ("runs", "Rename a run."),
    "plan": ("planning", "Show what a run would do, and why."),
    "brain": ("brain", "Show, reward and forget decisions, and what the brain has learned from them."),
    "export": ("runs", "Write a run's result to a file: CSV, Excel, Parquet."),
    "columns": ("columns", "List and forget what you said that the columns of files are."),
    "upload": ("uploads", "Upload files for use in requests."),
    "me": ("account", "Show which user you are."),
    "email": ("account", "Set your email address, for a new password by mail."),
    "usage": ("account", "Show what your runs have used."),
    "costs": ("costs", "Show what language models cost, by workflow, model or person; by run as CSV."),
    "up": ("serving", "Start everything on this machine: page, API, worker, schedules."),
    "serve": ("serving", "Serve the page and the API only."),
    "mcp": ("serving", "Serve MCP on standard input and output."),
    "ui": ("serving", "Open the page, signed in."),
    "prefect": ("serving", "Run Prefect's command line on this installation."),
    "stores": ("stores", "List stores, and accept your own servers."),
    "schedule": ("schedules", "Start runs at given times: list, add, pause and delete schedules, set their owners."),
    "user": ("users", "Manage users: add, list, disable, set a password."),
    "workspace": ("workspaces", "Manage workspaces: create, invite, join; list and remove members."),
    "audit": ("audit", "Show who did what in the workspace; as CSV, too."),
    "session": ("sessions", "List and end your sessions."),
    "webhook": ("webhooks", "Manage webhooks: add, list, remove, test."),
    "notifications": ("notifications", "Manage where the workspace is notified: Slack, mail, other chats."),
    "mail": ("mails", "Send a test mail, and manage mails that wait or have failed."),
    "effects": ("effects", "List effects of runs, and decide about interrupted ones."),
    "doctor": ("upkeep", "Check that everything works."),
    "reconcile": ("upkeep", "Compare the stores with the records, and repair them."),
    "backup": ("backups", "Back up records and files."),
    "restore": ("backups", "Restore a backup into an empty installation."),
    "migrate": ("migrating", "Move to other stores. The old ones are not changed."),
    "delete": ("erasing", "Delete all data of a user."),
    "prune": ("upkeep", "Delete data that is older than its retention."),
    "settings": ("settings", "List settings with value, default and origin; set and reset them."),
    "models": ("models", "List language models and the models of roles; set an embedding model or a reranker."),
    "model": ("fetching", "Download language models."),
    "browser": ("fetching", "Download the browser for pages that are drawn by scripts."),
    "completion": ("completion", "Print or install shell completion."),
}

# What starts, restores or migrates a machine, or looks after it; all else works over a gateway too.
_LOCAL = frozenset(
    {
        "up",
        "serve",
        "mcp",
        "ui",
        "prefect",
        "stores",
        "doctor",
        "reconcile",
        "backup",
        "restore",
        "migrate",
        "delete",
        "prune",
        "model",
        "browser",
    }
)


class Root(click.Group):
    """Finds a command in its module when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """List the commands, the most used first."""
        return [*_COMMANDS, *_of_subjects()]

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, or name similar ones."""
        try:
            return super().resolve_command(ctx, args)
        except click.NoSuchCommand as exc:
            raise click.NoSuchCommand(exc.command_name, possibilities=self.list_commands(ctx), ctx=ctx) from None

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """A command by its name."""
        found = _COMMANDS.get(cmd_name) or _of_subjects().get(cmd_name)
        if found is None:
            return None
        return getattr(import_module(f"magicai.cli.{found[0]}"), cmd_name.replace("-", "_"))

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """List the commands from their summaries here."""
        listed = {**_COMMANDS, **_of_subjects()}
        with formatter.section("Commands"):
            formatter.write_dl([(name, summary) for name, (_, summary) in listed.items()])


def _of_subjects() -> dict[str, tuple[str, str]]:
    """Commands that only one subject has, which its module here names in `COMMANDS`."""
    return {
        name: (module.__name__.removeprefix("magicai.cli."), summary)
        for module in declarations.of_subjects("magicai.cli.subjects")
        for name, summary in getattr(module, "COMMANDS", {}).items()
    }


def _show_version(ctx: click.Context, _parameter: click.Parameter, wanted: bool) -> None:
    if wanted:
        click.echo(f"magicai {version('magicai')}")
        ctx.exit()


@click.group(cls=Root, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version", is_flag=True, expose_value=False, is_eager=True, callback=_show_version, help="Show the version."
)
@click.option("--server", metavar="URL", help="Gateway to use instead of this machine. Or set MAGICAI_SERVER.")
@click.option(
    "--token", help="API key or access token for the gateway. Other users can see it here: better set MAGICAI_TOKEN."
)
@click.option("--token-file", type=click.Path(), help="File (mode 600) with the token. Or set MAGICAI_TOKEN_FILE.")
@click.pass_context
def root(context: click.Context, server: str | None, token: str | None, token_file: str | None) -> None:
    """AI workflows for content and e-commerce teams."""
    if server is not None and not server.strip():  # or what was meant for a gateway would happen here
        raise Invalid("gateway_address_invalid", address=server)
    typed = {"MAGICAI_SERVER": server, "MAGICAI_TOKEN": token, "MAGICAI_TOKEN_FILE": token_file}
    if token_file is not None and token is None:
        typed["MAGICAI_TOKEN"] = ""  # options override the shell's variables
    values = {name: value for name, value in typed.items() if value is not None}
    context.with_resource(_environment({**direct(os.environ), **values}))
    asked_for_help = {"-h", "--help"} & set(context.args)
    if context.invoked_subcommand in _LOCAL and not asked_for_help:
        check_local()


@contextlib.contextmanager
def _environment(values: Mapping[str, str]) -> Generator[None]:
    """Apply the typed settings for the duration of the command."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
