import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePath

from pydantic import BaseModel

from magicai.brain.steps import StepRun, step
from magicai.errors import Invalid, NotFound, Refused
from magicai.knowledge.add_documents import SUFFIXES, AddDocuments
from magicai.knowledge.adding import Added, add_document, documents, told
from magicai.knowledge.collections import writable
from magicai.knowledge.document import Document
from magicai.knowledge.folder import body_of_file
from magicai.knowledge.followed_folder import FollowedFolder
from magicai.knowledge.known_pages import Fate, unread
from magicai.knowledge.ports import DocumentParser, KnowledgeRecords
from magicai.knowledge.reading import remove
from magicai.knowledge.run_files import body_of_run, documents_of, is_of_run, source_of
from magicai.knowledge.web_pages import Gone, PageReader, charset_of, in_utf8, name_of, pages_of
from magicai.messages import Message
from magicai.ports import Fetcher, Files
from magicai.runs.items import each, results
from magicai.runs.plan import Resources
from magicai.runs.requests.files_in import body_of
from magicai.runs.run import JSON
from magicai.settings import Settings
from magicai.shops.crawling import Politeness
from magicai.shops.ports import ShopRecords
from tasks.add_documents.read_sites import Sites

_AT_ONCE = 2
_WEB = ("http://", "https://")
_SHOWN = 500


class KeptDocuments(BaseModel):
    """What became of the documents; the first of them one by one.

    Attributes:
        removed: documents whose pages, or files, are gone.
        kept: documents whose pages, or folders, were not read this time, for whatever reason.
    """

    documents: tuple[Added, ...]
    added: int
    changed: int
    unchanged: int
    removed: int
    kept: int
    failed: int
    passages: int


@step(provides="kept", retries=2, resources=Resources(cpu=1.0, memory=800))
async def keep_documents(
    run: StepRun,
    request: AddDocuments,
    sites: Sites | None = None,
    *,
    knowledge: KnowledgeRecords,
    shops: ShopRecords,
    files: Files,
    fetcher: Fetcher,
    document_parser: DocumentParser,
    settings: Settings,
) -> KeptDocuments:
    """Read each document, and keep its passages; what did not change stays as it is, and what is gone is removed."""
    web = PageReader(fetcher, Politeness(delay_s=settings.crawl_delay))
    bodies = _Bodies(shops, files, web, run.owner_id)
    owner_id, collection = await writable(knowledge, request.collection, user_id=run.owner_id)
    there = [document async for document in documents(knowledge.entities, owner_id=owner_id, collections=[collection])]
    known = {one.source: one for one in there}

    async def keep(source: str, given: JSON) -> Added:
        fate: Fate | None = given.get("fate")
        if fate == "kept":
            return told(known[source], fate)
        if fate == "gone":
            return await _removed(knowledge, known[source], run.owner_id)
        try:
            name, body = await bodies.read(source, given)
        except Gone:
            if source not in known:
                raise
            return await _removed(knowledge, known[source], run.owner_id)
        except (Invalid, Refused):
            if fate is None:
                raise
            return told(known[source], "kept")
        return await add_document(
            shops.entities,
            document_parser,
            owner_id=owner_id,
            collection=collection,
            source=source,
            body=body,
            name=name,
        )

    folders = await asyncio.to_thread(_folders, request, settings, known)
    given = _given(run, request, sites, shops, known, folders)
    counts = await each(run, given, keep, at_once=_AT_ONCE, unit="documents")
    await _report(run, folders)
    shown: list[Added] = []
    states = Counter[str]()
    passages = 0
    async for _, value in results(run):
        added = Added.model_validate(value)
        states[added.state] += 1
        passages += 0 if added.state == "removed" else added.passages
        if len(shown) < _SHOWN:
            shown.append(added)
    return KeptDocuments(
        documents=tuple(shown),
        added=states["added"],
        changed=states["changed"],
        unchanged=states["unchanged"],
        removed=states["removed"],
        kept=states["kept"],
        failed=counts.failed + (sites.closed if sites else 0),
        passages=passages,
    )


