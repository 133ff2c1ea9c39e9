from collections.abc import Iterator, Sequence

from pydantic import BaseModel

from magicai.brain.steps import StepRun, step
from magicai.errors import Invalid
from magicai.knowledge.add_documents import AddDocuments
from magicai.knowledge.adding import Added, add_document
from magicai.knowledge.ports import DocumentParser
from magicai.ports import Files, Records
from magicai.runs.files_in import body_of
from magicai.runs.items import each, results
from magicai.runs.plan import Resources
from magicai.runs.run import JSON

_AT_ONCE = 2
_SHOWN = 500


class Kept(BaseModel):
    """What became of the documents; the first of them one by one."""

    documents: tuple[Added, ...]
    added: int
    changed: int
    unchanged: int
    failed: int
    passages: int


@step(provides="kept", retries=2, resources=Resources(cpu=1.0, memory=800))
async def keep_documents(
    run: StepRun, request: AddDocuments, *, records: Records, files: Files, document_parser: DocumentParser
) -> Kept:
    """Read each document, and keep its passages; what did not change stays as it is."""

    async def keep(source: str, given: JSON) -> Added:
        body = await body_of(records, files, given["file"], owner_id=run.owner_id)
        return await add_document(
            records.entities,
            document_parser,
            owner_id=run.owner_id,
            collection=request.collection,
            source=source,
            body=body,
        )

    sources = request.sources or [(await records.uploads.get(one, owner_id=run.owner_id)).name for one in request.files]
    counts = await each(run, _given(request.files, sources), keep, at_once=_AT_ONCE, unit="documents")
    shown: list[Added] = []
    by_state = {"added": 0, "changed": 0, "unchanged": 0}
    passages = 0
    async for _, value in results(run):
        added = Added.model_validate(value)
        by_state[added.state] += 1
        passages += added.passages
        if len(shown) < _SHOWN:
            shown.append(added)
    return Kept(documents=tuple(shown), failed=counts.failed, passages=passages, **by_state)


def _given(files: Sequence[str], sources: Sequence[str]) -> Iterator[tuple[str, JSON]]:
    """Each file by what its document is known by.

    Raises:
        Invalid: there are not as many sources as files, or two of them are the same.
    """
    if len(files) != len(sources):
        raise Invalid(f"{len(files)} files have {len(sources)} sources.", way_out="Give each file one, or none at all.")
    twice = next((one for one in sources if sources.count(one) > 1), None) if len(set(sources)) < len(sources) else None
    if twice is not None:
        raise Invalid(f"Two files have the source {twice!r}.", way_out="Give each file a source of its own.")
    for file, source in zip(files, sources, strict=True):
        yield source, {"file": file}
