from collections.abc import Iterator

from pydantic import BaseModel

from magicai.brain.steps import StepRun, step
from magicai.catalogue.chunks import read_chunk
from magicai.catalogue.ports import CatalogueRecords
from magicai.catalogue.product import SourceStatement
from magicai.catalogue.step_results import MOST_NAMED, Crawled, Imported, Listed, Repeated
from magicai.ports import Files
from magicai.runs.items import each, results
from magicai.runs.plan import Resources

# The records write one part at a time; another is read and merged meanwhile.
_AT_ONCE = 2
_TRIES = 5


class _Part(BaseModel):
    """What became of one file of rows."""

    new: int = 0
    changed: int = 0
    same: int = 0
    contradicting: int = 0
    repeated: list[Repeated] = []


@step(provides="imported", retries=2, resources=Resources(cpu=1.0, memory=300))
async def import_rows(
    run: StepRun, listed: Listed, crawled: Crawled, *, catalogue: CatalogueRecords, files: Files
) -> Imported:
    """Keep what rows state, some hundred in one transaction; what is known already is merged."""

    async def keep(name: str, _: None) -> _Part:
        stated = [SourceStatement.model_validate(one) for one in await read_chunk(files, name)]
        saved = await catalogue.catalogue.save(run.owner_id, run.run_id, stated)
        part = _Part()
        for one, what in zip(stated, saved, strict=True):
            if what.repeats:
                part.repeated.append(Repeated(place=one.origin.place, of=what.repeats))
                continue
            setattr(part, what.change, getattr(part, what.change) + 1)
            part.contradicting += what.contradicts
        return part

    parts: Iterator[tuple[str, None]] = ((name, None) for name in (*listed.rows, *crawled.rows))
    await each(run, parts, keep, at_once=_AT_ONCE, attempts=_TRIES, unit="parts of the list")
    total = _Part()
    repeated = 0
    async for _, value in results(run):
        part = _Part.model_validate(value)
        for name in ("new", "changed", "same", "contradicting"):
            setattr(total, name, getattr(total, name) + getattr(part, name))
        repeated += len(part.repeated)
        total.repeated += part.repeated[: MOST_NAMED - len(total.repeated)]
    return Imported(
        new=total.new,
        changed=total.changed,
        same=total.same,
        contradicting=total.contradicting,
        repeated_count=repeated,
        repeated=tuple(total.repeated),
    )
