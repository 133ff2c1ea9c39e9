"""Reviews of what is to be published."""

import json
import sys
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

import click

from magicai.cli.asking import all_of, ask, asking
from magicai.cli.command_name import command
from magicai.cli.subjects.publishing_channels import channel

if TYPE_CHECKING:
    from magicai.cli.asking import Asker
    from magicai.publishing.findings import NotChecked
    from magicai.shapes.subjects.publishing import PayloadShown, ReviewWhole

# What `magicai --help` says of the commands here.
COMMANDS = {"review": "List, show, edit and decide submissions."}
_STATUSES = ["draft", "pending_review", "approved", "rejected", "publishing", "published", "partial", "withdrawn"]
_json = click.option("--json", "as_json", is_flag=True, help="Print JSON on standard output.")
_digest = click.option("--digest", default="", help="Digest that you looked at.  [default: the present one]")


@click.group("review", help=COMMANDS["review"])
def review() -> None:
    """Submissions, and decisions about them."""


review.add_command(channel)


@review.command("list", help="List submissions that wait for a decision, oldest first.")
@click.option("--status", type=click.Choice(_STATUSES), multiple=True, help="Only these.  [default: pending_review]")
@click.option("--all", "everything", is_flag=True, help="All submissions.")
@_json
def list_reviews(*, status: tuple[str, ...], everything: bool, as_json: bool) -> None:
    """List submissions."""
    from magicai.operations.subjects import publishing
    from magicai.publishing.submission import Status

    wanted = tuple(Status(one) for one in status)
    found = all_of(publishing.list_reviews, status=wanted, every=everything)
    if as_json:
        print(json.dumps([one.model_dump(mode="json") for one in found], ensure_ascii=False, indent=1))
        return
    if not found:
        print("No matching submissions." if wanted or everything else "No submissions wait.", file=sys.stderr)
    for one in found:
        findings = f"{one.blocking} to decide, {one.notes} notes"
        print(f"{one.content_id}  {one.status.value:<14}  {findings:<22}  {', '.join(one.targets)}  {one.title[:80]}")


@review.command("show", help="Show a submission: its text, its findings, and what each target gets.")
@click.argument("content_id", metavar="SUBMISSION")
@_json
def show_review(content_id: str, *, as_json: bool) -> None:
    """Show a submission."""
    from magicai.operations.subjects import publishing

    submission = ask(publishing.show_review, content_id)
    if as_json:
        print(json.dumps(submission.model_dump(mode="json"), ensure_ascii=False, indent=1))
    else:
        _print_whole(submission)


@review.command("approve", help="Approve a submission as it is. It is published at its time.")
@click.argument("content_ids", metavar="SUBMISSION...", nargs=-1, required=True)
@click.option("--reason", default="", show_default=False, help="Why. Required if findings block: it is kept with them.")
@_digest
def approve(content_ids: tuple[str, ...], reason: str, digest: str) -> None:
    """Approve submissions."""
    for content_id in content_ids:
        _decide(content_id, "approve", digest, reason)


@review.command("reject", help="Reject a submission.")
@click.argument("content_ids", metavar="SUBMISSION...", nargs=-1, required=True)
@click.option("--reason", required=True, help="Why.")
@_digest
def reject(content_ids: tuple[str, ...], reason: str, digest: str) -> None:
    """Reject submissions."""
    for content_id in content_ids:
        _decide(content_id, "reject", digest, reason)


@review.command("change", help="Ask the author for changes.")
@click.argument("content_id", metavar="SUBMISSION")
@click.option("--reason", required=True, help="What to change.")
@_digest
def change(content_id: str, reason: str, digest: str) -> None:
    """Ask for changes."""
    _decide(content_id, "change", digest, reason)


@review.command("edit", help="Save a new version from a file, or from standard input (-). It is checked and reviewed.")
@click.argument("content_id", metavar="SUBMISSION")
@click.argument("file", type=click.File(encoding="utf-8"))
@click.option(
    "--field",
    type=click.Choice(["text", "title", "summary", "tags", "link"]),
    default="text",
    show_default=True,
    help="What the file holds.",
)
def edit(content_id: str, file: Any, field: str) -> None:
    """Edit a submission."""
    from magicai.operations.subjects import publishing
    from magicai.shapes.subjects.publishing import ReviewEdit

    new = ReviewEdit(fields={field: file.read()})
    _print_version(_about(content_id, lambda asker, found: asker.ask(publishing.edit_review, found.content_id, new)))


