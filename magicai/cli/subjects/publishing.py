"""Reviews of what is to be published, targets, posts, and the audit log."""

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

import click

from magicai.cli.called import command

if TYPE_CHECKING:
    from integrations.open import Ports
    from magicai.accounts.identity import User
    from magicai.publishing.ports import Kept, Short
    from magicai.publishing.posts import Post

# What `magicai --help` says of the commands here.
COMMANDS = {
    "review": "List, show, edit and decide submissions.",
    "target": "Add, list, check and remove the sites and accounts that you publish to.",
    "posts": "List what is published, and look how it does.",
    "audit": "Show and verify the audit log of reviews.",
}
_PAGE = 200
_STATUSES = ["draft", "pending_review", "approved", "rejected", "publishing", "published", "partial", "withdrawn"]
_json = click.option("--json", "as_json", is_flag=True, help="Print JSON on standard output.")
_digest = click.option("--digest", default="", help="Digest that you looked at.  [default: the present one]")


@click.group("review", help=COMMANDS["review"])
def review() -> None:
    """Submissions, and decisions about them."""


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

    kept = _done(lambda ports, user: reviewed(ports.publishing, content_id, user=user))
    if as_json:
        said = {**kept.submission.model_dump(mode="json"), "digest": kept.submission.digest, "row": kept.row}
        print(json.dumps(said, ensure_ascii=False, indent=1))
    else:
        _print_whole(kept)


@review.command("approve", help="Approve a submission as it is. It is published at its time.")
@click.argument("content_ids", metavar="SUBMISSION...", nargs=-1, required=True)
@_digest
def approve(content_ids: tuple[str, ...], digest: str) -> None:
    """Approve submissions."""
    for content_id in content_ids:
        _decide(content_id, "approve", digest, "")


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
    kept = _done(
        lambda ports, user: edit_reviewed(ports.publishing, content_id, {field: words}, user=user), begins=True
    )
    print(f"Version {kept.submission.latest.number} of “{kept.submission.title}” is being checked.")


@review.command("apply", help="Write a finding's suggestion in its place. `show` numbers findings.")
@click.argument("content_id", metavar="SUBMISSION")
@click.argument("number", type=click.IntRange(0))
def apply(content_id: str, number: int) -> None:
    """Apply a suggestion."""
    from magicai.publishing.reviewing import apply_suggestion

    kept = _done(lambda ports, user: apply_suggestion(ports.publishing, content_id, number, user=user), begins=True)
    print(f"Version {kept.submission.latest.number} of “{kept.submission.title}” is being checked.")


@review.command("diff", help="Show what changed between two versions. Default: the last two.")
@click.argument("content_id", metavar="SUBMISSION")
@click.argument("older", type=click.IntRange(1), required=False)
@click.argument("newer", type=click.IntRange(1), required=False)
def diff(content_id: str, older: int | None, newer: int | None) -> None:
    """Compare two versions."""
    from difflib import unified_diff

    from magicai.errors import NotFound
    from magicai.publishing.reviewing import reviewed

    submission = _done(lambda ports, user: reviewed(ports.publishing, content_id, user=user)).submission
    after = submission.version(newer or submission.latest.number)
    before = after and submission.version(older or max(1, after.number - 1))
    if after is None or before is None:
        there = ", ".join(str(one.number) for one in submission.versions)
        raise NotFound("There is no such version.", way_out=f"There are: {there}.")
    old, new = (f"{one.draft.title}\n\n{one.draft.text}".splitlines() for one in (before, after))
    print("\n".join(unified_diff(old, new, f"version {before.number}", f"version {after.number}", lineterm="")))


@review.command("comment", help="Comment on a submission.")
@click.argument("content_id", metavar="SUBMISSION")
@click.argument("text")
def comment(content_id: str, text: str) -> None:
    """Comment on a submission."""
    from magicai.publishing import reviewing

    _done(lambda ports, user: reviewing.comment(ports.publishing, content_id, text, user=user))
    print("Commented.")


@review.command("assign", help="Assign a submission to a reviewer; without NAME, to nobody.")
@click.argument("content_id", metavar="SUBMISSION")
@click.argument("name", required=False)
def assign(content_id: str, name: str | None) -> None:
    """Assign a submission."""
    from magicai.accounts.users import named
    from magicai.publishing import reviewing

    async def work(ports: "Ports", user: "User") -> None:
        to = None if name is None else (await named(ports.records.identities, name)).user_id
        await reviewing.assign(ports.publishing, content_id, to, user=user)

    _done(work)
    print(f"Assigned to {name}." if name else "Assigned to nobody.")


