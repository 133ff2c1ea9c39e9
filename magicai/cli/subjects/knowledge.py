"""The knowledge base: documents that questions are answered from."""

import asyncio
import json
import os
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from magicai.cli.asking import all_of, ask, asking, each
from magicai.cli.command_name import command

if TYPE_CHECKING:
    from magicai.cli.asking import Asker
    from magicai.messages import Message
    from magicai.shapes.subjects.knowledge import DocumentShown, EntryWritten

# What `magicai --help` says of the commands here.
COMMANDS = {"knowledge": "Add, list, share and remove documents; show questions without an answer."}
_PARTIAL = 3
_NONE_YET = "No documents yet: magicai knowledge add PATH"
_MOST_NAMED = 20


@click.group("knowledge", help=COMMANDS["knowledge"])
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
    for why, count in Counter(str(why) for why in list(skipped.values())[_MOST_NAMED:]).most_common():
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


def _found(paths: list[Path], *, whole: bool) -> tuple[dict[str, Path], dict[str, "Message"]]:
    """Files by what they are known by, and why some of them, or folders, are skipped.

    Args:
        whole: all that is in each of the paths has to be seen.
    """
    from magicai.errors import Invalid
    from magicai.knowledge.folder import files_in, why_not
    from magicai.messages import say

    for path in paths:
        if not path.exists():
            raise Invalid("path_not_found", path=path)
    found: dict[str, Path] = {}
    reasons: dict[str, Message] = {}
    for path in paths:
        listing = files_in(path)
        if whole and (listing.unseen or not listing.files):
            inside, why = next(iter(listing.unseen.items()), ("", say("path_has_no_files")))
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
) -> tuple[dict[str, str], list[str], dict[str, "Message"]]:
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
                reasons[source] = exc.message
        run_ids = [(await installation.find(run)).run_id for run in runs]
    return files, run_ids, reasons


@knowledge.command("status", help="Show how much each collection has, and whether stores are behind.")
def status() -> None:
    """Show what there is."""
    from magicai.operations.subjects.knowledge import show_knowledge

    there = ask(show_knowledge)
    for one in there.collections:
        print(f"{one.reference:<30} {one.role:<7} {one.documents:>7} documents {one.passages:>9} passages")
    if not there.documents:
        print(_NONE_YET, file=sys.stderr)
    if there.incomplete:
        print(f"{there.incomplete} documents are incomplete. To complete them, add them again.", file=sys.stderr)
    for store, behind in there.behind.items():
        if behind:
            print(f"{store} is {behind} entries behind", file=sys.stderr)


@knowledge.command("list", help="List the documents that you may read.")
@click.option("--collection", default="", help="Only of this collection; OWNER/NAME of a shared one.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON on standard output, one object per line.")
def list_documents(*, collection: str, as_json: bool) -> None:
    """List documents."""
    from magicai.operations.subjects.knowledge import list_documents

    found = all_of(list_documents, collection=collection)
    for document in found:
        _print_document(document, as_json=as_json)
    if not found:
        print(_NONE_YET, file=sys.stderr)


@knowledge.command("show", help="Print the text of a document, passage by passage.")
@click.argument("document_id", metavar="DOCUMENT")
def show(document_id: str) -> None:
    """Show a document."""
    from magicai.knowledge.answer import place_in_words
    from magicai.operations.subjects.knowledge import list_passages, show_knowledge_document

    async def print_passages(asker: "Asker") -> None:
        document = await asker.ask(show_knowledge_document, document_id)
        async for passage in each(asker, list_passages, document_id):
            place = place_in_words(passage.place, "en")
            title = " › ".join([document.title, *passage.headings])
            print(f"## {title}{f' ({place})' if place else ''}\n\n{passage.text}\n")

    asking(print_passages)


@knowledge.command("remove", help="Remove documents from every store.")
@click.argument("documents", metavar="DOCUMENT...", nargs=-1, required=True)
def remove_documents(documents: tuple[str, ...]) -> None:
    """Remove documents."""
    from magicai.operations.subjects.knowledge import remove_document, show_knowledge_document

    async def remove(asker: "Asker") -> None:
        for document_id in documents:
            document = await asker.ask(show_knowledge_document, document_id)
            await asker.ask(remove_document, document_id)
            print(f"Removed “{document.title}” ({document.passages} passages).")
        await asker.relay()

    asking(remove)


