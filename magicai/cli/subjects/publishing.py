"""Reviews of what is to be published."""

import json
import sys
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

import click

from magicai.cli.called import command
from magicai.cli.here import Result, as_local_user
from magicai.cli.subjects.publishing_channels import channel

if TYPE_CHECKING:
    from integrations.open import Ports
    from magicai.accounts.identity import User
    from magicai.publishing.findings import NotChecked
    from magicai.publishing.ports import Kept, Short
    from magicai.publishing.submission import Submission

# What `magicai --help` says of the commands here.
COMMANDS = {"review": "List, show, edit and decide submissions."}
_PAGE = 200
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
    wanted = () if everything else status or ("pending_review",)
    found = _done(lambda ports, user: _listed(ports, user, wanted))
    if as_json:
        print(json.dumps([_short_json(one) for one in found], ensure_ascii=False, indent=1))
        return
    if not found:
        print("No submissions wait." if wanted == ("pending_review",) else "No matching submissions.", file=sys.stderr)
    for one in found:
        findings = f"{one.blocking} to decide, {one.notes} notes"
        print(f"{one.content_id}  {one.status.value:<14}  {findings:<22}  {', '.join(one.targets)}  {one.title[:80]}")


@review.command("show", help="Show a submission: its text, its findings, and what each target gets.")
@click.argument("content_id", metavar="SUBMISSION")
@_json
def show_review(content_id: str, *, as_json: bool) -> None:
    """Show a submission."""
    from magicai.publishing.reviewing import reviewed

    kept = _about(content_id, lambda ports, user, found: reviewed(ports.publishing, found, user=user))
    if as_json:
        said = {**kept.submission.model_dump(mode="json"), "digest": kept.submission.digest, "row": kept.row}
        print(json.dumps(said, ensure_ascii=False, indent=1))
    else:
        _print_whole(kept)


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
    from magicai.publishing.reviewing import edit_reviewed

    words = file.read()
    kept = _about(
        content_id,
        lambda ports, user, found: edit_reviewed(ports.publishing, found, {field: words}, user=user),
        begins=True,
    )
    print(f"Version {kept.submission.latest.number} of “{kept.submission.title}” is being checked.")


@review.command("apply", help="Write a finding's suggestion in its place. `show` numbers findings.")
@click.argument("content_id", metavar="SUBMISSION")
@click.argument("number", type=click.IntRange(1))
def apply(content_id: str, number: int) -> None:
    """Apply a suggestion."""
    from magicai.publishing.reviewing import apply_suggestion

    kept = _about(
        content_id,
        lambda ports, user, found: apply_suggestion(ports.publishing, found, number, user=user),
        begins=True,
    )
    print(f"Version {kept.submission.latest.number} of “{kept.submission.title}” is being checked.")


@review.command("check", help="Run the checks again, such as after a moderator was chosen or was down.")
@click.argument("content_ids", metavar="SUBMISSION...", nargs=-1, required=True)
def check(content_ids: tuple[str, ...]) -> None:
    """Run the checks again."""
    from magicai.publishing.rechecking import recheck

    for content_id in content_ids:
        kept = _about(content_id, lambda ports, user, found: recheck(ports.publishing, found, user=user), begins=True)
        print(f"“{kept.submission.title}” is being checked again.")


@review.command("diff", help="Show what changed between two versions. Default: the last two.")
@click.argument("content_id", metavar="SUBMISSION")
@click.argument("older", type=click.IntRange(1), required=False)
@click.argument("newer", type=click.IntRange(1), required=False)
def diff(content_id: str, older: int | None, newer: int | None) -> None:
    """Compare two versions."""
    from difflib import unified_diff

    from magicai.errors import NotFound
    from magicai.publishing.reviewing import reviewed

    submission = _about(content_id, lambda ports, user, found: reviewed(ports.publishing, found, user=user)).submission
    after = submission.version(newer or submission.latest.number)
    before = after and submission.version(older or max(1, after.number - 1))
    if after is None or before is None:
        there = ", ".join(str(one.number) for one in submission.versions)
        raise NotFound("version_not_found", names=there)
    old, new = (f"{one.draft.title}\n\n{one.draft.text}".splitlines() for one in (before, after))
    print("\n".join(unified_diff(old, new, f"version {before.number}", f"version {after.number}", lineterm="")))


