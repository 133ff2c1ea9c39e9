from collections.abc import Iterator

from pydantic import BaseModel

from magicai.brain.steps import StepRun, step
from magicai.catalogue.chunks import read_chunk
from magicai.catalogue.ports import CatalogueRecords, OpenShopSystem
from magicai.catalogue.product import SourceStatement
from magicai.catalogue.step_results import MOST_NAMED, Crawled, Imported, Listed, Repeated
from magicai.catalogue.systems.connections import note_read, same_connection
from magicai.catalogue.systems.reading import SystemRead, link, look_for_missing
from magicai.messages import say
from magicai.ports import Files
from magicai.runs.items import each, results
from magicai.runs.plan import Resources

# The records write one part at a time; another is read and merged meanwhile.
_AT_ONCE = 2
_TRIES = 5
# Of more rows that repeat others, some may be products of their own.
_FEW = 3
_SHOWN = 5
_NAMED = 20


class _Part(BaseModel):
    """What became of one file of rows."""

    new: int = 0
    changed: int = 0
    same: int = 0
    contradicting: int = 0
    repeated: list[Repeated] = []


@step(provides="imported", retries=2, resources=Resources(cpu=1.0, memory=300))
async def import_rows(
    run: StepRun,
    listed: Listed,
    crawled: Crawled,
    *,
    catalogue: CatalogueRecords,
    files: Files,
    shop_systems: OpenShopSystem,
) -> Imported:
    """Keep what rows state, some hundred in one transaction; what is known already is merged."""

    async def keep(name: str, _: None) -> _Part:
        stated = [SourceStatement.model_validate(one) for one in await read_chunk(files, name)]
        saved = await catalogue.catalogue.save(run.owner_id, run.run_id, stated)
        await link(catalogue, run.owner_id, run.run_id, stated, saved)
        part = _Part()
        for one, what in zip(stated, saved, strict=True):
            if what.repeats:
                part.repeated.append(Repeated(place=one.origin.place, of=what.repeats))
                continue
            setattr(part, what.change, getattr(part, what.change) + 1)
            part.contradicting += what.contradicts
        return part

    parts: Iterator[tuple[str, None]] = ((name, None) for name in (*listed.rows, *crawled.rows))
    counts = await each(run, parts, keep, at_once=_AT_ONCE, attempts=_TRIES, unit="parts of the list")
    if listed.system is not None and not counts.failed:
        await _note(run, listed.system, catalogue, shop_systems)
    total = _Part()
    repeated = 0
    async for _, value in results(run):
        part = _Part.model_validate(value)
        for name in ("new", "changed", "same", "contradicting"):
            setattr(total, name, getattr(total, name) + getattr(part, name))
        repeated += len(part.repeated)
        total.repeated += part.repeated[: MOST_NAMED - len(total.repeated)]
    if repeated > _FEW:
        rows = ", ".join(f"{one.place} = {one.of}" for one in total.repeated[:_SHOWN])
        await run.reporter.problem("repeated rows", say("rows_repeated", n=repeated, rows=rows))
    return Imported(
        new=total.new,
        changed=total.changed,
        same=total.same,
        contradicting=total.contradicting,
        repeated_count=repeated,
        repeated=tuple(total.repeated),
    )


async def _note(run: StepRun, system: SystemRead, catalogue: CatalogueRecords, shop_systems: OpenShopSystem) -> None:
    """Tell of products that the shop has no more, and note up to where it was read."""
    if system.full:
        opened = shop_systems(await same_connection(catalogue, system.connection))
        try:
            gone, left = await look_for_missing(catalogue, opened, system, owner_id=run.owner_id, run_id=run.run_id)
        finally:
            await opened.close()
        if gone:
            what = say("shop_products_gone", n=len(gone), name=system.connection.name, names=gone[:_NAMED])
            await run.reporter.problem(system.connection.name, what, missing=False)
        if left:
            what = say("shop_products_not_looked_for", n=left, name=system.connection.name)
            await run.reporter.problem(system.connection.name, what, missing=False)
    await note_read(catalogue, system.connection, cursor=system.cursor, at=system.at)
