"""Look at runs, and take their results along."""

import asyncio
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from magicai.messages import Message, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from magicai.runs.run import Run


@click.command("runs", help="List runs, newest first.")
@click.option("--status", multiple=True, help="Only runs with this status: queued, processing, completed, partial, ...")
@click.option("--workflow", help="Only runs of this workflow.")
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True, help="Maximum number of runs.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON on standard output.")
def runs(status: tuple[str, ...], workflow: str | None, limit: int, *, as_json: bool) -> None:
    """List the owner's runs."""
    asyncio.run(_runs(status, workflow, limit, as_json=as_json))


async def _runs(status: tuple[str, ...], workflow: str | None, limit: int, *, as_json: bool) -> None:
    from magicai.cli.asking import each
    from magicai.cli.command_name import command
    from magicai.cli.installation import open_installation
    from magicai.cli.tables import print_table, run_rows
    from magicai.errors import Invalid
    from magicai.operations.runs import list_runs
    from magicai.runs.run import RunStatus

    known = {known.value for known in RunStatus}
    for name in status:
        if name not in known:
            raise Invalid("unknown_run_status", name=name, names=", ".join(sorted(known)))
    async with open_installation() as installation:
        await installation.find_interrupted()
        statuses, workflows = [RunStatus(name) for name in status], [workflow] if workflow else []
        listed = each(installation.asker, list_runs, status=statuses, workflow=workflows, most=limit)
        found = [run async for run in listed]
        stranded = {run.run_id for run in await installation.stranded()}
    if as_json:
        print(json.dumps([run.model_dump(mode="json") for run in found], indent=1))
        return
    if not found and (status or workflow):
        print(f"No matching runs. To list all: {command('runs')}", file=sys.stderr)
    elif not found:
        print(f"No runs yet. To start one: {command('run', *_example())}", file=sys.stderr)
    else:
        print_table(run_rows(found))
    for run in found:
        if run.run_id in stranded:
            print(_why_it_waits(run.run_id), file=sys.stderr)


def _why_it_waits(run_id: str) -> str:
    from magicai.cli.command_name import command

    return f"Run {run_id} is queued, and nothing will start it. To start it: {command('resume', run_id)}"


def _example() -> tuple[str, str]:
    """A run to begin with: on a sample, where one can be read."""
    from magicai.cli.samples import sampled
    from magicai.runs import registry
    from magicai.settings import load

    if load().server is None and (samples := sampled()):
        return min(samples), "--sample"
    return registry.names()[0], "--help"


@click.command("show", help="Show a run: its steps, its result, its problems.")
@click.argument("run_id", metavar="RUN")
@click.option("--follow", "follow_it", is_flag=True, help="Follow it to its end.")
@click.option("--json", "as_json", is_flag=True, help="Print its result as JSON on standard output.")
def show(run_id: str, *, follow_it: bool, as_json: bool) -> int:
    """Show a run."""
    return asyncio.run(_show(run_id, follow_it=follow_it, as_json=as_json))


async def _show(run_id: str, *, follow_it: bool, as_json: bool) -> int:
    from magicai.cli.display import display, print_ending
    from magicai.cli.foreground import EXIT, events_of
    from magicai.cli.installation import open_installation
    from magicai.cli.interrupts import interrupts
    from magicai.cli.run_summary import ending, has_gathered
    from magicai.cli.watching import watch

    async with open_installation() as installation:
        await installation.find_interrupted()
        run = await installation.find(run_id)
        with display(quiet=as_json or not follow_it) as shown, interrupts() as interrupted:
            events = [] if as_json else await events_of(installation.asker, run.run_id)
            for event in events:
                if event.kind != "progress":
                    shown.event(event)
            if follow_it and not run.status.ended:
                after = events[-1].sequence if events else 0
                await watch(run, installation.follow(run, shown, after=after), interrupted)
        run = await installation.find(run.run_id)
        result = await installation.result(run)
        if as_json:
            print(json.dumps(result, ensure_ascii=False, indent=1))
        else:
            print_ending(ending(run, result, gathered=has_gathered(await events_of(installation.asker, run.run_id))))
            if run.run_id in {one.run_id for one in await installation.stranded()}:
                print(_why_it_waits(run.run_id), file=sys.stderr)
    return EXIT[run.status]


@click.command("rename", help="Rename a run. Without a name, it is called by what it is about again.")
@click.argument("run_id", metavar="RUN")
@click.argument("name", metavar="[NAME]", default="")
def rename(run_id: str, name: str) -> None:
    """Rename a run."""
    from magicai.cli.asking import ask
    from magicai.operations.runs import rename_run
    from magicai.runs.views.names import subject_of
    from magicai.shapes.runs import RunNamed

    run = ask(rename_run, run_id, RunNamed(name=name))
    print(f"Run {run.run_id}: {subject_of(run) or run.workflow}", file=sys.stderr)


@click.command("export", help="Write a run's result to a file.")
@click.argument("run_id", metavar="RUN")
@click.option(
    "--format",
    "kind",
    metavar="FORMAT",
    help="Format of the file. Default: the extension of --output, or the workflow's first format.",
)
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File to write. Default: RUN.FORMAT in the current folder.",
)
def export(run_id: str, kind: str | None, output: Path | None) -> None:
    """Write a run's results as a file."""
    asyncio.run(_export(run_id, kind, output))


async def _export(run_id: str, kind: str | None, output: Path | None) -> None:
    from magicai.cli.asking import each
    from magicai.cli.installation import open_installation
    from magicai.errors import Invalid
    from magicai.operations.files import list_files

    if output is not None and not output.parent.is_dir():
        raise Invalid("output_folder_not_found", parent=output.parent)
    async with open_installation() as installation:
        run = await installation.find(run_id)
        formats = [file.format async for file in each(installation.asker, list_files, run.run_id)]
        if not formats:
            raise Invalid("run_files_not_found", way_out=_way_to_files(run), run_id=run.run_id, status=run.status)
        chosen = _chosen(kind, output, formats, run)
        print(await installation.export(run, chosen, output or Path(f"{run.run_id}.{chosen}")))


def _chosen(kind: str | None, output: Path | None, formats: "Sequence[str]", run: "Run") -> str:
    """The format of a file: what was typed, else what its name ends in, else the default."""
    from magicai.errors import Invalid

    ending = "" if output is None else output.suffix.lower().removeprefix(".")
    if kind and ending in formats and ending != kind:
        raise Invalid("output_format_mismatch", output=output, ending=ending, kind=kind)
    chosen = kind or ending or formats[0]
    if chosen not in formats:
        way_out = say("use_available_format", formats=formats)
        if kind:
            raise Invalid("unknown_run_format", way_out=way_out, run_id=run.run_id, format=chosen)
        raise Invalid("unknown_file_ending", way_out=way_out, name=output)
    return chosen


def _way_to_files(run: "Run") -> "Message":
    from magicai.cli.command_name import command
    from magicai.messages import say
    from magicai.runs.run import RunStatus

    if not run.status.ended:
        return say("follow_with", command=command("show", run.run_id, "--follow"))
    if run.status is RunStatus.CANCELLED and not run.attempts:
        return say("start_new_with", command=command("run", run.workflow))
    if run.status in (RunStatus.COMPLETED, RunStatus.PARTIAL):
        return say("show_result_with", workflow=run.workflow, command=command("show", run.run_id, "--json"))
    return say("resume_with", command=command("resume", run.run_id))
