"""Goals in words: what is understood and would be done, and the run after a yes."""

import asyncio
import sys
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from magicai.cli.foreground import RunOptions
    from magicai.runs.composing.goals import Understood


def is_goal(typed: str) -> bool:
    """Whether somebody has typed a goal in words rather than a workflow's name."""
    return not typed.startswith("-") and (not typed.isascii() or len(typed.split()) > 1)


def plan_of_goal(goal: str) -> click.Command:
    """The command that shows what a goal in words means."""

    def act(*, as_json: bool) -> int:
        return asyncio.run(_show(goal, as_json=as_json))

    as_json = click.Option(["--json", "as_json"], is_flag=True, help="Print JSON on standard output.")
    return click.Command("goal", params=[as_json], callback=act, help="Show what a goal in words means.")


def run_of_goal(goal: str) -> click.Command:
    """The command that does what a goal in words means, after a yes."""

    def act(*, as_json: bool, no_follow: bool, yes: bool) -> int:
        from magicai.cli.foreground import RunOptions

        return asyncio.run(_run(goal, RunOptions(as_json=as_json, follow=not no_follow), yes=yes))

    return click.Command(
        "goal",
        params=[
            click.Option(["--yes"], is_flag=True, help="Don't ask for confirmation."),
            click.Option(["--json", "as_json"], is_flag=True, help="Print the result as JSON on standard output."),
            click.Option(["--no-follow"], is_flag=True, help="Print the run's id and exit immediately."),
        ],
        callback=act,
        help="Run what a goal in words means, after you confirm.",
    )


async def _show(goal: str, *, as_json: bool) -> int:
    from magicai.cli.installation import open_installation
    from magicai.cli.planning import show

    async with open_installation() as installation:
        understood = await installation.understand(goal)
        plan = await installation.plan(understood.workflow, understood.request)
    _tell(understood)
    show(plan, as_json=as_json)
    return 0


async def _run(goal: str, options: "RunOptions", *, yes: bool) -> int:
    from magicai.cli.foreground import start_and_follow
    from magicai.cli.installation import open_installation
    from magicai.errors import Invalid
    from magicai.runs import registry
    from magicai.runs.composing.goals import refuse_unclear
    from magicai.runs.requests.fields import in_clear

    asks = sys.stdin.isatty() and sys.stderr.isatty() and not yes
    async with open_installation() as installation:
        understood = await installation.understand(goal)
        _tell(understood)
        if asks:
            plan = await installation.plan(understood.workflow, understood.request)
            print(f"Steps: {', '.join(plan.decision.task_sequence)}.", file=sys.stderr)
    if not asks:
        refuse_unclear(understood)
    if not (asks or yes):
        raise Invalid("confirmation_required")
    if asks and not click.confirm("Run it?", err=True):
        raise Invalid("command_cancelled")
    values = in_clear(understood.request, only_given=True)
    model = registry.workflow(understood.workflow).request
    return await start_and_follow(understood.workflow, model, values, options, None)


def _tell(understood: "Understood") -> None:
    print(f"Understood as {understood.workflow}: {'; '.join(understood.said)}.", file=sys.stderr)
    for part in understood.unclear:
        print(f"Not understood: {part!r}.", file=sys.stderr)
