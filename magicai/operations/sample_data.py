"""Sample data: runs of the five workflows on samples, added and removed as one."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass

from pydantic import BaseModel

from magicai.errors import Conflict
from magicai.operations.operation import Context, operation
from magicai.runs import declarations
from magicai.runs.requests.accept import accept
from magicai.runs.requests.intake import prepare_request
from magicai.runs.run import Run, RunStatus
from magicai.shapes.sample_data import SampleDataRemoved, SampleDataShown, SamplePart

TAG = "home"
_PLACE = "/api/sample-data"
# Runs that somebody starts have no such key: those with a key of theirs have it behind a word of its own.
_KEY = "sample-data:"


@dataclass(frozen=True, slots=True)
class SampleData:
    """A part of the sample data, which one run adds; subjects list theirs as `SAMPLE_DATA`.

    Attributes:
        request: the run's parameters.
        remove: removes what a run has added, all but the run; answers whether the run stays, because people have
            changed something of it, which stays too.
        after: the workflow whose part has to be there first.
    """

    workflow: str
    request: Callable[[Context], Awaitable[BaseModel]]
    remove: Callable[[Context, Run], Awaitable[bool]]
    after: str = ""


@operation("GET", _PLACE, polled=True)
async def show_sample_data(context: Context) -> SampleDataShown:
    """The sample data of the workspace, and how far it is."""
    return await sample_data(context)


async def sample_data(context: Context) -> SampleDataShown:
    """The sample data of the workspace."""
    runs = {run.run_id for run in await sample_runs(context)}
    found = await context.records.runs.summaries(owner_id=context.owner_id, findings={}, runs=runs) if runs else []
    parts = [
        SamplePart(workflow=one.run.workflow, run_id=one.run.run_id, status=one.run.status, progress=one.progress)
        for one in reversed(found)
    ]
    has_model = (await context.ports.machine_now()).model_of("writer") is not None
    return SampleDataShown(parts=parts, has_model=has_model)


@operation("POST", _PLACE, status=202, location=_PLACE, audited="data.sample_added")
async def add_sample_data(context: Context) -> SampleDataShown:
    """Add sample data of all workflows: a report, products, texts, an answer, a review. What failed is resumed."""
    records, owner_id, origin = context.records, context.owner_id, context.origin
    runs = {run.workflow: run for run in await sample_runs(context)}
    for part in _parts():
        if (run := runs.get(part.workflow)) is not None:
            if run.status in (RunStatus.FAILED, RunStatus.CANCELLED):
                with suppress(Conflict):
                    await records.runs.requeue(run.run_id)
            continue
        request = await prepare_request(context.ports, await part.request(context), owner_id=owner_id, origin=origin)
        runs[part.workflow] = await accept(
            records,
            part.workflow,
            request,
            owner_id=owner_id,
            origin=origin,
            started_by=context.caller.user.user_id,
            key=f"{_KEY}{part.workflow}",
            follows=runs[part.after].run_id if part.after else None,
            waits=bool(part.after),
        )
    return await sample_data(context)


@operation("DELETE", _PLACE, problems=(409,), patience_s=600, audited="data.sample_removed")
async def remove_sample_data(context: Context) -> SampleDataRemoved:
    """Remove the sample data. What people have made, edited or published stays."""
    records, owner_id, files = context.records, context.owner_id, context.ports.files
    runs = {run.workflow: run for run in await sample_runs(context)}
    if any(not run.status.ended for run in runs.values()):
        raise Conflict("sample_data_in_progress")
    kept = [
        runs[part.workflow].run_id
        for part in _parts()
        if part.workflow in runs and await part.remove(context, runs[part.workflow])
    ]
    gone = [run for run in runs.values() if run.run_id not in kept]
    run_ids = [run.run_id for run in gone]
    await files.discard([name async for name in files.results() if name.partition("/")[0] in run_ids])
    flow_runs = [run.flow_run_id for run in gone if run.flow_run_id is not None]
    await context.ports.orchestrator.delete(flow_runs, run_ids, ())
    await records.runs.release_keys(owner_id, kept)
    await records.runs.remove(owner_id, run_ids)  # last, so that what was interrupted can be asked for again
    return SampleDataRemoved(removed=len(gone), kept=kept)


async def sample_runs(context: Context) -> list[Run]:
    """The runs that have added the workspace's sample data."""
    return await context.records.runs.of_keys(context.owner_id, [f"{_KEY}{part.workflow}" for part in _parts()])


def _parts() -> list[SampleData]:
    subjects = declarations.of_subjects("magicai.operations.subjects")
    return [part for module in subjects for part in getattr(module, "SAMPLE_DATA", ())]
