"""A list of products as a run would read it, and which mapping of its columns it would use."""

import asyncio
import io
from contextlib import aclosing
from typing import BinaryIO, Protocol
from urllib.parse import urlsplit

from pydantic import TypeAdapter

from magicai.errors import Invalid
from magicai.ports import Fetcher, FileReader, PageRequest, Records
from magicai.runs.column_mappings import id_of, remembered
from magicai.runs.file_preview import MOST_ROWS, FilePreview, FileRead, NamedFile, PreviewPorts
from magicai.shops.crawling import answers
from magicai.values.packed import GZIP, ungzipped
from magicai.values.times import now_us

READER = "product-list"
LARGEST_FEED = 100_000_000
_FEED_TIMEOUT_S = 120.0
_PART = TypeAdapter(list[FileRead])


class ListRequest(Protocol):
    """What a request says of a list."""

    @property
    def feed(self) -> str | None:
        """Its address."""
        ...

    @property
    def currency(self) -> str:
        """Of prices that name none."""
        ...

    @property
    def columns(self) -> dict[str, str]:
        """What its columns are."""
        ...


async def preview_list(ports: PreviewPorts, request: ListRequest, file: NamedFile | None, owner_id: str) -> FilePreview:
    """A file or a feed as `product-list` would read it.

    Raises:
        Invalid: the request names neither, or it can't be read.
    """
    url = "" if file is not None else request.feed or ""
    if file is None and not url:
        raise Invalid("preview_without_file")
    called = file.name if file is not None else called_of(url)
    body = file.body if file is not None else await feed_body(ports.fetcher, url)
    if body.startswith(GZIP):
        body = await asyncio.to_thread(ungzipped, body, called, most=LARGEST_FEED)
    read = await read_columns(
        ports.records, ports.file_reader, io.BytesIO(body), called, request, owner_id=owner_id, url=url, most=MOST_ROWS
    )
    kept = await remembered(ports.records, owner_id=owner_id, reader=READER)
    mapping_id = id_of(owner_id, READER, read.source) if read.source in kept else ""
    return read.preview.model_copy(update={"mapping_id": mapping_id})


async def read_columns(
    records: Records,
    file_reader: FileReader,
    file: BinaryIO,
    called: str,
    request: ListRequest,
    *,
    owner_id: str,
    url: str,
    most: int = 0,
) -> FileRead:
    """The columns of a list, and how they are mapped: as the request says, else as its owner said before.

    Args:
        url: of a feed; "" of an upload.
        most: rows to read for the preview.

    Raises:
        Invalid, Missing, Temporary: it can't be read.
    """
    options = {
        "url": url,
        "currency": request.currency,
        "at": now_us(),
        "columns": request.columns,
        "remembered": await remembered(records, owner_id=owner_id, reader=READER),
        "most": most,
    }
    async with aclosing(file_reader.read("preview", file, called, options)) as parts:
        (read,) = _PART.validate_json(await anext(parts))
    return read


async def feed_body(fetcher: Fetcher, url: str) -> bytes:
    """What stands at a feed's address.

    Raises:
        MagicError: it did not answer, or with something else.
    """
    page = await fetcher.fetch(PageRequest(url, accept="*/*", max_bytes=LARGEST_FEED, timeout_s=_FEED_TIMEOUT_S))
    answers.check_answer(page, url)
    return page.body


def called_of(url: str) -> str:
    """How messages call a feed."""
    return urlsplit(url).path.rpartition("/")[2] or urlsplit(url).netloc
