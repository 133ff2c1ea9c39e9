from importlib import import_module
from importlib.metadata import version

import click

# By command: the module that holds it, and what `--help` says. Listed here so that `--help` imports none of them.
_COMMANDS = {
    "run": ("running", "One run of a workflow, followed to its end."),
    "runs": ("looking", "List runs, newest first."),
    "show": ("looking", "Show one run: its steps, its result, its problems."),
    "resume": ("running", "Go on with a run that was cut or failed."),
    "cancel": ("running", "Stop a run."),
    "plan": ("planning", "Show what a run would do, and why."),
    "export": ("looking", "Write a run's results as a file."),
    "up": ("serving", "Start everything on this machine: server, worker, schedules."),
    "serve": ("serving", "Serve the API and the page, and nothing else."),
    "mcp": ("serving", "Serve assistants by MCP, on standard input and output."),
    "ui": ("serving", "Open Prefect's user interface, logged in."),
    "prefect": ("serving", "Prefect's own command line, on this installation."),
    "sample-shop": ("serving", "Serve the sample shop."),
    "stores": ("stores", "Where the stores are, and which servers of yours may be used."),
    "user": ("users", "Who may log in: add, list, disable, set a password."),
    "doctor": ("keeping", "Check everything that is configured."),
    "reconcile": ("keeping", "Compare the stores with the records, and mend them."),
    "backup": ("backups", "Make a backup of records and files."),
    "restore": ("backups", "Put a backup into an empty installation."),
    "migrate": ("migrating", "Move to other stores; the old ones stay as they are."),
    "delete": ("erasing", "Remove everything of a user."),
    "prune": ("keeping", "Remove what is older than it needs to be kept."),
    "settings": ("keeping", "List every setting with its value, default and origin."),
    "model": ("fetching", "Language models on this machine."),
    "browser": ("fetching", "The browser that reads pages made by scripts."),
}


class Root(click.Group):
    """Finds a command in its module when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """The commands, in the order in which one meets them."""
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """A command by its name."""
        if cmd_name not in _COMMANDS:
            return None
        module, _ = _COMMANDS[cmd_name]
        return getattr(import_module(f"magicai.cli.{module}"), cmd_name.replace("-", "_"))

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """List the commands from their summaries here."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, summary) for name, (_, summary) in _COMMANDS.items()])


def _show_version(ctx: click.Context, _parameter: click.Parameter, wanted: bool) -> None:
    if wanted:
        click.echo(f"magicai {version('magicai')}")
        ctx.exit()


@click.group(cls=Root, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version", is_flag=True, expose_value=False, is_eager=True, callback=_show_version, help="Show the version."
)
def root() -> None:
    """AI workflows for content and e-commerce teams."""
