"""Targets that are published to, posts, and the audit log."""

import json
import sys
from typing import TYPE_CHECKING, Any

import click

from magicai.cli.called import command
from magicai.cli.here import as_local_user

if TYPE_CHECKING:
    from integrations.open import Ports
    from magicai.accounts.identity import User
    from magicai.publishing.posts import Post

# What `magicai --help` says of the commands here.
COMMANDS = {
    "target": "Add, list, check and remove the sites and accounts that you publish to.",
    "posts": "List what is published, and look how it does.",
    "audit": "Show and verify the audit log of reviews.",
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

    print(f"Added {name}: {as_local_user(work)}.")


@target.command("list", help="List your targets.")
def list_targets() -> None:
    """List targets."""
    from magicai.publishing.target import targets_of

    for one in as_local_user(lambda ports, user: targets_of(ports.records, user.user_id)):
        print(f"{one.name:<20}  {one.platform:<10}  {one.address}  {one.user}".rstrip())


@target.command("check", help="Sign in to a target, without posting.")
@click.argument("name")
def check_target(name: str) -> None:
    """Check a target."""
    from magicai.publishing.target import target_of

    async def work(ports: "Ports", user: "User") -> str:
        found = await target_of(ports.records, name, owner_id=user.user_id)
        return await (await ports.publishers(found)).check()

    print(f"{name} works: {as_local_user(work)}.")


@target.command("remove", help="Remove a target. What was posted there stays.")
@click.argument("name")
def remove_target(name: str) -> None:
    """Remove a target."""
    from magicai.publishing import target as targets

    as_local_user(lambda ports, user: targets.remove_target(ports.records, name, owner_id=user.user_id))
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
        return [_of_here(one, ports) async for one in all_posts(ports.records, user.user_id, wanted)]

    _print_posts(as_local_user(work), as_json=as_json)


@posts.command("look", help="Ask the platforms how your posts do. `magicai up` does it every hour.")
@_json
def look(*, as_json: bool) -> None:
    """Look at posts."""
    from magicai.publishing.performance import look_at

    async def work(ports: "Ports", user: "User") -> list["Post"]:
        found = await look_at(ports.publishing, ports.publishers, owner_id=user.user_id)
        return [_of_here(one, ports) for one in found]

    _print_posts(as_local_user(work), as_json=as_json)


@posts.command("replies", help="Show what readers say of a submission's posts.")
@click.argument("content_id", metavar="SUBMISSION")
@_json
def show_replies(content_id: str, *, as_json: bool) -> None:
    """Show replies."""
    from magicai.publishing.readers import ReaderReply, replies_of
    from magicai.publishing.reviewing import named
    from magicai.values.times import to_iso

    async def work(ports: "Ports", user: "User") -> list[ReaderReply]:
        found = await named(ports.publishing, content_id, user=user)
        kept = await ports.publishing.submissions.get(found, owner_id=None)
        return await replies_of(ports.records, found, owner_id=kept.submission.owner_id)

    found = as_local_user(work)
    if as_json:
        print(json.dumps([one.model_dump(mode="json") for one in found], ensure_ascii=False, indent=1))
        return
    if not found:
        print("No replies yet.", file=sys.stderr)
    for one in found:
        vote = {"yes": "helpful", "no": "not helpful", None: "reply"}[one.vote]
        print(f"{to_iso(one.at)}  {one.target}  {vote}  {' '.join(one.text.split())}  {one.url}".rstrip())


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

    print(*as_local_user(work), sep="\n")


@audit.command("verify", help="Verify the whole audit log. Exits with status 1 if it was tampered with.")
@click.option("--head", default="", help="A hash that must be in it: the head that an earlier verify has shown.")
def verify(head: str) -> None:
    """Verify the log."""
    from magicai.publishing.auditing import verified

    found = as_local_user(lambda ports, _: verified(ports.publishing, head=head))
    erased = f", {found.erased} without details that were erased" if found.erased else ""
    print(f"{found.count} entries are in order{erased}.\nHead  {found.head}")
    if found.fault:
        print(found.fault, file=sys.stderr)
        raise SystemExit(1)


def _of_here(post: "Post", ports: "Ports") -> "Post":
    """A post with the path of its file on this machine, which no other place is told."""
    for name, folder in (("MAGICAI_HOME", ports.settings.home), ("MAGICAI_PUBLISH_DIR", ports.settings.publish_dir)):
        if folder is not None and post.url.startswith(f"{name}/"):
            return post.model_copy(update={"url": str(folder / post.url.removeprefix(f"{name}/"))})
    return post


def _print_posts(found: list["Post"], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps([one.model_dump(mode="json") for one in found], ensure_ascii=False, indent=1))
        return
    if not found:
        print(f"No posts yet: {command('run', 'review-and-publish', '--help')}", file=sys.stderr)
    for one in found:
        counts = ", ".join(f"{count} {name}" for name, count in one.counts.items())
        print("  ".join(part for part in (f"{one.state.value:<9}", one.target, one.url, counts, one.problem) if part))
