"""The knowledge base: documents that questions are answered from."""

import asyncio
import json
import os
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from magicai.cli.called import command
from magicai.cli.here import with_ports

if TYPE_CHECKING:
    from integrations.open import Ports
    from magicai.knowledge.reading import Seen

# What `magicai --help` says of the commands here.
COMMANDS = {"knowledge": "Add, list, share and remove documents; show questions without an answer."}
_PARTIAL = 3
_PAGE = 200
_NONE_YET = "No documents yet: magicai knowledge add PATH"
_MOST_NAMED = 20


@click.group("knowledge", help="Add, list, share and remove documents; show questions without an answer.")
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
@click.option(
    "--remove-missing", is_flag=True, help="Remove the collection's documents whose files are in none of the folders."
)
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON on standard output.")
def add(
    given: tuple[str, ...],
    *,
    runs: tuple[str, ...],
    max_pages: int,
    collection: str,
    remove_missing: bool,
    as_json: bool,
) -> int:
    """Add documents."""
    from magicai.cli.foreground import RunOptions, start_and_follow
    from magicai.errors import Invalid
    from magicai.knowledge.add_documents import WORKFLOW, AddDocuments
    from magicai.knowledge.folder import REMOVED

    urls = [one for one in given if one.lower().startswith(("http://", "https://"))]
    paths = [Path(one) for one in given if one not in urls]
    if remove_missing and not (paths and all(path.is_dir() for path in paths)):
        raise Invalid("remove_missing_requires_folders")
    files, run_ids, skipped = asyncio.run(_handed_in(paths, runs, whole=remove_missing))
    for source, why in list(skipped.items())[:_MOST_NAMED]:
        print(f"skipped  {source}: {why}", file=sys.stderr)
    for why, count in Counter(list(skipped.values())[_MOST_NAMED:]).most_common():
        print(f"skipped  {count} more: {why}", file=sys.stderr)
    if not (files or urls or runs):
        raise Invalid("documents_missing")
    values: dict[str, object] = {
        "files": list(files.values()),
        "sources": list(files),
        "urls": urls,
        "max_pages": max_pages,
        "runs": run_ids,
        "collection": collection,
    }
    if remove_missing:
        values |= {
            "remove_missing": True,
            "present": [source for source, why in skipped.items() if why != REMOVED],
        }
    status = asyncio.run(start_and_follow(WORKFLOW.name, AddDocuments, values, RunOptions(as_json=as_json), None))
    return status or (_PARTIAL if skipped else 0)


def _found(paths: list[Path], *, whole: bool) -> tuple[dict[str, Path], dict[str, str]]:
    """Files by what they are known by, and why some of them, or folders, are skipped.

    Args:
        whole: all that is in each of the paths has to be seen.
    """
    from magicai.errors import Invalid
    from magicai.knowledge.folder import files_in, why_not

    for path in paths:
        if not path.exists():
            raise Invalid("path_not_found", path=path)
    found: dict[str, Path] = {}
    reasons: dict[str, str] = {}
    for path in paths:
        listing = files_in(path)
        if whole and (listing.unseen or not listing.files):
            inside, why = next(iter(listing.unseen.items()), ("", "it has no files"))
            raise Invalid("folder_not_readable", path=path / inside, reason=why)
        reasons |= {str(path / inside): why for inside, why in listing.unseen.items()}
        for source, file in listing.files.items():
            if why := why_not(source, file, path):
                reasons[source] = why
            if os.path.realpath(found.setdefault(source, file)) != os.path.realpath(file):
                raise Invalid("document_source_conflict", found=found[source], file=file, source=source)
    return found, reasons


async def _handed_in(
    paths: list[Path], runs: tuple[str, ...], *, whole: bool
) -> tuple[dict[str, str], list[str], dict[str, str]]:
    """The ids of files by what they are known by, those of runs, and why others were skipped."""
    from magicai.cli.foreground import settings_for_a_run
    from magicai.cli.installation import open_installation
    from magicai.errors import Invalid
    from magicai.knowledge.add_documents import MOST_FILES
    from magicai.knowledge.folder import hand_in

    found, reasons = _found(paths, whole=whole)
    fit = [source for source in found if source not in reasons]
    if len(fit) > MOST_FILES:
        raise Invalid("too_many_documents", count=f"{len(fit):,}", limit=f"{MOST_FILES:,}")
    files: dict[str, str] = {}
    async with open_installation(settings_for_a_run()) as installation:
        await installation.find_interrupted()  # the records come first: files without them would look like a loss
        for source in fit:
            try:
                files[source] = await hand_in(found[source], installation.upload)
            except Invalid as exc:
                reasons[source] = exc.what.rstrip(".")
        run_ids = [(await installation.find(one)).run_id for one in runs]
    return files, run_ids, reasons


