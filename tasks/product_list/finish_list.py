import asyncio
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import ExitStack
from pathlib import Path

from magicai.brain.steps import StepRun, step
from magicai.catalogue.chunks import read_chunk
from magicai.catalogue.exports import KINDS, ProductFile
from magicai.catalogue.further_results import Pictured, Scored, TextsAsked
from magicai.catalogue.ports import CatalogueRecords
from magicai.catalogue.product import State
from magicai.catalogue.step_results import (
    MOST_NAMED,
    Categorised,
    Cleaned,
    Crawled,
    Failed,
    Finished,
    Imported,
    Listed,
)
from magicai.catalogue.stored_products import StoredProduct, products_of_run
from magicai.errors import Invalid, MagicError, Missing
from magicai.messages import plain, say
from magicai.ports import Files
from magicai.runs.plan import Resources

_PART = 200
_MOST_PROBLEMS = 20


@step(provides="finished", retries=2, resources=Resources(cpu=1.0, memory=300))
async def finish_list(
    run: StepRun,
    listed: Listed,
    crawled: Crawled,
    imported: Imported,
    fetched: Imported,
    cleaned: Cleaned,  # noqa: ARG001 - the products are as they will be
    categorised: Categorised,
    pictured: Pictured | None = None,
    scored: Scored | None = None,
    texts_asked: TextsAsked | None = None,
    *,
    catalogue: CatalogueRecords,
    files: Files,
) -> Finished:
    """Count what became of the list, name what failed, and write the products to files."""
    unusable = [one async for one in _unusable(files, (*listed.failed, *crawled.failed))]
    for one in unusable[:_MOST_PROBLEMS]:
        await run.reporter.problem(one.url, one.message or plain(one.what), one.way or plain(one.way_out))
    if len(unusable) > _MOST_PROBLEMS:
        more = listed.failed_count + crawled.failed_count - _MOST_PROBLEMS
        await run.reporter.problem("list", say("more_entries_unusable", n=more, most=MOST_NAMED))
    to_review, locations = await _write(run, catalogue, files)
    if to_review:
        await run.reporter.problem("products", say("sources_contradict", n=to_review), missing=False)
    return Finished(
        of_run=run.run_id,
        processed_count=await catalogue.catalogue.count_of_run(run.run_id),
        failed=tuple([*unusable, *fetched.failed][:MOST_NAMED]),
        failed_count=listed.failed_count + crawled.failed_count + fetched.failed_count,
        new=imported.new + fetched.new,
        changed=imported.changed + fetched.changed,
        unchanged=imported.same + fetched.same,
        repeated=(*listed.repeated, *imported.repeated, *fetched.repeated)[:MOST_NAMED],
        repeated_count=listed.repeated_count + imported.repeated_count + fetched.repeated_count,
        to_review=to_review,
        to_map=categorised.to_map,
        images=pictured.shown if pictured else 0,
        without_image=pictured.without if pictured else 0,
        reviews=scored.reviews if scored else 0,
        texts=texts_asked.texts if texts_asked else 0,
        text_runs=texts_asked.runs if texts_asked else (),
        files=locations,
    )


async def _unusable(files: Files, names: Sequence[str]) -> AsyncIterator[Failed]:
    """The first of what could not be used."""
    left = MOST_NAMED
    for name in names:
        for entry in (await read_chunk(files, name))[:left]:
            yield Failed.model_validate(entry)
            left -= 1
        if not left:
            return


async def _write(run: StepRun, records: CatalogueRecords, files: Files) -> tuple[int, dict[str, str]]:
    """Write the products to a file of each format; answers how many are to be reviewed, and where the files are."""
    to_review, done = 0, 0
    with tempfile.TemporaryDirectory() as folder:
        paths = {kind: Path(folder) / f"products.{kind}" for kind in KINDS}
        with ExitStack() as stack:
            writers: dict[str, ProductFile] = {}

            async def left_out(kind: str, why: MagicError) -> None:
                writers.pop(kind, None)
                del paths[kind]
                await run.reporter.problem(f"products.{kind}", why.message, why.way, missing=False)

            for kind in list(paths):
                try:
                    writers[kind] = stack.enter_context(KINDS[kind](paths[kind]))
                except Missing as exc:
                    await left_out(kind, exc)
            found = products_of_run(records, run.run_id, owner_id=run.owner_id)
            while part := [kept.product async for kept in _some(found)]:
                to_review += sum(product.state is State.REVIEW for product in part)
                for kind, writer in list(writers.items()):
                    try:
                        await asyncio.to_thread(writer.add, part)
                    except Invalid as exc:  # more than a file of its kind can hold
                        await left_out(kind, exc)
                done += len(part)
                await run.reporter.progress(done, None, "products")
        locations = {
            kind: await files.save(f"{run.run_id}/products.{kind}", path) for kind, path in sorted(paths.items())
        }
    return to_review, locations


async def _some(found: AsyncIterator[StoredProduct]) -> AsyncIterator[StoredProduct]:
    """The next of them."""
    for _ in range(_PART):
        try:
            yield await anext(found)
        except StopAsyncIteration:
            return