@review.command("apply", help="Write a finding's suggestion in its place. `show` numbers findings.")
@click.argument("content_id", metavar="SUBMISSION")
@click.argument("number", type=click.IntRange(1))
def apply(content_id: str, number: int) -> None:
    """Apply a suggestion."""
    from magicai.operations.subjects import publishing
    from magicai.shapes.subjects.publishing import ReviewRow

    _print_version(
        _about(
            content_id,
            lambda asker, found: asker.ask(publishing.apply_suggestion, found.content_id, number, ReviewRow()),
        )
    )


@review.command("check", help="Run the checks again, such as after a moderator was chosen or was down.")
@click.argument("content_ids", metavar="SUBMISSION...", nargs=-1, required=True)
def check(content_ids: tuple[str, ...]) -> None:
    """Run the checks again."""
    from magicai.operations.subjects import publishing

    for content_id in content_ids:
        checked = _about(content_id, lambda asker, found: asker.ask(publishing.check_review, found.content_id))
        print(f"“{checked.title}” is being checked again.")


@review.command("diff", help="Show what changed between two versions. Default: the last two.")
@click.argument("content_id", metavar="SUBMISSION")
@click.argument("older", type=click.IntRange(1), required=False)
@click.argument("newer", type=click.IntRange(1), required=False)
def diff(content_id: str, older: int | None, newer: int | None) -> None:
    """Compare two versions."""
    from difflib import unified_diff

    from magicai.errors import NotFound
    from magicai.operations.subjects import publishing

    versions = {version.number: version for version in ask(publishing.show_review, content_id).versions}
    after = versions.get(newer or max(versions))
    before = after and versions.get(older or max(1, after.number - 1))
    if after is None or before is None:
        raise NotFound("version_not_found", names=", ".join(map(str, versions)))
    old, new = (f"{one.draft.title}\n\n{one.draft.text}".splitlines() for one in (before, after))
    print("\n".join(unified_diff(old, new, f"version {before.number}", f"version {after.number}", lineterm="")))


@review.command("comment", help="Comment on a submission.")
@click.argument("content_id", metavar="SUBMISSION")
@click.argument("text")
def comment(content_id: str, text: str) -> None:
    """Comment on a submission."""
    from magicai.operations.subjects import publishing
    from magicai.shapes.subjects.publishing import ReviewComment

    new = ReviewComment(text=text)
    _about(content_id, lambda asker, found: asker.ask(publishing.comment_on_review, found.content_id, new))
    print("Commented.")


@review.command("assign", help="Assign a submission to a reviewer; without NAME, to nobody.")
@click.argument("content_id", metavar="SUBMISSION")
@click.argument("name", required=False)
def assign(content_id: str, name: str | None) -> None:
    """Assign a submission."""
    from magicai.operations.subjects import publishing
    from magicai.shapes.subjects.publishing import ReviewAssignment

    to = ReviewAssignment(name=name)
    _about(content_id, lambda asker, found: asker.ask(publishing.assign_review, found.content_id, to))
    print(f"Assigned to {name}." if name else "Assigned to nobody.")


@review.command("withdraw", help="Withdraw a submission, and take its posts down.")
@click.argument("content_id", metavar="SUBMISSION")
@click.option("--reason", default="", show_default=False, help="Why.")
def withdraw(content_id: str, reason: str) -> None:
    """Withdraw a submission."""
    from magicai.operations.subjects import publishing
    from magicai.shapes.subjects.publishing import ReviewReason

    why = ReviewReason(reason=reason)
    withdrawn = _about(content_id, lambda asker, found: asker.ask(publishing.withdraw_review, found.content_id, why))
    print(f"Withdrawn: “{withdrawn.title}”.")


@review.command("due", help="Do what is due: scheduled posts, retries, reminders. `magicai up` does it all the time.")
def due() -> None:
    """Do what is due."""
    from magicai.operations.subjects import publishing

    print(f"{ask(publishing.do_due_reviews).count} submissions were due.")


