from collections.abc import AsyncIterator

from pydantic import BaseModel

from magicai.brain.steps import StepRun, step
from magicai.content.content import ClaimShown, Content, QualityShown, as_markdown
from magicai.content.editing import content_of
from magicai.content.export import FORMATS, Exporter
from magicai.content.generate_content import GenerateContent, WrittenTexts
from magicai.ports import Files, ItemState, Records

_WRITES = "write_texts"
_PAGE = 200


class Filed(BaseModel):
    """The first text, and where the files of all texts are, by format."""

    content: str
    quality: QualityShown
    claims: tuple[ClaimShown, ...]
    files: dict[str, str]


@step(provides="filed", retries=2)
async def file_texts(
    run: StepRun,
    request: GenerateContent,
    written: WrittenTexts,  # noqa: ARG001 - all rows are done
    *,
    records: Records,
    files: Files,
) -> Filed:
    """Put all texts into files, in each format."""
    first: Content | None = None
    with Exporter(request.language) as exporter:
        async for content in _contents(run, records):
            first = first or content
            exporter.add(content)
        if first is None:
            return Filed(content="", quality=QualityShown(score=0.0), claims=(), files={})
        places = {name: await files.save(f"{run.run_id}/texts.{name}", exporter.file(name)) for name in FORMATS}
    text = as_markdown(first)
    await run.reporter.finding(words=first.title, findings=[])
    await run.reporter.show("texts", text)
    return Filed(content=text, quality=first.latest.quality, claims=first.latest.claims, files=places)


async def _contents(run: StepRun, records: Records) -> AsyncIterator[Content]:
    """All texts of the run, in the order of their rows."""
    after = (_WRITES, -1)
    while page := await records.items.listed(
        run.run_id, step=_WRITES, states=(ItemState.DONE,), after=after, limit=_PAGE
    ):
        for item in page:
            yield (await content_of(records, item.result["content_id"], owner_id=run.owner_id)).content
        after = (_WRITES, page[-1].position)
