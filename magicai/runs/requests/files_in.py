"""Files that a request names: handed in first, kept in `Files`, and named by an id that only their owner may use."""

import asyncio
import hashlib
import mimetypes
import re
from collections.abc import AsyncIterable, AsyncIterator, Callable
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from pydantic import BaseModel

from magicai.errors import Invalid, NotFound
from magicai.ports import Files, Records, Upload
from magicai.runs.requests.fields import Leaf, Mark, leaves, put
from magicai.runs.run import JSON
from magicai.values.ids import new_id

MOST_BYTES = 100_000_000
# Bodies of one size, so that the same file is the same bodies, however it came.
_PART = 1_000_000
_LONGEST_NAME = 200
# Those that Python knows, whatever this machine has beside.
_KINDS = mimetypes.MimeTypes()
_FILE_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_UNFIT = re.compile(r"[\x00-\x1f\x7f]")
_HAND_IN = "Upload it first, and use its file_id: magicai upload FILE"

_EMPTY = "Choose a file that is not empty."


@dataclass(frozen=True, slots=True)
class InputFile(Mark):
    """Marks a text field as a file: a path on the command line, a `file_id` elsewhere and in the run's row.

    Attributes:
        suffixes: which names of files may end in, like ".csv"; any where empty.
        max_bytes: how large it may be.
        check: raises `Invalid` where the body is not what it should be, and may answer how many items it holds; is
            told the body and what to call it.
    """

    suffixes: tuple[str, ...] = ()
    max_bytes: int = 50_000_000
    check: Callable[[bytes, str], object] | None = None

    def keywords(self) -> JSON:
        """A file, of which kinds, and how large."""
        kind = _KINDS.guess_type(f"file{next(iter(self.suffixes), '')}")[0] or "application/octet-stream"
        return {"format": "file", "contentMediaType": kind, "suffixes": [*self.suffixes], "maxBytes": self.max_bytes}


async def upload(
    records: Records, files: Files, name: str, body: AsyncIterable[bytes], *, owner_id: str, most: int = MOST_BYTES
) -> Upload:
    """Keep a file as it comes, a part at a time; the same file of the same name and owner again is one.

    Raises:
        Invalid: it is empty, larger than `most` bytes, or of no name that a file has.
    """
    name = _plain(name)
    whole, parts, size, rest = hashlib.sha256(), list[str](), 0, bytearray()
    async for piece in body:
        size += len(piece)
        if size > most:
            raise Invalid("file_too_large", name=name, most=in_words(most))
        whole.update(piece)
        rest += piece
        while len(rest) >= _PART:
            parts += await files.put([bytes(rest[:_PART])])
            del rest[:_PART]
    if rest:
        parts += await files.put([bytes(rest)])
    if not size:
        raise Invalid("input_empty", name=name)
    made = Upload(new_id(), owner_id, name, whole.hexdigest(), size, tuple(parts), created_at=0)
    return await records.uploads.add(made)


async def upload_path(records: Records, files: Files, path: Path, *, owner_id: str) -> Upload:
    """Keep a file of this machine.

    Raises:
        Invalid: it is not there, can't be read, or is none that may be handed in.
    """
    path = await asyncio.to_thread(_found, str(path), str(path))
    return await upload(records, files, path.name, _read(path), owner_id=owner_id)


async def body_of(records: Records, files: Files, file_id: str, *, owner_id: str) -> bytes:
    """The body of a file that a request names.

    Raises:
        NotFound: there is no such file of this owner's, or it is not kept any more.
    """
    return await _body(files, await records.uploads.get(file_id, owner_id=owner_id))


async def parts_of(files: Files, of: Upload) -> AsyncIterator[bytes]:
    """The body of a file, a part at a time.

    Raises:
        NotFound: it is not kept any more.
    """
    for digest in of.parts:
        yield await files.get(digest)


def is_upload(value: object) -> bool:
    """Whether a file of a request is the id of an upload, and not a path of this machine."""
    return isinstance(value, str) and _FILE_ID.fullmatch(value) is not None and not Path(value).exists()


async def checked_path(leaf: Leaf, mark: InputFile) -> tuple[Path, int | None]:
    """The file of this machine that a field names, and how many items it holds.

    Raises:
        Invalid: it is not there, or is not what the field takes; names both.
    """
    called = f"{leaf.where}: {leaf.value}"
    path = await asyncio.to_thread(_found, str(leaf.value), called)
    _must_fit(called, path.name, path.stat().st_size, mark)
    items = None
    if mark.check is not None:
        body = b"".join([part async for part in _read(path)])
        found = await asyncio.to_thread(mark.check, body, called)
        items = found if isinstance(found, int) else None
    return path, items


