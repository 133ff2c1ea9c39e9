"""The knowledge base: documents that questions are answered from."""

import asyncio
import json
import sys
from collections import Counter
from collections.abc import Awaitable, Callable
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


@knowledge.command("add", help="Add files, folders, web pages and runs. Adding again changes only what changed.")
@click.argument("given", metavar="PATH|URL...", nargs=-1)
@click.option("--run", "runs", metavar="RUN", multiple=True, help="Add the report and the products of a run.")
@click.option(
    "--max-pages",
    type=click.IntRange(1, 100_000),
    default=1,
    show_default=True,
    help="Maximum number of pages to fetch from the sites at the URLs. 1: only the URLs themselves.",
)
@click.option("--collection", default="default", show_default=True, help="Collection to add to.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON on standard output.")
def add(given: tuple[str, ...], *, runs: tuple[str, ...], max_pages: int, collection: str, as_json: bool) -> int:
    """Add documents."""
    from magicai.cli.foreground import RunOptions, start_and_follow
    from magicai.errors import Invalid
    from magicai.knowledge.add_documents import WORKFLOW, AddDocuments

    urls = [one for one in given if one.lower().startswith(("http://", "https://"))]
    files, run_ids, skipped = asyncio.run(_handed_in([Path(one) for one in given if one not in urls], runs))
    for line in skipped[:_MOST_NAMED]:
        print(f"skipped  {line}", file=sys.stderr)
    if len(skipped) > _MOST_NAMED:
        print(f"skipped  {len(skipped) - _MOST_NAMED} more", file=sys.stderr)
    if not (files or urls or runs):
        raise Invalid("There is no document to add.", way_out="Name files, a folder that has some, URLs, or a run.")
    values = {
        "files": list(files.values()),
        "sources": list(files),
        "urls": urls,
        "max_pages": max_pages,
        "runs": run_ids,
        "collection": collection,
    }
    status = asyncio.run(start_and_follow(WORKFLOW.name, AddDocuments, values, RunOptions(as_json=as_json), None))
    return status or (_PARTIAL if skipped else 0)


async def _handed_in(paths: list[Path], runs: tuple[str, ...]) -> tuple[dict[str, str], list[str], list[str]]:
    """The ids of files by what they are known by, those of runs, and what was skipped, with the reason."""
    from magicai.cli.installation import open_installation
    from magicai.errors import Invalid
    from magicai.knowledge.add_documents import MOST_FILES
    from magicai.knowledge.folder import files_in, hand_in, why_not

    for path in paths:
        if not path.exists():
            raise Invalid(f"{path}: there is no such file or folder.", way_out="Choose one that exists.")
    found = {source: file for path in paths for source, file in files_in(path)}
    reasons = {source: why for source, file in found.items() if (why := why_not(source, file))}
    fit = [source for source in found if source not in reasons]
    if len(fit) > MOST_FILES:
        raise Invalid(
            f"There are {len(fit):,} documents; the maximum is {MOST_FILES:,} per run.", way_out="Add folder by folder."
        )
    files: dict[str, str] = {}
    async with open_installation() as installation:
        for source in fit:
            try:
                files[source] = await hand_in(found[source], installation.upload)
            except Invalid as exc:
                reasons[source] = exc.what.rstrip(".")
        run_ids = [(await installation.find(one)).run_id for one in runs]
    return files, run_ids, [f"{source}: {why}" for source, why in reasons.items()]


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