@review.command("comment", help="Comment on a submission.")
@click.argument("content_id", metavar="SUBMISSION")
@click.argument("text")
def comment(content_id: str, text: str) -> None:
    """Comment on a submission."""
    from magicai.publishing import reviewing

    _about(content_id, lambda ports, user, found: reviewing.comment(ports.publishing, found, text, user=user))
    print("Commented.")


@review.command("assign", help="Assign a submission to a reviewer; without NAME, to nobody.")
@click.argument("content_id", metavar="SUBMISSION")
@click.argument("name", required=False)
def assign(content_id: str, name: str | None) -> None:
    """Assign a submission."""
    from magicai.accounts.users import named
    from magicai.publishing import reviewing

    async def work(ports: "Ports", user: "User", found: str) -> None:
        to = None if name is None else (await named(ports.records.identities, name)).user_id
        await reviewing.assign(ports.publishing, found, to, user=user)

    _about(content_id, work)
    print(f"Assigned to {name}." if name else "Assigned to nobody.")


@review.command("withdraw", help="Withdraw a submission, and take its posts down.")
@click.argument("content_id", metavar="SUBMISSION")
@click.option("--reason", default="", show_default=False, help="Why.")
def withdraw(content_id: str, reason: str) -> None:
    """Withdraw a submission."""
    from magicai.publishing import reviewing

    kept = _about(
        content_id,
        lambda ports, user, found: reviewing.withdraw(ports.publishing, found, user=user, reason=reason),
        begins=True,
    )
    print(f"Withdrawn: “{kept.submission.title}”.")


@review.command("due", help="Do what is due: scheduled posts, retries, reminders. `magicai up` does it all the time.")
def due() -> None:
    """Do what is due."""
    from magicai.publishing.attending import attend

    count = _done(
        lambda ports, _: attend(ports.publishing, ports.settings, ports.publishers, ports.notify), begins=True
    )
    print(f"{count} submissions were due.")


def _decide(content_id: str, verdict: Any, digest: str, reasons: str) -> None:
    from magicai.publishing.review_settings import rules_of
    from magicai.publishing.reviewing import Said, decide, reviewed

    async def work(ports: "Ports", user: "User", found: str) -> "Kept":
        seen = digest or (await reviewed(ports.publishing, found, user=user)).submission.digest
        said = Said(verdict, seen, reasons)
        return await decide(ports.publishing, found, said, user=user, rules=rules_of(ports.settings))

    submission = _about(content_id, work, begins=True).submission
    print(f"“{submission.title}” is {submission.status.value}.")


def _about(
    content_id: str, work: "Callable[[Ports, User, str], Awaitable[Result]]", *, begins: bool = False
) -> "Result":
    """Do something about a submission that is named by its id, or by a part of it."""

    async def act(ports: "Ports", user: "User") -> "Result":
        from magicai.publishing.reviewing import named

        return await work(ports, user, await named(ports.publishing, content_id, user=user))

    return _done(act, begins=begins)


def _done(work: "Callable[[Ports, User], Awaitable[Result]]", *, begins: bool = False) -> "Result":
    """Do something as the local user; what follows it is started, unless a gateway does it."""

    async def act(ports: "Ports", user: "User") -> "Result":
        result = await work(ports, user)
        if begins:
            await _begin(ports)
        return result

    return as_local_user(act)


async def _begin(ports: "Ports") -> None:
    from magicai.publishing.reviewing import WORKFLOW_NAME
    from magicai.runs.follow_ups import begin_queued

    for run in await begin_queued(ports.records, ports.orchestrator, WORKFLOW_NAME):
        print(f"{run.workflow} follows: {command('show', run.run_id, '--follow')}", file=sys.stderr)