async def check_upload(records: Records, files: Files, leaf: Leaf, mark: InputFile, *, owner_id: str) -> None:
    """See whether a field's `file_id` is one of the owner's, and what the field takes.

    Raises:
        Invalid: it is not; names the field.
    """
    try:
        known = await records.uploads.get(str(leaf.value), owner_id=owner_id)
        _must_fit(f"{leaf.where}: {known.name}", known.name, known.size, mark)
        if mark.check is not None:
            body = await _body(files, known)
            items = await asyncio.to_thread(mark.check, body, f"{leaf.where}: {known.name}")
            if isinstance(items, int):
                await records.uploads.count(known.file_id, items)
    except NotFound as exc:
        raise Invalid("uploaded_file_not_found", where=leaf.where, value=leaf.value) from exc


class CountedFile(str):
    """A file's id or path in a request that is only estimated, and how many items it holds."""

    __slots__ = ("items",)
    items: int

    def __new__(cls, name: str, items: int) -> Self:
        """Name it, and say how many."""
        made = super().__new__(cls, name)
        made.items = items
        return made

    def __reduce__(self) -> tuple[type["CountedFile"], tuple[str, int]]:
        """What a copy is made of, in another process too."""
        return CountedFile, (str(self), self.items)


async def with_counts(records: Records, request: BaseModel, *, owner_id: str, row: JSON) -> JSON:
    """A request's row, in which files that somebody has counted tell how many items they hold."""
    found = deepcopy(row)
    for leaf in leaves(request):
        if leaf.shape.mark(InputFile) is not None:
            with suppress(NotFound):
                known = await records.uploads.get(str(leaf.value), owner_id=owner_id)
                if known.items is not None:
                    put(found, leaf.path, CountedFile(known.file_id, known.items))
    return found


async def names_of_files(records: Records, request: BaseModel, *, owner_id: str) -> dict[str, str]:
    """What the files of a request are called, by their ids."""
    named: dict[str, str] = {}
    for leaf in leaves(request):
        if leaf.shape.mark(InputFile) is not None:
            with suppress(NotFound):
                known = await records.uploads.get(str(leaf.value), owner_id=owner_id)
                named[known.file_id] = known.name
    return named


def in_words(size: int) -> str:
    """A size for people."""
    return f"{size / 1_000_000:g} MB" if size >= 1_000_000 else f"{size / 1000:g} kB"  # noqa: PLR2004


async def _body(files: Files, of: Upload) -> bytes:
    return b"".join([await files.get(digest) for digest in of.parts])


def _found(given: str, called: str) -> Path:
    try:
        path = Path(given).expanduser().absolute()
        path.is_file()
    except (OSError, ValueError, RuntimeError) as exc:  # too long a name, a NUL in it, a home that nobody has
        raise Invalid("file_path_invalid", called=called[:_LONGEST_NAME], exc=str(exc)[:100]) from exc
    if path.is_dir():
        raise Invalid("path_is_folder", called=called)
    # A pipe or a device would be waited for, or read for ever.
    if not path.is_file():
        raise Invalid("input_file_not_found", called=called)
    return path


def _must_fit(called: str, name: str, size: int, mark: InputFile) -> None:
    if mark.suffixes and not name.lower().endswith(mark.suffixes):
        takes = ", ".join(mark.suffixes)
        raise Invalid("file_type_invalid", called=called, takes=takes)
    if not size:
        raise Invalid("input_empty", name=called)
    if size > mark.max_bytes:
        raise Invalid("input_file_too_large", called=called, size=in_words(size), max_bytes=in_words(mark.max_bytes))


async def _read(path: Path) -> AsyncIterator[bytes]:
    try:
        with path.open("rb") as file:
            while part := await asyncio.to_thread(file.read, _PART):
                yield part
    except OSError as exc:
        raise Invalid("path_not_readable", path=path, strerror=exc.strerror) from exc


def _plain(name: str) -> str:
    """What a file is called, without the folders that some programs send along."""
    plain = _UNFIT.sub("", name.replace("\\", "/").rpartition("/")[2]).strip()
    if plain in ("", ".", "..") or len(plain) > _LONGEST_NAME:
        raise Invalid("file_name_invalid", name=name[:_LONGEST_NAME], longest_name=_LONGEST_NAME)
    return plain
