"""Documents of the sample shop, and a question about them, as sample data."""

import itertools
from collections.abc import AsyncIterator
from importlib.resources import files

from pydantic import BaseModel

from magicai.errors import NotFound
from magicai.knowledge import reading
from magicai.knowledge.add_documents import AddDocuments
from magicai.knowledge.adding import documents
from magicai.knowledge.document import document_id_of
from magicai.knowledge.interactions import INTERACTION
from magicai.knowledge.search_and_answer import SearchAndAnswer
from magicai.operations.first_steps import has_run
from magicai.operations.operation import Context
from magicai.operations.sample_data import SampleData, sample_runs
from magicai.runs.requests.files_in import upload
from magicai.runs.run import Run

TAG = "knowledge"
_ADD, _ASK = "add-documents", "search-and-answer"
_COLLECTION = "sample"
_DOCUMENTS = ("delivery.md", "returns.md")


async def _documents(context: Context) -> BaseModel:
    folder = files("magicai.knowledge") / "sample"
    taken = [
        await upload(
            context.records, context.ports.files, name, _body((folder / name).read_bytes()), owner_id=context.owner_id
        )
        for name in _DOCUMENTS
    ]
    collection = await _free_collection(context)
    return AddDocuments(files=tuple(one.file_id for one in taken), sources=_DOCUMENTS, collection=collection)


async def _free_collection(context: Context) -> str:
    """One without documents: those that are there are somebody's own."""
    found = documents(context.records.entities, owner_id=context.owner_id)
    taken = {document.collection async for document in found}
    names = itertools.chain((_COLLECTION,), (f"{_COLLECTION}-{number}" for number in itertools.count(2)))
    return next(name for name in names if name not in taken)


async def _remove_documents(context: Context, run: Run) -> bool:
    """Documents that somebody has replaced stay."""
    owner_id, records = context.owner_id, context.ports.knowledge
    for name, file_id in zip(_DOCUMENTS, run.request["files"], strict=True):
        try:
            upload = await context.records.uploads.get(file_id, owner_id=owner_id)
            document_id = document_id_of(owner_id, run.request["collection"], name)
            found = await reading.document_for(records, document_id, user_id=owner_id)
            if found.document.digest == upload.digest:
                await reading.remove(records, document_id, user_id=owner_id)
        except NotFound:  # somebody has removed it, or it was never added
            continue
    return False


async def _question(context: Context) -> BaseModel:
    (collection,) = [run.request["collection"] for run in await sample_runs(context) if run.workflow == _ADD]
    return SearchAndAnswer(query="How long is the warranty on pans?", collections=(collection,))


async def _remove_question(context: Context, run: Run) -> bool:
    await context.records.entities.delete(INTERACTION, [run.run_id])
    return False


async def _body(body: bytes) -> AsyncIterator[bytes]:
    yield body


SAMPLE_DATA = (
    SampleData(_ADD, _documents, _remove_documents),
    SampleData(_ASK, _question, _remove_question, after=_ADD),
)
FIRST_STEPS = {"question": has_run(_ASK)}
