"""Attend a run from its request to its end, wherever it is carried out."""

import contextlib
import json
import sys
import time
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from magicai.cli.asking import Asker, each
from magicai.cli.command_name import command
from magicai.cli.display import display
from magicai.cli.installation import Installation, open_installation
from magicai.cli.interrupts import Interrupts, interrupts
from magicai.cli.run_summary import ending, has_gathered
from magicai.cli.samples import Sample, sample_again
from magicai.errors import Invalid
from magicai.operations import runs
from magicai.runs.queue.resumable import never_began
from magicai.runs.requests.accept import check_request
from magicai.runs.requests.choices import chosen
from magicai.runs.requests.intake import check_paths
from magicai.runs.run import Run, RunEvent, RunStatus
from magicai.runs.views.names import short_id
from magicai.settings import Settings, load

EXIT = {
    RunStatus.COMPLETED: 0,
    RunStatus.FAILED: 1,
    RunStatus.PARTIAL: 3,
    RunStatus.CANCELLED: 130,
    RunStatus.QUEUED: 0,
    RunStatus.PROCESSING: 0,
}


@dataclass(frozen=True, slots=True)
class RunOptions:
    """How a run is to be shown; `budget`: the most that one that is resumed may cost, where that changes."""

    as_json: bool = False
    follow: bool = True
    budget: float | None = None


async def start_and_follow(
    workflow: str, model: Any, values: dict[str, Any], options: RunOptions, sample: Sample | None
) -> int:
    """Start a run and follow it; answers the exit status."""
    request = check_request(model, values)
    await check_paths(request)  # before packages are installed for a run that can't be
    async with open_installation(settings_for_a_run(workflow, request=request, sample=sample)) as installation:
        for run in await installation.find_interrupted():
            print(
                f"An earlier run was interrupted. To resume it: {command('resume', short_id(run.run_id))}",
                file=sys.stderr,
            )
        with interrupts() as interrupted:
            run = await installation.accept(workflow, request)
            if not options.follow:
                await installation.start(run)
                print(run.run_id)
                return 0
            status = await _carry_out(installation, run, options, interrupted)
    if sample is not None and status in (RunStatus.COMPLETED, RunStatus.PARTIAL):
        sample.completed()
    return EXIT[status]


async def resume_and_follow(run_id: str | None, options: RunOptions) -> int:
    """Start the next attempt at a run and follow it; answers the exit status."""
    settings = load()
    async with open_installation(settings) as installation:
        await installation.find_interrupted()
        run = await _to_resume(installation, run_id)
    with contextlib.ExitStack() as stack:
        here = settings.server is None
        sample = stack.enter_context(sample_again(run.workflow, settings, run.request)) if here else None
        async with open_installation(settings_for_a_run(run.workflow, sample=sample)) as installation:
            with interrupts() as interrupted:
                status = await _carry_out(installation, run, options, interrupted)
        if sample is not None and status in (RunStatus.COMPLETED, RunStatus.PARTIAL):
            sample.completed()
    return EXIT[status]


async def stop(run_id: str, *, now: bool) -> int:
    """Ask a run to stop, or end its process."""
    async with open_installation() as installation:
        run = await installation.asker.ask(runs.show_run, run_id)
        if run.status.ended:
            print(f"Run {run.run_id} has already ended: {run.status}.", file=sys.stderr)
            return 0
        if now:
            status = await installation.end_now(run.run_id)
        else:
            status = (await installation.asker.ask(runs.cancel_run, run.run_id)).status
    words = f"Run {run.run_id}: {status}." if status.ended else f"Run {run.run_id} stops after what is in progress."
    print(words, file=sys.stderr)
    return 0


async def _to_resume(installation: Installation, run_id: str | None) -> Run:
    if run_id is None:
        return await latest_unfinished(installation)
    run = await installation.find(run_id)
    await installation.check_resumable(run)
    return await installation.find(run.run_id)


async def latest_unfinished(installation: Installation) -> Run:
    """The latest run that did not end well, and that can be resumed.

    Raises:
        Invalid: there is none.
    """
    async for listed in each(installation.asker, runs.list_runs, status=list(installation.resumable)):
        run = await installation.find(listed.run_id)
        if not never_began(run) and not (run.waits and run.status is RunStatus.QUEUED):
            return run
    raise Invalid("resumable_run_not_found", command=command("runs"))


async def events_of(asker: Asker, run_id: str) -> list[RunEvent]:
    """What has happened to a run."""
    return [event async for event in each(asker, runs.list_events, run_id)]


async def _carry_out(installation: Installation, run: Run, options: RunOptions, interrupted: Interrupts) -> RunStatus:
    """Let an attempt begin, show it to its end, and print what came out."""
    began = time.monotonic()
    earlier = await events_of(installation.asker, run.run_id) if run.attempts else []
    with display(quiet=options.as_json) as shown:
        shown.begin(run)
        await installation.start(run, budget=options.budget)
        status = await installation.supervise(run, shown, interrupted, after=earlier[-1].sequence if earlier else 0)
    ended = await installation.find(run.run_id)
    result = await installation.result(ended)
    if options.as_json:
        print(json.dumps(result, ensure_ascii=False, indent=1))
    else:
        gathered = has_gathered(await events_of(installation.asker, ended.run_id))
        shown.end(ending(ended, result, took_s=time.monotonic() - began, gathered=gathered))
    await installation.wait_finished(run)
    return status


def settings_for_a_run(*workflows: str, request: BaseModel | None = None, sample: Sample | None = None) -> Settings:
    """The settings, once the use of the servers that they name is accepted."""
    if sample is not None:
        sample.enter_environment()
    settings = load()
    if settings.server is None:
        from magicai.cli.stores import prepare

        # Before there is a row: a run that cannot begin would stay queued.
        models = () if request is None else chosen(request, "models")
        prepare(settings, workflows=workflows, models=models, sample=sample is not None)
    return settings
