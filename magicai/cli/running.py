"""Start, resume and cancel runs."""

import asyncio
import contextlib
from collections.abc import Sequence
from typing import Any

import click

from magicai.cli.parameters import parameters_of, values_of
from magicai.runs import registry


class Workflows(click.Group):
    """One subcommand per workflow, its arguments made from the workflow's parameter model."""

    def __init__(
        self,
        *args: Any,
        act: Any,
        options: list[click.Parameter],
        of_files: Sequence[click.Parameter] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._act, self._options, self._of_files = act, options, of_files

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """The workflows that there are."""
        return registry.names()

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """A workflow's command."""
        if cmd_name not in (*registry.names(), registry.GENERAL):
            known = ", ".join(registry.names())
            message = f"There is no workflow {cmd_name!r}. There are: {known}."
            if "_" in cmd_name:
                message += f" For an action: magicai {self.name} {registry.GENERAL} {cmd_name} --params JSON."
            raise click.NoSuchCommand(cmd_name, message, possibilities=registry.names(), ctx=ctx)
        workflow = registry.workflow(cmd_name)
        model = workflow.request
        options = [*self._options, *(self._of_files if workflow.preview is not None else ())]

        def act(**typed: Any) -> int:
            extra = {option.name: typed.pop(option.name or "") for option in options}
            return self._act(cmd_name, model, values_of(model, typed), **extra)

        return click.Command(cmd_name, params=[*parameters_of(model), *options], callback=act, help=model.__doc__)


def _run(
    workflow: str,
    model: Any,
    values: dict[str, Any],
    *,
    sample: bool,
    as_json: bool,
    no_follow: bool,
    preview: bool = False,
    propose: bool = False,
) -> int:
    from magicai.cli.foreground import RunOptions, start_and_follow
    from magicai.cli.samples import sample_of
    from magicai.errors import Invalid
    from magicai.settings import load

    if preview or propose:
        from magicai.cli import columns

        return columns.preview(workflow, model, values, propose=propose, as_json=as_json)
    if sample and no_follow:
        raise Invalid("sample_requires_follow")
    if sample and load().server is not None:
        raise Invalid("sample_local_only")
    options = RunOptions(as_json=as_json, follow=not no_follow)
    with contextlib.ExitStack() as stack:
        served = stack.enter_context(sample_of(workflow, values)) if sample else None
        return asyncio.run(start_and_follow(workflow, model, values, options, served))


run = Workflows(
    "run",
    act=_run,
    help="Run a workflow, and follow it to its end.",
    options=[
        click.Option(["--sample"], is_flag=True, help="Run on the sample that comes with MagicAI."),
        click.Option(
            ["--json", "as_json"],
            is_flag=True,
            help="Print the result as JSON on standard output, and nothing else there.",
        ),
        click.Option(["--no-follow"], is_flag=True, help="Print the run's id and exit immediately."),
    ],
    of_files=[
        click.Option(["--preview"], is_flag=True, help="Show how the file's columns and rows are read. No run starts."),
        click.Option(["--propose"], is_flag=True, help="Preview, and let a language model propose unknown columns."),
    ],
)


@click.command("resume", help="Resume a run that was interrupted, failed or was cancelled. Completed work is kept.")
@click.argument("run_id", metavar="[RUN]", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON on standard output.")
@click.option(
    "--budget",
    type=click.FloatRange(0, 1_000_000),
    metavar="USD",
    help="Change the maximum cost of the run, in US dollars.",
)
def resume(run_id: str | None, *, as_json: bool, budget: float | None) -> int:
    """Resume a run; the latest that did not complete where none is named."""
    from magicai.cli.foreground import RunOptions, resume_and_follow

    return asyncio.run(resume_and_follow(run_id, RunOptions(as_json=as_json, budget=budget)))


@click.command("cancel", help="Cancel a run after what is in progress, or immediately with --now.")
@click.argument("run_id", metavar="RUN")
@click.option("--now", is_flag=True, help="End its process immediately.")
def cancel(run_id: str, *, now: bool) -> int:
    """Ask a run to stop."""
    from magicai.cli.foreground import stop

    return asyncio.run(stop(run_id, now=now))
