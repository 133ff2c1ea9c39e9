"""The knowledge base: documents that questions are answered from."""

import asyncio
import json
import sys
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from integrations.open import Ports

# What `magicai --help` says of the commands here.
COMMANDS = {"knowledge": "Add, list and remove documents; show questions without an answer."}
_PARTIAL = 3
_MOST_NAMED = 20


@click.group("knowledge", help="Add, list and remove documents; show questions without an answer.")
def knowledge() -> None:
    """The knowledge base."""


@knowledge.command("add", help="Add files and folders; what is there already is changed where it differs.")
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--collection", default="default", show_default=True, help="Where they belong.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON on standard output.")
def add(paths: tuple[Path, ...], *, collection: str, as_json: bool) -> int:
    """Add documents."""
    from magicai.cli.foreground import RunOptions, start_and_follow
    from magicai.errors import Invalid
    from magicai.knowledge.add_documents import WORKFLOW, AddDocuments

    files: dict[str, Path] = {}
    skipped: list[str] = []
    for path in paths:
        for source, file in _files_in(path):
            if why := _unfit(file):
                skipped.append(f"{source}: {why}")
            else:
                files[source] = file
    for line in skipped[:_MOST_NAMED]:
        print(f"skipped  {line}", file=sys.stderr)
    if len(skipped) > _MOST_NAMED:
        print(f"skipped  {len(skipped) - _MOST_NAMED} more", file=sys.stderr)
    if not files:
        raise Invalid("There is no document to add.", way_out="Name files, or a folder that has some.")
    values = {"files": [str(file) for file in files.values()], "sources": list(files), "collection": collection}
    status = asyncio.run(start_and_follow(WORKFLOW.name, AddDocuments, values, RunOptions(as_json=as_json), None))
    return status or (_PARTIAL if skipped else 0)


@knowledge.command("status", help="How many documents and passages there are, and whether stores are behind.")
def status() -> None:
    """Show what there is."""
    asyncio.run(_status())


@knowledge.command("list", help="Your documents.")
@click.option("--collection", help="Only of this collection.")
@click.option("--json", "as_json", is_flag=True, help="As JSON on standard output, one object a line.")
def list_documents(*, collection: str | None, as_json: bool) -> None:
    """List documents."""
    asyncio.run(_list(collection, as_json=as_json))


@knowledge.command("remove", help="Remove documents from every store.")
@click.argument("documents", metavar="DOCUMENT...", nargs=-1, required=True)
def remove(documents: tuple[str, ...]) -> None:
    """Remove documents."""
    from magicai.knowledge.adding import remove_document

    async def act(ports: "Ports") -> None:
        from magicai.stores.relay import drain

        for one in documents:
            gone = await remove_document(ports.records.entities, one, owner_id=ports.settings.owner)
            print(f"Removed “{gone.title}” ({len(gone.passages)} passages).")
        await drain(ports.records, ports.projections(), limit_s=30)

    _with_ports(act)


@knowledge.command("gaps", help="Questions that had no answer, grouped, the most frequent first.")
@click.option("--json", "as_json", is_flag=True, help="As JSON on standard output, one object a line.")
def show_gaps(*, as_json: bool) -> None:
    """Show gaps."""
    from magicai.knowledge.interactions import gaps

    async def act(ports: "Ports") -> None:
        found = await gaps(ports.records.entities, owner_id=ports.settings.owner)
        for gap in found:
            if as_json:
                print(json.dumps(gap.model_dump(mode="json"), ensure_ascii=False))
            else:
                print(f"{gap.asked:>4}  {gap.questions[0]}")
        if not found:
            print("Every question had an answer.", file=sys.stderr)

    _with_ports(act)


@knowledge.command("answer", help="Write the entry that a gap lacks: a question with its answer.")
@click.argument("question")
@click.argument("answer")
@click.option("--collection", default="default", show_default=True, help="Where it belongs.")
def answer_gap(question: str, answer: str, *, collection: str) -> None:
    """Write an entry."""
    from magicai.knowledge.answered_gaps import write_entry

    async def act(ports: "Ports") -> None:
        from magicai.stores.relay import drain

        owner_id = ports.settings.owner
        added, closed = await write_entry(
            ports.records.entities, question, answer, owner_id=owner_id, collection=collection
        )
        await drain(ports.records, ports.projections(), limit_s=30)
        print(f"{added.state.capitalize()} “{added.title}” ({closed} questions of a gap answered).")

    _with_ports(act)


def _files_in(path: Path) -> Iterator[tuple[str, Path]]:
    """What is to be added of a path, each with what it is known by: its name, or its path in the folder."""
    if path.is_file():
        yield path.name, path
        return
    for file in sorted(path.rglob("*")):
        inside = file.relative_to(path)
        if file.is_file() and not any(part.startswith(".") for part in inside.parts):
            yield inside.as_posix(), file


def _unfit(file: Path) -> str:
    """Why a file can't be handed in; "" where it can."""
    from magicai.knowledge.add_documents import MOST_BYTES, SUFFIXES

    if not file.name.lower().endswith(SUFFIXES):
        return "not of a kind that can be read"
    try:
        size = file.stat().st_size
    except OSError as exc:
        return str(exc.strerror)
    if not size:
        return "empty"
    return "" if size <= MOST_BYTES else f"larger than {MOST_BYTES // 1_000_000} MB"


async def _status() -> None:
    from integrations.open import open_ports
    from magicai.knowledge.adding import documents
    from magicai.stores.status import store_status

    async with open_ports() as ports:
        counts, passages = Counter[str](), Counter[str]()
        async for one in documents(ports.records.entities, owner_id=ports.settings.owner):
            counts[one.collection] += 1
            passages[one.collection] += len(one.passages)
        for collection in sorted(counts):
            print(f"{collection:<20} {counts[collection]:>7} documents {passages[collection]:>9} passages")
        if not counts:
            print("No documents yet: magicai knowledge add PATH", file=sys.stderr)
        for store in await store_status(ports.records):
            if store.store in ("search", "vectors") and store.behind:
                print(f"{store.store} is {store.behind} entries behind", file=sys.stderr)


async def _list(collection: str | None, *, as_json: bool) -> None:
    from integrations.open import open_ports
    from magicai.knowledge.adding import documents

    count = 0
    async with open_ports() as ports:
        wanted = [collection] if collection else []
        async for one in documents(ports.records.entities, owner_id=ports.settings.owner, collections=wanted):
            count += 1
            if as_json:
                said = one.model_dump(mode="json", exclude={"passages", "leaving", "owner_id"})
                print(json.dumps({**said, "passages": len(one.passages)}, ensure_ascii=False))
            else:
                print(f"{one.document_id}  {one.kind:<8}  {one.language or '-':<3} {one.collection:<12} {one.source}")
    if not count:
        print("No documents yet: magicai knowledge add PATH", file=sys.stderr)


def _with_ports(work: "Callable[[Any], Awaitable[None]]") -> None:
    async def act() -> None:
        from integrations.open import open_ports

        async with open_ports() as ports:
            await work(ports)

    asyncio.run(act())
