import contextlib
import os
from collections.abc import Generator, Mapping
from importlib import import_module
from importlib.metadata import version

import click

from magicai.errors import Invalid
from magicai.loopback import direct
from magicai.runs import catalogue

# By command: the module that holds it, and what `--help` says. Listed here so that `--help` imports none of them. What
# only one subject has, its own module lists.
_COMMANDS = {
    "run": ("running", "One run of a workflow, followed to its end."),
    "runs": ("runs", "List runs, newest first."),
    "show": ("runs", "Show one run: its steps, its result, its problems."),
    "items": ("items", "List what a run's steps work on, thing by thing."),
    "resume": ("running", "Go on with a run that was cut or failed."),
    "cancel": ("running", "Stop a run."),
    "plan": ("planning", "Show what a run would do, and why."),
    "brain": ("brain", "What was learnt from your decisions: show, evaluate, take along, roll back, forget."),
    "export": ("runs", "Write a run's results as a file."),
    "upload": ("uploads", "Hand files in for requests from elsewhere to name."),
    "me": ("account", "Whose runs these are."),
    "usage": ("account", "What your runs have used."),
    "up": ("serving", "Start everything on this machine: server, worker, schedules."),
    "serve": ("serving", "Serve the API and the page, and nothing else."),
    "mcp": ("serving", "Serve assistants by MCP, on standard input and output."),
    "ui": ("serving", "Open Prefect's user interface, logged in."),
    "prefect": ("serving", "Prefect's own command line, on this installation."),
    "stores": ("stores", "Where the stores are, and which servers of yours may be used."),
    "schedule": ("schedules", "What starts by itself, and whose its runs are."),
    "user": ("users", "Who may log in: add, list, disable, set a password."),
    "webhook": ("webhooks", "Who is told of your runs: add, list, remove, test."),
    "effects": ("effects", "What runs did to the world, and what a person decides about it: list, decide."),
    "doctor": ("upkeep", "Check everything that is configured."),
    "reconcile": ("upkeep", "Compare the stores with the records, and mend them."),
    "backup": ("backups", "Make a backup of records and files."),
    "restore": ("backups", "Put a backup into an empty installation."),
    "migrate": ("migrating", "Move to other stores; the old ones stay as they are."),
    "delete": ("erasing", "Remove everything of a user."),
    "prune": ("upkeep", "Remove what is older than it needs to be kept."),
    "settings": ("upkeep", "List every setting with its value, default and origin."),
    "models": ("models", "List language models: ready or not, context, price, where data goes."),
    "model": ("fetching", "Language models on this machine."),
    "browser": ("fetching", "The browser that reads pages made by scripts."),
}

# What goes as well over a gateway; `settings` says what this command would go by.
_ANYWHERE = frozenset(
    {
        "run",
        "runs",
        "show",
        "items",
        "resume",
        "cancel",
        "plan",
        "brain",
        "export",
        "upload",
        "me",
        "usage",
        "models",
        "settings",
    },
)


class Root(click.Group):
    """Finds a command in its module when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """The commands, in the order in which one meets them."""
        return [*_COMMANDS, *_of_subjects()]

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
        for module in catalogue.of_subjects("magicai.cli.subjects")
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
@click.option("--server", metavar="URL", help="The gateway to ask, instead of this machine; or MAGICAI_SERVER.")
@click.option("--token", help="An API key or an access token for it; others may see it here, so rather MAGICAI_TOKEN.")
@click.option("--token-file", type=click.Path(), help="A file of mode 600 that holds it; or MAGICAI_TOKEN_FILE.")
@click.pass_context
def root(context: click.Context, server: str | None, token: str | None, token_file: str | None) -> None:
    """AI workflows for content and e-commerce teams."""
    typed = {"MAGICAI_SERVER": server, "MAGICAI_TOKEN": token, "MAGICAI_TOKEN_FILE": token_file}
    if token_file is not None and token is None:
        typed["MAGICAI_TOKEN"] = ""  # what is typed goes before what the shell holds
    values = {name: value for name, value in typed.items() if value is not None}
    context.with_resource(_environment({**direct(os.environ), **values}))
    asked_for_help = {"-h", "--help"} & set(context.args)
    if os.environ.get("MAGICAI_SERVER") and context.invoked_subcommand not in _ANYWHERE and not asked_for_help:
        raise Invalid(
            f"`magicai {context.invoked_subcommand}` is for this machine, not for {os.environ['MAGICAI_SERVER']}.",
            way_out="Leave --server out." if server else "Unset MAGICAI_SERVER.",
        )


@contextlib.contextmanager
def _environment(values: Mapping[str, str]) -> Generator[None]:
    """Settings that were typed, for as long as the command takes."""
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
