"""Operations as any module declares them, on notes that are kept in memory."""

import io
from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import BaseModel, Field, SecretStr

from magicai.accounts.identity import Role, Scope
from magicai.errors import NotFound
from magicai.operations.lists import USUAL, Cursor, Limit
from magicai.operations.operation import Context, Download, IdempotencyKey, operation
from magicai.paging import Page, sliced
from magicai.shapes.base import Body, Shown

TAG = "notes"
WORKFLOW = "search-and-answer"
Name = Annotated[str, Field(max_length=12, description="Of a note.")]


class NewNote(Body):
    """A note to keep."""

    text: str = Field(max_length=10)
    password: SecretStr | None = None
    tags: tuple[str, ...] = ()


class NoteShown(Shown):
    """A note, and all that it was asked for by."""

    name: str
    number: int
    text: str
    password_length: int
    tags: tuple[str, ...]
    loud: bool | None
    marks: tuple[str, ...]
    owner_id: str


class NoteFilter(BaseModel):
    """Which notes."""

    loud: bool | None = None
    tag: Annotated[tuple[str, ...], Field(max_length=2, description="Only with one of these.")] = ()


class NoteList(Page[NoteShown]):
    """Notes by name."""


class Notes(dict[str, Any]):
    """The notes of a test, and what came with them."""

    def __init__(self) -> None:
        super().__init__()
        self.idempotency_keys: list[str | None] = []
        self.bodies: list[io.BytesIO] = []


def notes_of(context: Context) -> Notes:
    """Where notes are kept: the port of a test."""
    ports: Any = context.ports
    return ports.notes


@operation("GET", "/api/notes")
async def list_notes(context: Context, limit: Limit = USUAL, cursor: Cursor = "") -> NoteList:
    """Notes by name."""
    shown, next_cursor = sliced(sorted(notes_of(context).values(), key=lambda note: note.name), limit, cursor)
    return NoteList(items=shown, next_cursor=next_cursor)


@operation("GET", "/api/notes/found/{name}")
async def find_notes(context: Context, name: Name, wanted: NoteFilter, limit: Limit = USUAL) -> NoteList:
    """Notes that match."""
    notes = [note for note in notes_of(context).values() if note.name == name and note.loud == wanted.loud]
    found = [note for note in notes if not wanted.tag or set(wanted.tag) & set(note.tags)]
    return NoteList(items=found[:limit], next_cursor=None)


@operation("PUT", "/api/notes/{name}/parts/{number}", problems=(404,), example={"text": "Hello"})
async def keep_note(
    context: Context,
    name: Name,
    number: Annotated[int, Field(ge=1)],
    given: NewNote,
    *,
    loud: bool | None = None,
    marks: Annotated[tuple[str, ...], Field(max_length=2, description="Of the note.")] = (),
) -> NoteShown:
    """Keep a note."""
    password = given.password.get_secret_value() if given.password else ""
    note = NoteShown(
        name=name, number=number, text=given.text, password_length=len(password), tags=given.tags, loud=loud,
        marks=marks, owner_id=context.owner_id,
    )  # fmt: skip
    notes_of(context)[name] = note
    return note


@operation("POST", "/api/notes", status=201, created=("name", "show_note"), example={"text": "Hello"}, queues=WORKFLOW)
async def add_note(context: Context, given: NewNote, once: IdempotencyKey = None) -> NoteShown:
    """Add a note, once."""
    notes_of(context).idempotency_keys.append(once)
    return await keep_note(context, given.text, 1, given)


@operation("POST", "/api/notes/count")
async def count_notes(context: Context) -> int:
    """Count the notes, which is asked once only."""
    notes_of(context).idempotency_keys.append(None)
    return len(notes_of(context))


@operation("GET", "/api/notes/{name}", polled=True, problems=(404,))
async def show_note(context: Context, name: Name) -> NoteShown:
    """One note."""
    if name not in notes_of(context):
        raise NotFound("user_not_found", way_out="list_users", owner=name)
    return notes_of(context)[name]


@operation("DELETE", "/api/notes/{name}", status=204, scope=Scope.ACCOUNT, role=Role.OPERATOR, in_person=True)
async def forget_note(context: Context, name: Name) -> None:
    """Forget a note."""
    notes_of(context).pop(name, None)


@operation("GET", "/api/notes/{name}/file", problems=(404,))
async def download_note(context: Context, name: Name) -> Download:
    """A note as a file."""
    note = await show_note(context, name)
    body = io.BytesIO(note.text.encode())
    notes_of(context).bodies.append(body)
    return Download(f"{name}.txt", "text/plain", body)


def named(names: Sequence[str]) -> dict[str, NoteShown]:
    """Notes of these names."""
    rest: dict[str, Any] = {"number": 1, "text": "t", "password_length": 0, "tags": (), "loud": None, "marks": ()}
    return {name: NoteShown(name=name, owner_id="id-ann", **rest) for name in names}