def _decide(content_id: str, verdict: Any, digest: str, reasons: str) -> None:
    from magicai.operations.subjects import publishing
    from magicai.shapes.subjects.publishing import ReviewDecision

    def decide(asker: "Asker", found: "ReviewWhole") -> "Awaitable[ReviewWhole]":
        decision = ReviewDecision(decision=verdict, digest=digest or found.digest, reasons=reasons)
        return asker.ask(publishing.decide_review, found.content_id, decision)

    decided = _about(content_id, decide)
    print(f"“{decided.title}” is {decided.status.value}.")


def _about(content_id: str, work: "Callable[[Asker, ReviewWhole], Awaitable[ReviewWhole]]") -> "ReviewWhole":
    """Do something about a submission that is named by its id, or by a part of it."""
    from magicai.operations.subjects import publishing

    async def act(asker: "Asker") -> "ReviewWhole":
        return await work(asker, await asker.ask(publishing.show_review, content_id))

    return asking(act)


def _print_version(submission: "ReviewWhole") -> None:
    print(f"Version {submission.versions[-1].number} of “{submission.title}” is being checked.")


def _print_whole(submission: "ReviewWhole") -> None:
    from magicai.values.times import to_iso

    draft, version = submission.draft, submission.versions[-1]
    print(f"{draft.title}\n\n{draft.text}".strip())
    lines = ["", f"Status    {submission.status.value}", f"Digest    {submission.digest}"]
    lines.append(f"Version   {version.number}")
    if not version.by:
        lines.append(f"Changed   {version.note}")
    if submission.publish_at is not None:
        lines.append(f"Publish   {to_iso(submission.publish_at)} {submission.zone}".rstrip())
    lines += checked_lines(submission)
    lines += [line for payload in submission.payloads for line in _payload_lines(payload)]
    lines += [f"Decision  {one.decision} {one.by or 'policy'}: {one.reasons}" for one in submission.decisions]
    lines += [f"Comment   {one.by}: {one.text}" for one in submission.comments]
    print(*lines, sep="\n", file=sys.stderr)


def _payload_lines(payload: "PayloadShown") -> list[str]:
    """What a target gets, where to and as whom."""
    body = payload.body
    words = body.text if body.form == "note" else f"{body.title} ({len(body.html)} characters)"
    where = [payload.address, f"as {payload.user}" if payload.user else ""]
    where += [f"{name}={value}" for name, value in payload.options.items()]
    where += [f"link {payload.link}" if payload.link else ""]
    return [
        f"Target    {payload.target} ({payload.platform}): {words}",
        f"          {', '.join(part for part in where if part)}",
        *(f"          {note}" for note in payload.notes),
    ]


def checked_lines(submission: "ReviewWhole") -> list[str]:
    """What was found, each with what to do and how, and what was not checked; each reason once."""
    from magicai.publishing.submission import UNDECIDED

    content_id, lines = submission.content_id, list[str]()
    for finding in submission.findings:
        number = finding.number
        lines.append(f"Finding {number:<2}{finding.severity:<6}  “{finding.text or finding.place.field}”")
        lines.append(f"          {finding.message}")
        if finding.suggestion is not None:
            what = f"write “{finding.suggestion}”" if finding.suggestion else "remove it"
            lines.append(f"          To {what}: {command('review', 'apply', content_id, str(number))}")
        if finding.link:
            lines.append(f"          {finding.source}: {finding.link}")
    unchecked: dict[tuple[str, str], list[NotChecked]] = {}
    for missing in submission.not_checked:
        unchecked.setdefault((missing.what, missing.way_out), []).append(missing)
    for (what, way_out), checks in unchecked.items():
        lines.append(f"Not checked: {', '.join(one.check for one in checks)}. {what} {way_out}".rstrip())
        if needed := [one.check for one in checks if one.needs_person]:
            lines.append(f"          A person must look at: {', '.join(needed)}.")
    if unchecked and submission.status in UNDECIDED:
        lines.append(f"          To run the checks again: {command('review', 'check', content_id)}")
    return lines