@dataclass(frozen=True, slots=True)
class _Bodies:
    """Has the bodies of documents, wherever they come from."""

    records: ShopRecords
    files: Files
    web: PageReader
    owner_id: str

    async def read(self, source: str, given: JSON) -> tuple[str, bytes]:
        """The name of a document's file, "" where its source ends in it, and its body."""
        if (why := given.get("why")) is not None:
            raise Invalid("document_not_read", source=source, reason=Message.restored(why))
        if (file_id := given.get("file")) is not None:
            return "", await body_of(self.records, self.files, file_id, owner_id=self.owner_id)
        if (run_id := given.get("run")) is not None:
            name: str = given["name"]
            return name, await body_of_run(self.records, self.files, run_id, name, owner_id=self.owner_id)
        if (digest := given.get("digest")) is not None:
            content_type: str = given["content_type"]
            body = await self.files.get(digest)
            return name_of(source, content_type), in_utf8(body, content_type, charset_of(content_type))
        if (path := given.get("path")) is not None:
            return "", await asyncio.to_thread(body_of_file, Path(path))
        return await self.web.read(source)


async def _given(
    run: StepRun,
    request: AddDocuments,
    sites: Sites | None,
    records: ShopRecords,
    known: Collection[str],
    folders: Sequence[FollowedFolder],
) -> AsyncIterator[tuple[str, JSON]]:
    """Each document by what it is known by, and where its body is."""
    async for source, given in _of_files(run, request, records, known):
        yield source, given
    for folder in folders:
        for source, given in folder.documents:
            yield source, given
    for run_id in dict.fromkeys(request.runs):
        of = await records.runs.get(run_id, owner_id=run.owner_id)
        for file in documents_of(of):
            yield source_of(of, file), {"run": run_id, "name": file.name}
    if sites is None:
        for url in dict.fromkeys(request.urls):
            yield url, {}
        return
    async for source, given in _of_sites(run, request, sites, records, known):
        yield source, given


async def _of_files(
    run: StepRun, request: AddDocuments, records: ShopRecords, known: Collection[str]
) -> AsyncIterator[tuple[str, JSON]]:
    """The files that were handed in, and those documents whose files are missing among them, where that is wanted."""
    sources = request.sources or [(await records.uploads.get(one, owner_id=run.owner_id)).name for one in request.files]
    for source, file_id in _named(request, list(sources)):
        yield source, {"file": file_id}
    if request.remove_missing:
        present = {*sources, *request.present}
        for source in known:
            if source not in present and _was_file(source):
                yield source, {"fate": "gone"}


def _folders(request: AddDocuments, settings: Settings, known: Collection[str]) -> list[FollowedFolder]:
    return [FollowedFolder.of(fromkey, settings.document_folders, known) for fromkey in dict.fromkeys(request.folders)]


async def _report(run: StepRun, folders: Sequence[FollowedFolder]) -> None:
    for folder in folders:
        if folder.problem is not None:
            await run.reporter.problem(folder.path, folder.problem, folder.way_out)


async def _of_sites(
    run: StepRun, request: AddDocuments, sites: Sites, records: ShopRecords, known: Collection[str]
) -> AsyncIterator[tuple[str, JSON]]:
    """The pages that were crawled, and the documents of these sites whose pages were not."""
    seen = set[str]()
    for crawl_id in sites.crawls:
        async for row in pages_of(records.crawls, crawl_id, known):
            if row.url not in seen:
                seen.add(row.url)
                yield row.url, {"digest": row.digest, "content_type": row.content_type}
    most = max(1, request.max_pages // len(request.urls))
    for crawl in await records.crawls.of_run(run.run_id):
        if crawl.crawl_id in sites.crawls:
            async for source, fate in unread(records.crawls, crawl, known, max_pages=most):
                if source not in seen:
                    seen.add(source)
                    yield source, {"fate": fate}


async def _removed(knowledge: KnowledgeRecords, document: Document, user_id: str) -> Added:
    with suppress(NotFound):  # an attempt before this one removed it
        await remove(knowledge, document.document_id, user_id=user_id)
    return told(document, "removed", removed=len(document.passages))


def _was_file(source: str) -> bool:
    """Whether a document was a file that was handed in: no page, no file of a run or of a folder that is followed."""
    elsewhere = source.startswith(_WEB) or is_of_run(source) or PurePath(source).is_absolute()
    return source.lower().endswith(SUFFIXES) and not elsewhere


def _named(request: AddDocuments, sources: list[str]) -> Iterator[tuple[str, str]]:
    """Each file with its source.

    Raises:
        Invalid: there are not as many sources as files, or two of them are the same.
    """
    if len(request.files) != len(sources):
        raise Invalid("source_count_mismatch", count=len(request.files), sources=len(sources))
    if twice := [source for source, times in Counter(sources).items() if times > 1]:
        raise Invalid("duplicate_source", source=twice[0])
    yield from zip(sources, request.files, strict=True)