@knowledge.command("status", help="Show how much each collection has, and whether stores are behind.")
def status() -> None:
    """Show what there is."""
    from magicai.knowledge.reading import status_of
    from magicai.stores.status import store_status

    async def act(ports: "Ports") -> None:
        there = await status_of(ports.knowledge, user_id=ports.settings.owner)
        for one in there.collections:
            print(f"{one.reference:<30} {one.role:<7} {one.documents:>7} documents {one.passages:>9} passages")
        if not there.documents:
            print(_NONE_YET, file=sys.stderr)
        if there.incomplete:
            print(f"{there.incomplete} documents are incomplete. To complete them, add them again.", file=sys.stderr)
        for store in await store_status(ports.records):
            if store.store in ("search", "vectors") and store.behind:
                print(f"{store.store} is {store.behind} entries behind", file=sys.stderr)

    with_ports(act)


@knowledge.command("list", help="List the documents that you may read.")
@click.option("--collection", help="Only of this collection; OWNER/NAME of a shared one.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON on standard output, one object per line.")
def list_documents(*, collection: str | None, as_json: bool) -> None:
    """List documents."""
    from magicai.knowledge.reading import listed

    async def act(ports: "Ports") -> None:
        cursor: str | None = ""
        count = 0
        while cursor is not None:
            wanted = [collection] if collection else []
            page, cursor = await listed(
                ports.knowledge, wanted, user_id=ports.settings.owner, limit=_PAGE, cursor=cursor
            )
            count += len(page)
            for seen in page:
                _print_document(seen, as_json=as_json)
        if not count:
            print(_NONE_YET, file=sys.stderr)

    with_ports(act)


@knowledge.command("show", help="Print the text of a document, passage by passage.")
@click.argument("document_id", metavar="DOCUMENT")
def show(document_id: str) -> None:
    """Show a document."""
    from magicai.knowledge.answer import place_in_words
    from magicai.knowledge.reading import document_for, passages_of

    async def act(ports: "Ports") -> None:
        document = (await document_for(ports.knowledge, document_id, user_id=ports.settings.owner)).document
        for begin in range(0, len(document.passages), _PAGE):
            for _, one in await passages_of(ports.knowledge, document, begin=begin, limit=_PAGE):
                place = place_in_words(one.place, "en")
                print(f"## {one.title}{f' ({place})' if place else ''}\n\n{one.text}\n")

    with_ports(act)


@knowledge.command("remove", help="Remove documents from every store.")
@click.argument("documents", metavar="DOCUMENT...", nargs=-1, required=True)
def remove_documents(documents: tuple[str, ...]) -> None:
    """Remove documents."""
    from magicai.knowledge.reading import remove

    async def act(ports: "Ports") -> None:
        from magicai.stores.relay import drain

        for one in documents:
            gone = await remove(ports.knowledge, one, user_id=ports.settings.owner)
            print(f"Removed “{gone.title}” ({len(gone.passages)} passages).")
        await drain(ports.records, ports.projections(), limit_s=30)

    with_ports(act)