@knowledge.command(
    "collections", help="List the collections that you may read, with their members, and your invitations."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON on standard output, one object per line.")
def collections(*, as_json: bool) -> None:
    """List collections."""
    from magicai.operations.subjects.knowledge import show_knowledge

    there = ask(show_knowledge)
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
    from magicai.knowledge.ports import MemberRole
    from magicai.operations.subjects.knowledge import share_collection
    from magicai.shapes.subjects.knowledge import MemberGiven

    member = ask(share_collection, collection, user, MemberGiven(role=MemberRole(role)))
    print(f"{user} is {role if member.accepted else f'invited as {role}'} of {collection}.")


@knowledge.command("accept", help="Accept an invitation to a collection: OWNER/NAME.")
@click.argument("collection", metavar="OWNER/NAME")
def accept_invitation(collection: str) -> None:
    """Accept an invitation."""
    from magicai.operations.subjects.knowledge import accept_invitation

    ask(accept_invitation, *_owner_and_name(collection))
    print(f"You may use {collection}. To search it: --collections {collection}")


@knowledge.command("leave", help="Decline an invitation, or leave a collection that another user shares: OWNER/NAME.")
@click.argument("collection", metavar="OWNER/NAME")
def leave_collection(collection: str) -> None:
    """Decline or leave."""
    from magicai.operations.subjects.knowledge import leave_collection

    ask(leave_collection, *_owner_and_name(collection))
    print(f"You no longer use {collection}.")


@knowledge.command("unshare", help="End a user's access to a collection of yours, or withdraw an invitation.")
@click.argument("collection")
@click.argument("user")
def unshare_collection(collection: str, user: str) -> None:
    """End sharing a collection."""
    from magicai.operations.subjects.knowledge import unshare_collection

    ask(unshare_collection, collection, user)
    print(f"{user} can no longer read {collection}.")


@knowledge.command("gaps", help="Questions that had no answer, grouped, the most frequent first.")
@click.option("--json", "as_json", is_flag=True, help="As JSON on standard output, one object a line.")
def show_gaps(*, as_json: bool) -> None:
    """Show gaps."""
    from magicai.operations.subjects.knowledge import list_gaps

    found = all_of(list_gaps)
    for gap in found:
        if as_json:
            print(json.dumps(gap.model_dump(mode="json"), ensure_ascii=False))
        else:
            print(f"{gap.asked:>4}  {gap.questions[0]}")
    if not found:
        print("No unanswered questions.", file=sys.stderr)


@knowledge.command("disagreements", help="Questions whose sources disagree, grouped, the most frequent first.")
@click.option("--json", "as_json", is_flag=True, help="As JSON on standard output, one object a line.")
def show_disagreements(*, as_json: bool) -> None:
    """Show disagreements."""
    from magicai.operations.subjects.knowledge import list_disagreements

    found = all_of(list_disagreements)
    for one in found:
        if as_json:
            print(json.dumps(one.model_dump(mode="json"), ensure_ascii=False))
        else:
            said = "\n".join(f"      {line}" for line in one.answer.splitlines() if line)
            print(f"{one.asked:>4}  {one.questions[0]}\n{said}")
    if not found:
        print("No sources disagree.", file=sys.stderr)


@knowledge.command("answer", help="Write the entry that a gap lacks: a question with its answer.")
@click.argument("question")
@click.argument("answer")
@click.option("--collection", default="default", show_default=True, help="Where it belongs.")
@click.option("--gap", default="", help="The unanswered question it was written for, if its words differ.")
def answer_gap(question: str, answer: str, *, collection: str, gap: str) -> None:
    """Write an entry."""
    from magicai.operations.subjects.knowledge import add_entry
    from magicai.shapes.subjects.knowledge import NewEntry

    entry = NewEntry(question=question, answer=answer, collection=collection, gap=gap)

    async def write(asker: "Asker") -> "EntryWritten":
        written = await asker.ask(add_entry, entry)
        await asker.relay()
        return written

    written = asking(write)
    print(f"{written.state.capitalize()} “{written.title}” ({written.closed} questions of a gap answered).")


def _owner_and_name(collection: str) -> tuple[str, str]:
    """The parts of OWNER/NAME.

    Raises:
        BadParameter: it is none.
    """
    owner, _, name = collection.partition("/")
    if not owner or not name:
        raise click.BadParameter(f"{collection!r} is not OWNER/NAME.", param_hint="OWNER/NAME")
    return owner, name


def _print_document(document: "DocumentShown", *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(document.model_dump(mode="json"), ensure_ascii=False))
        return
    state = "" if document.state == "ready" else f"  {document.state}"
    words = f"{document.document_id}  {document.kind:<8}  {document.language or '-':<3} {document.collection:<12}"
    print(f"{words} {document.source}{state}")