async def _listed(ports: "Ports", user: "User", statuses: tuple[str, ...]) -> list["Short"]:
    from magicai.accounts.identity import Role
    from magicai.publishing.submission import Status

    owner = None if user.role.covers(Role.REVIEWER) else user.user_id
    found: list[Short] = []
    while True:
        page = await ports.publishing.submissions.listed(
            owner_id=owner,
            statuses=[Status(one) for one in statuses],
            after=found[-1].content_id if found else "",
            limit=_PAGE,
        )
        found += page
        if len(page) < _PAGE:
            return found


def _short_json(one: "Short") -> dict[str, Any]:
    from dataclasses import asdict

    from magicai.values.times import to_iso

    said: dict[str, Any] = {**asdict(one), "status": one.status.value, "targets": [*one.targets]}
    times = ("created_at", "changed_at", "publish_at", "expires_at")
    return {name: to_iso(value) if name in times and value is not None else value for name, value in said.items()}


def _print_whole(kept: "Kept") -> None:
    from magicai.values.times import to_iso

    one = kept.submission
    draft = one.latest.draft
    print(f"{draft.title}\n\n{draft.text}".strip())
    said = ["", f"Status    {one.status.value}", f"Digest    {one.digest}", f"Version   {one.latest.number}"]
    if not one.latest.by:
        said.append(f"Changed   {one.latest.note}")
    if one.publish_at is not None:
        said.append(f"Publish   {to_iso(one.publish_at)} {one.zone}".rstrip())
    said += checked_lines(one)
    for payload in one.latest.payloads:
        words = (
            payload.body.text
            if payload.body.form == "note"
            else f"{payload.body.title} ({len(payload.body.html)} characters)"
        )
        said.append(f"Target    {payload.target} ({payload.platform}): {words}")
        where = [payload.address, *([f"as {payload.account.user}"] if payload.account and payload.account.user else [])]
        where += [f"{name}={value}" for name, value in (payload.account.options.items() if payload.account else ())]
        where += [f"link {payload.link}"] if payload.link else []
        said.append(f"          {', '.join(where)}")
        said += [f"          {note}" for note in payload.notes]
    said += [f"Decision  {item.verdict} {item.by or 'policy'}: {item.reasons}" for item in one.decisions]
    said += [f"Comment   {item.by}: {item.text}" for item in one.comments]
    print(*said, sep="\n", file=sys.stderr)


def checked_lines(submission: "Submission") -> list[str]:
    """What was found, each with what to do and how, and what was not checked; each reason once."""
    from magicai.publishing.submission import UNDECIDED

    content_id, lines = submission.content_id, list[str]()
    for number, found in enumerate(submission.findings.found, 1):
        lines.append(f"Finding {number:<2}{found.severity:<6}  “{found.text or found.place.field}”")
        lines.append(f"          {found.message}")
        if found.suggestion is not None:
            what = f"write “{found.suggestion}”" if found.suggestion else "remove it"
            lines.append(f"          To {what}: {command('review', 'apply', content_id, str(number))}")
        if found.link:
            lines.append(f"          {found.source}: {found.link}")
    unchecked: dict[tuple[str, str], list[NotChecked]] = {}
    for missing in submission.findings.not_checked:
        unchecked.setdefault((missing.what, missing.way_out), []).append(missing)
    for (what, way_out), checks in unchecked.items():
        lines.append(f"Not checked: {', '.join(one.check for one in checks)}. {what} {way_out}".rstrip())
        if needed := [one.check for one in checks if one.needs_person]:
            lines.append(f"          A person must look at: {', '.join(needed)}.")
    if unchecked and submission.status in UNDECIDED:
        lines.append(f"          To run the checks again: {command('review', 'check', content_id)}")
    return lines