@knowledge.command(
    "collections", help="List the collections that you may read, with their members, and your invitations."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON on standard output, one object per line.")
def collections(*, as_json: bool) -> None:
    """List collections."""
    from magicai.knowledge.reading import status_of

    async def act(ports: "Ports") -> None:
        there = await status_of(ports.knowledge, user_id=ports.settings.owner)
        for one in there.collections:
            if as_json:
                print(one.model_dump_json())
            else:
                members = ", ".join(
                    f"{member.name} ({member.role}{'' if member.accepted else ', invited'})" for member in one.members
                )
                print(f"{one.reference:<30} {one.role:<7} {members}".rstrip())
        for invited in there.invitations:
            if as_json:
                print(json.dumps({**invited.model_dump(mode="json"), "invited": True}))
            else:
                print(f"{invited.reference:<30} invited as {invited.role}")
                print(f"To accept: {command('knowledge', 'accept', invited.reference)}", file=sys.stderr)

    with_ports(act)


@knowledge.command(
    "share", help="Invite another user to read a collection of yours, or to add and remove documents too."
)
@click.argument("collection")
@click.argument("user")
@click.option(
    "--role", type=click.Choice(["reader", "editor"]), default="reader", show_default=True, help="What they may do."
)
def share_collection(collection: str, user: str, *, role: str) -> None:
    """Share a collection."""
    from magicai.knowledge.collections import share
    from magicai.knowledge.ports import MemberRole

    async def act(ports: "Ports") -> None:
        accepted = await share(ports.knowledge, collection, user, MemberRole(role), owner_id=ports.settings.owner)
        print(f"{user} is {role if accepted else f'invited as {role}'} of {collection}.")

    with_ports(act)


@knowledge.command("accept", help="Accept an invitation to a collection: OWNER/NAME.")
@click.argument("collection", metavar="OWNER/NAME")
def accept_invitation(collection: str) -> None:
    """Accept an invitation."""
    from magicai.knowledge.collections import accept

    async def act(ports: "Ports") -> None:
        await accept(ports.knowledge, collection, user_id=ports.settings.owner)
        print(f"You may use {collection}. To search it: --collections {collection}")

    with_ports(act)


@knowledge.command("leave", help="Decline an invitation, or leave a collection that another user shares: OWNER/NAME.")
@click.argument("collection", metavar="OWNER/NAME")
def leave_collection(collection: str) -> None:
    """Decline or leave."""
    from magicai.knowledge.collections import leave

    async def act(ports: "Ports") -> None:
        await leave(ports.knowledge, collection, user_id=ports.settings.owner)
        print(f"You no longer use {collection}.")

    with_ports(act)


@knowledge.command("unshare", help="End a user's access to a collection of yours, or withdraw an invitation.")
@click.argument("collection")
@click.argument("user")
def unshare_collection(collection: str, user: str) -> None:
    """End sharing a collection."""
    from magicai.knowledge.collections import unshare

    async def act(ports: "Ports") -> None:
        await unshare(ports.knowledge, collection, user, owner_id=ports.settings.owner)
        print(f"{user} can no longer read {collection}.")

    with_ports(act)


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

    with_ports(act)


@knowledge.command("disagreements", help="Questions whose sources disagree, grouped, the most frequent first.")
@click.option("--json", "as_json", is_flag=True, help="As JSON on standard output, one object a line.")
def show_disagreements(*, as_json: bool) -> None:
    """Show disagreements."""
    from magicai.knowledge.interactions import disputed

    async def act(ports: "Ports") -> None:
        found = await disputed(ports.records.entities, owner_id=ports.settings.owner)
        for one in found:
            if as_json:
                print(json.dumps(one.model_dump(mode="json"), ensure_ascii=False))
            else:
                said = "\n".join(f"      {line}" for line in one.answer.splitlines() if line)
                print(f"{one.asked:>4}  {one.questions[0]}\n{said}")
        if not found:
            print("No sources disagree.", file=sys.stderr)

    with_ports(act)


@knowledge.command("answer", help="Write the entry that a gap lacks: a question with its answer.")
@click.argument("question")
@click.argument("answer")
@click.option("--collection", default="default", show_default=True, help="Where it belongs.")
def answer_gap(question: str, answer: str, *, collection: str) -> None:
    """Write an entry."""
    from magicai.knowledge.entries import write_entry

    async def act(ports: "Ports") -> None:
        from magicai.stores.relay import drain

        owner_id = ports.settings.owner
        added, closed = await write_entry(
            ports.records.entities, question, answer, owner_id=owner_id, collection=collection
        )
        await drain(ports.records, ports.projections(), limit_s=30)
        print(f"{added.state.capitalize()} “{added.title}” ({closed} questions of a gap answered).")

    with_ports(act)


def _print_document(seen: "Seen", *, as_json: bool) -> None:
    document = seen.document
    if as_json:
        said = document.model_dump(mode="json", exclude={"passages", "leaving", "owner_id"})
        said |= {"collection": seen.reference, "role": seen.role, "passages": len(document.passages)}
        print(json.dumps(said, ensure_ascii=False))
        return
    state = "" if document.digest else "  incomplete"
    words = f"{document.document_id}  {document.kind:<8}  {document.language or '-':<3} {seen.reference:<12}"
    print(f"{words} {document.source}{state}")
