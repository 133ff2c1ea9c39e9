"""Targets that are published to, posts, and the log of reviews."""

import json
import sys
from typing import TYPE_CHECKING, Any

import click

from magicai.cli.asking import all_of, ask, asking, each
from magicai.cli.command_name import command

if TYPE_CHECKING:
    from collections.abc import Sequence

    from magicai.cli.asking import Asker
    from magicai.shapes.subjects.publishing_readers import ReplyShown
    from magicai.shapes.subjects.publishing_targets import AuditEntry, PostShown

# What `magicai --help` says of the commands here.
COMMANDS = {
    "target": "Add, list, check and remove the sites and accounts that you publish to.",
    "posts": "List what is published, and look how it does.",
    "review-log": "Show and verify the log of reviews.",
}
_json = click.option("--json", "as_json", is_flag=True, help="Print JSON on standard output.")


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

    from magicai.operations.subjects import publishing_targets
    from magicai.publishing.target import SECRETS
    from magicai.shapes.subjects.publishing_targets import AddedTarget

    given = {name: value for name, _, value in (option.partition("=") for option in options)}
    secret = secret_file.read().strip() if secret_file else ""
    if not secret and SECRETS[platform]:
        secret = click.prompt(f"{name}: {SECRETS[platform][0]}", hide_input=True, err=True)
    new = AddedTarget(
        name=name,
        platform=platform,
        address=address,
        user=user,
        secret=SecretStr(secret) if secret else None,
        options=given,
    )

    async def work(asker: "Asker") -> str:
        made = await asker.ask(publishing_targets.add_target, new)
        return (await asker.ask(publishing_targets.check_target, made.name)).account

    print(f"Added {name}: {asking(work)}.")


@target.command("list", help="List your targets.")
def list_targets() -> None:
    """List targets."""
    from magicai.operations.subjects import publishing_targets

    for one in all_of(publishing_targets.list_targets):
        print(f"{one.name:<20}  {one.platform:<10}  {one.address}  {one.user}".rstrip())


@target.command("check", help="Sign in to a target, without posting.")
@click.argument("name")
def check_target(name: str) -> None:
    """Check a target."""
    from magicai.operations.subjects import publishing_targets

    print(f"{name} works: {ask(publishing_targets.check_target, name).account}.")


@target.command("remove", help="Remove a target. What was posted there stays.")
@click.argument("name")
def remove_target(name: str) -> None:
    """Remove a target."""
    from magicai.operations.subjects import publishing_targets

    ask(publishing_targets.remove_target, name)
    print(f"Removed {name}.")


@click.group("posts", help=COMMANDS["posts"])
def posts() -> None:
    """What is published."""


@posts.command("list", help="List your posts.")
@click.option("--state", type=click.Choice(["intended", "unknown", "published", "changed", "gone", "removed"]))
@_json
def list_posts(*, state: str | None, as_json: bool) -> None:
    """List posts."""
    from magicai.operations.subjects import publishing_targets
    from magicai.publishing.posts import PostState

    wanted = None if state is None else PostState(state)
    _print_posts(all_of(publishing_targets.list_posts, state=wanted), as_json=as_json)


@posts.command("look", help="Ask the platforms how your posts do. `magicai up` does it every hour.")
@_json
def look(*, as_json: bool) -> None:
    """Look at posts."""
    from magicai.operations.subjects import publishing_targets

    _print_posts(ask(publishing_targets.look_at_posts).posts, as_json=as_json)


@posts.command("replies", help="Show what readers say of a submission's posts.")
@click.argument("content_id", metavar="SUBMISSION")
@_json
def show_replies(content_id: str, *, as_json: bool) -> None:
    """Show replies."""
    from magicai.operations.subjects import publishing, publishing_readers
    from magicai.values.times import to_iso

    async def work(asker: "Asker") -> "list[ReplyShown]":
        submission = await asker.ask(publishing.show_review, content_id)
        return [one async for one in each(asker, publishing_readers.list_replies, submission.content_id)]

    found = asking(work)
    if as_json:
        print(json.dumps([one.model_dump(mode="json") for one in found], ensure_ascii=False, indent=1))
        return
    if not found:
        print("No replies yet.", file=sys.stderr)
    for one in found:
        vote = {"yes": "helpful", "no": "not helpful", None: "reply"}[one.helpful]
        print(f"{to_iso(one.at)}  {one.target}  {vote}  {' '.join(one.text.split())}  {one.url}".rstrip())


@click.group("review-log", help=COMMANDS["review-log"])
def review_log() -> None:
    """The log of reviews."""


@review_log.command("list", help="Show entries of the log of reviews.")
@click.argument("content_id", metavar="SUBMISSION", required=False)
def list_review_log(content_id: str | None) -> None:
    """Show entries."""
    from magicai.operations.subjects import publishing, publishing_targets
    from magicai.values.times import to_iso

    async def work(asker: "Asker") -> "list[AuditEntry]":
        if content_id is None:
            return [one async for one in each(asker, publishing_targets.list_review_log)]
        submission = await asker.ask(publishing.show_review, content_id)
        return [one async for one in each(asker, publishing_targets.show_review_audit, submission.content_id)]

    for one in asking(work):
        more = "(erased)" if one.erased else json.dumps(one.more, ensure_ascii=False)
        print(f"{one.sequence:>6}  {to_iso(one.at)}  {one.action:<10}  {one.by or '-'}  {more}")


@review_log.command("verify", help="Verify the whole log of reviews. Exits with status 1 if it was tampered with.")
@click.option("--head", default="", help="A hash that must be in it: the head that an earlier verify has shown.")
def verify(head: str) -> None:
    """Verify the log."""
    from magicai.operations.subjects import publishing_targets

    found = ask(publishing_targets.verify_review_log, head)
    erased = f", {found.erased} without details that were erased" if found.erased else ""
    print(f"{found.count} entries are in order{erased}.\nHead  {found.head}")
    if found.fault:
        print(found.fault, file=sys.stderr)
        raise SystemExit(1)


def _print_posts(found: "Sequence[PostShown]", *, as_json: bool) -> None:
    if as_json:
        print(json.dumps([one.model_dump(mode="json") for one in found], ensure_ascii=False, indent=1))
        return
    if not found:
        print(f"No posts yet: {command('run', 'review-and-publish', '--help')}", file=sys.stderr)
    for one in found:
        counts = ", ".join(f"{count} {name}" for name, count in one.counts.items())
        parts = (f"{one.state:<9}", one.target, _address(one.url), counts, one.problem)
        print("  ".join(part for part in parts if part))


def _address(url: str) -> str:
    """Where a post is: of a site that the gateway serves, at the gateway's present address."""
    if not url.startswith("/"):
        return url
    from integrations.page_address import gateway_url
    from magicai.errors import Missing
    from magicai.settings import load

    settings = load()
    if settings.server is not None:
        return settings.server.rstrip("/") + url
    try:
        return gateway_url(settings.home).rstrip("/") + url
    except Missing:
        return str(settings.sites_dir / url.removeprefix("/sites/"))