@review.command("withdraw", help="Withdraw a submission, and take its posts down.")
@click.argument("content_id", metavar="SUBMISSION")
@click.option("--reason", default="", show_default=False, help="Why.")
def withdraw(content_id: str, reason: str) -> None:
    """Withdraw a submission."""
    from magicai.publishing import reviewing

    kept = _done(
        lambda ports, user: reviewing.withdraw(ports.publishing, content_id, user=user, reason=reason), begins=True
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


@click.group("target", help=COMMANDS["target"])
def target() -> None:
    """Sites and accounts that are published to."""


@target.command("add", help="Add a target. Without --secret-file, asks for its secret if the platform needs one.")
@click.argument("name")
@click.argument(
    "platform", type=click.Choice(["folder", "feed", "webhook", "wordpress", "ghost", "mastodon", "bluesky"])
)
@click.argument("address", required=False, default="")
@click.option("--user", default="", help="User name or handle, for WordPress and Bluesky.")
@click.option("--secret-file", type=click.File(encoding="utf-8"), help="File with the secret; - is standard input.")
@click.option("--option", "options", multiple=True, metavar="NAME=VALUE", help="Such as visibility=unlisted.")
def add_target(name: str, platform: Any, address: str, user: str, secret_file: Any, options: tuple[str, ...]) -> None:
    """Add a target."""
    from pydantic import SecretStr

    from magicai.publishing import target as targets

    given = {name: value for name, _, value in (one.partition("=") for one in options)}
    secret = secret_file.read().strip() if secret_file else ""
    if not secret and targets.SECRETS[platform]:
        secret = click.prompt(f"{name}: {targets.SECRETS[platform][0]}", hide_input=True, err=True)
    new = targets.NewTarget(
        name=name,
        platform=platform,
        address=address,
        user=user,
        secret=SecretStr(secret) if secret else None,
        options=given,
    )

    async def work(ports: "Ports", me: "User") -> str:
        made = await targets.add_target(ports.records, ports.seal, new, owner_id=me.user_id)
        return await (await ports.publishers(made)).check()

    print(f"Added {name}: {_done(work)}.")


@target.command("list", help="List your targets.")
def list_targets() -> None:
    """List targets."""
    from magicai.publishing.target import targets_of

    for one in _done(lambda ports, user: targets_of(ports.records, user.user_id)):
        print(f"{one.name:<20}  {one.platform:<10}  {one.address}  {one.user}".rstrip())


@target.command("check", help="Sign in to a target, without posting.")
@click.argument("name")
def check_target(name: str) -> None:
    """Check a target."""
    from magicai.publishing.target import target_of

    async def work(ports: "Ports", user: "User") -> str:
        found = await target_of(ports.records, name, owner_id=user.user_id)
        return await (await ports.publishers(found)).check()

    print(f"{name} works: {_done(work)}.")


@target.command("remove", help="Remove a target. What was posted there stays.")
@click.argument("name")
def remove_target(name: str) -> None:
    """Remove a target."""
    from magicai.publishing import target as targets

    _done(lambda ports, user: targets.remove_target(ports.records, name, owner_id=user.user_id))
    print(f"Removed {name}.")


@click.group("posts", help=COMMANDS["posts"])
def posts() -> None:
    """What is published."""


@posts.command("list", help="List your posts.")
@click.option("--state", type=click.Choice(["intended", "unknown", "published", "changed", "gone", "removed"]))
@_json
def list_posts(*, state: str | None, as_json: bool) -> None:
    """List posts."""
    from magicai.publishing.posts import PostState, all_posts

    async def work(ports: "Ports", user: "User") -> list["Post"]:
        wanted = None if state is None else PostState(state)
        return [one async for one in all_posts(ports.records, user.user_id, wanted)]

    _print_posts(_done(work), as_json=as_json)


@posts.command("look", help="Ask the platforms how your posts do. `magicai up` does it every hour.")
@_json
def look(*, as_json: bool) -> None:
    """Look at posts."""
    from magicai.publishing.performance import look_at

    async def work(ports: "Ports", user: "User") -> list["Post"]:
        return await look_at(ports.publishing, ports.publishers, owner_id=user.user_id)

    _print_posts(_done(work), as_json=as_json)


@click.group("audit", help=COMMANDS["audit"])
def audit() -> None:
    """The audit log."""


@audit.command("list", help="Show entries of the audit log.")
@click.argument("content_id", metavar="SUBMISSION", required=False)
def list_audit(content_id: str | None) -> None:
    """Show entries."""
    from magicai.publishing.auditing import entries
    from magicai.values.times import to_iso

    async def work(ports: "Ports", user: "User") -> list[str]:
        lines: list[str] = []
        async for one in entries(ports.publishing, about=content_id, user=user):
            said = one.details or {}
            more = json.dumps(said.get("more", {}), ensure_ascii=False) if said else "(erased)"
            lines.append(f"{one.sequence:>6}  {to_iso(one.at)}  {one.action:<10}  {said.get('actor') or '-'}  {more}")
        return lines

    print(*_done(work), sep="\n")


@audit.command("verify", help="Verify the whole audit log. Exits with status 1 if it was tampered with.")
@click.option("--head", default="", help="A hash that must be in it: the head that an earlier verify has shown.")
def verify(head: str) -> None:
    """Verify the log."""
    from magicai.publishing.auditing import verified

    found = _done(lambda ports, _: verified(ports.publishing, head=head))
    erased = f", {found.erased} without details that were erased" if found.erased else ""
    print(f"{found.count} entries are in order{erased}.\nHead  {found.head}")
    if found.fault:
        print(found.fault, file=sys.stderr)
        raise SystemExit(1)


def _decide(content_id: str, verdict: Any, digest: str, reasons: str) -> None:
    from magicai.publishing.review_settings import rules_of
    from magicai.publishing.reviewing import Said, decide, reviewed

    async def work(ports: "Ports", user: "User") -> "Kept":
        seen = digest or (await reviewed(ports.publishing, content_id, user=user)).submission.digest
        said = Said(verdict, seen, reasons)
        return await decide(ports.publishing, content_id, said, user=user, rules=rules_of(ports.settings))

    submission = _done(work, begins=True).submission
    print(f"“{submission.title}” is {submission.status.value}.")


def _done(work: "Callable[[Ports, User], Awaitable[Any]]", *, begins: bool = False) -> Any:
    """Do something as the local user; what follows it is started, unless a gateway does it."""

    async def act() -> Any:
        from integrations.open import open_ports
        from magicai.accounts.users import local_user

        async with open_ports() as ports:
            user = await local_user(ports.records.identities, ports.settings.owner)
            result = await work(ports, user)
            if begins:
                await _begin(ports)
            return result

    return asyncio.run(act())


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
    if one.publish_at is not None:
        said.append(f"Publish   {to_iso(one.publish_at)} {one.zone}".rstrip())
    for number, found in enumerate(one.findings.found):
        place = f"{found.place.field} {found.place.start}"
        suggestion = f" Suggestion: {found.suggestion or '(remove)'}" if found.suggestion is not None else ""
        said.append(
            f"Finding {number} {found.severity:<6} {found.rule} at {place}: “{found.text}” {found.message}{suggestion}"
        )
    said += [f"Unchecked {missing.check}: {missing.what} {missing.way_out}" for missing in one.findings.not_checked]
    for payload in one.latest.payloads:
        words = (
            payload.body.text
            if payload.body.form == "note"
            else f"{payload.body.title} ({len(payload.body.html)} characters)"
        )
        said.append(f"Target    {payload.target} ({payload.platform}): {words}")
        said += [f"          {note}" for note in payload.notes]
    said += [f"Decision  {item.verdict} {item.by or 'policy'}: {item.reasons}" for item in one.decisions]
    said += [f"Comment   {item.by}: {item.text}" for item in one.comments]
    print(*said, sep="\n", file=sys.stderr)


def _print_posts(found: list["Post"], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps([one.model_dump(mode="json") for one in found], ensure_ascii=False, indent=1))
        return
    if not found:
        print(f"No posts yet: {command('run', 'review-and-publish', '--help')}", file=sys.stderr)
    for one in found:
        counts = ", ".join(f"{count} {name}" for name, count in one.counts.items())
        print("  ".join(part for part in (f"{one.state.value:<9}", one.target, one.url, counts, one.problem) if part))
