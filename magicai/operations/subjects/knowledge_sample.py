"""Documents of the sample shop, and a question about them, as sample data."""

from collections.abc import AsyncIterator
from importlib.resources import files

from pydantic import BaseModel

from magicai.errors import NotFound
from magicai.knowledge import reading
from magicai.knowledge.add_documents import AddDocuments
from magicai.knowledge.document import document_id_of
from magicai.knowledge.interactions import INTERACTION
from magicai.knowledge.search_and_answer import SearchAndAnswer
from magicai.operations.first_steps import has_run
from magicai.operations.operation import Context
from magicai.operations.sample_data import SampleData
from magicai.runs.requests.files_in import upload
from magicai.runs.run import Run

TAG = "knowledge"
_ADD, _ASK = "add-documents", "search-and-answer"
_COLLECTION = "sample-data"
_DOCUMENTS = ("delivery.md", "returns.md")


async def _documents(context: Context) -> BaseModel:
    folder = files("magicai.knowledge") / "sample"
    taken = [
        await upload(
            context.records, context.ports.files, name, _body((folder / name).read_bytes()), owner_id=context.owner_id
        )
        for name in _DOCUMENTS
    ]
    return AddDocuments(files=tuple(one.file_id for one in taken), sources=_DOCUMENTS, collection=_COLLECTION)


async def _remove_documents(context: Context, run: Run) -> bool:
    del run
    for name in _DOCUMENTS:
        try:
            document_id = document_id_of(context.owner_id, _COLLECTION, name)
            await reading.remove(context.ports.knowledge, document_id, user_id=context.owner_id)
        except NotFound:  # somebody has removed it, or it was never added
            continue
    return False


async def _question(_context: Context) -> BaseModel:
    return SearchAndAnswer(query="How long is the warranty on pans?", collections=(_COLLECTION,))


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
