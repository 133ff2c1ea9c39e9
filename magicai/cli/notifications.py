"""Where a workspace is notified."""

import json
import sys
from typing import TYPE_CHECKING, Any

import click

from magicai.cli.command_name import command

if TYPE_CHECKING:
    from magicai.cli.asking import Asker
    from magicai.shapes.notification_channels import NotificationChannelShown, NotificationShown

_HOURS = "Hours in which nothing is sent, such as 22:00-07:00, in the workspace's time zone; '' for none."
_DIGEST = "Hour of the day for one message with all events; -1 for each at once."
_NOW = -1


@click.group("notifications", help="Manage where the workspace is notified: Slack, mail, other chats.")
def notifications() -> None:
    """Where a workspace is notified."""


@notifications.command("list", help="List notification channels of the workspace.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON on standard output.")
def list_channels(*, as_json: bool) -> None:
    """List them."""
    found = _all()
    if as_json:
        print(json.dumps([one.model_dump(mode="json") for one in found], indent=1))
        return
    if not found:
        print(f"No channels yet: {command('notifications', 'add', 'NAME', 'slack')}", file=sys.stderr)
    for one in found:
        print(_line(one))


@notifications.command("add", help="Add a channel. Its address is asked for, or read from standard input.")
@click.argument("name")
@click.argument("kind", type=click.Choice(["slack", "mail", "other"]))
@click.option("--events", help="Events, separated by commas: run.failed, budget.80, ...; by default all.")
@click.option("--digest", type=click.IntRange(_NOW, 23), default=_NOW, help=_DIGEST)
@click.option("--quiet-hours", default="", help=_HOURS)
def add(name: str, kind: str, events: str | None, digest: int, quiet_hours: str) -> None:
    """Add one."""
    from magicai.cli.asking import ask
    from magicai.operations import notification_channels as operations
    from magicai.runs.notifications.channel_events import events as all_events
    from magicai.shapes.notification_channels import ChannelGiven

    given: dict[str, Any] = {"name": name, "kind": kind, "address": _address(), "quiet": quiet_hours}
    given |= {"events": _named(events) or list(all_events()), "digest_hour": None if digest == _NOW else digest}
    print(_line(ask(operations.add_notification_channel, ChannelGiven.model_validate(given))))


@notifications.command("change", help="Change a channel. CHANNEL is a name or an id.")
@click.argument("channel")
@click.option("--name", help="Another name.")
@click.option("--address", "new_address", is_flag=True, help="Ask for another address, or read it from standard input.")
@click.option("--events", help="Events, separated by commas.")
@click.option("--digest", type=click.IntRange(_NOW, 23), help=_DIGEST)
@click.option("--quiet-hours", help=_HOURS)
@click.option("--on/--off", "enabled", default=None, help="Turn it on, or off.")
def change(
    channel: str,
    name: str | None,
    *,
    new_address: bool,
    events: str | None,
    digest: int | None,
    quiet_hours: str | None,
    enabled: bool | None,
) -> None:
    """Change one."""
    from magicai.cli.asking import ask
    from magicai.operations import notification_channels as operations
    from magicai.shapes.notification_channels import ChannelGiven

    known = _found(channel)
    given: dict[str, Any] = known.model_dump(include={"name", "kind", "events", "digest_hour", "quiet", "enabled"})
    given |= {"name": name or known.name, "address": _address() if new_address else ""}
    if events is not None:
        given["events"] = _named(events)
    if digest is not None:
        given["digest_hour"] = None if digest == _NOW else digest
    if quiet_hours is not None:
        given["quiet"] = quiet_hours
    if enabled is not None:
        given["enabled"] = enabled
    changed = ask(operations.change_notification_channel, known.channel_id, ChannelGiven.model_validate(given))
    print(_line(changed))


@notifications.command("test", help="Send a test message. CHANNEL is a name or an id.")
@click.argument("channel")
def test(channel: str) -> int:
    """Try one; 1 where it was not sent."""
    from magicai.cli.asking import ask
    from magicai.operations import notification_channels as operations

    tested = ask(operations.test_notification_channel, _found(channel).channel_id)
    print("  ".join(part for part in ("sent" if tested.sent else "failed", tested.answer or tested.error) if part))
    return 0 if tested.sent else 1


@notifications.command("log", help="List what a channel was told, latest first. CHANNEL is a name or an id.")
@click.argument("channel")
@click.option("--json", "as_json", is_flag=True, help="Print JSON on standard output.")
def log(channel: str, *, as_json: bool) -> None:
    """List its notifications."""
    from magicai.cli.asking import asking, each
    from magicai.operations import notification_channels as operations
    from magicai.values.times import to_iso

    channel_id = _found(channel).channel_id

    async def work(asker: "Asker") -> "list[NotificationShown]":
        return [one async for one in each(asker, operations.list_channel_notifications, channel_id)]

    found = asking(work)
    if as_json:
        print(json.dumps([one.model_dump(mode="json") for one in found], indent=1))
        return
    for one in found:
        how = f"{one.attempts}: {one.error}" if one.error else ""
        print("  ".join(part for part in (to_iso(one.created_at), one.state, one.event, how) if part))


@notifications.command("remove", help="Remove a channel. CHANNEL is a name or an id.")
@click.argument("channel")
def remove(channel: str) -> None:
    """Remove one."""
    from magicai.cli.asking import ask
    from magicai.operations import notification_channels as operations

    ask(operations.remove_notification_channel, _found(channel).channel_id)


def _all() -> "list[NotificationChannelShown]":
    from magicai.cli.asking import all_of
    from magicai.operations import notification_channels as operations

    return all_of(operations.list_notification_channels)


def _found(channel: str) -> "NotificationChannelShown":
    from magicai.errors import NotFound

    found = next((one for one in _all() if channel in (one.name, one.channel_id)), None)
    if found is None:
        raise NotFound("notification_channel_not_found", channel_id=channel[:64])
    return found


def _address() -> str:
    # Not an argument: other programs of this machine see those.
    return click.prompt("Address", hide_input=True) if sys.stdin.isatty() else sys.stdin.read().strip()


def _named(events: str | None) -> list[str]:
    return [event.strip() for event in (events or "").split(",") if event.strip()]


def _line(one: "NotificationChannelShown") -> str:
    when = "at once" if one.digest_hour is None else f"daily at {one.digest_hour:02}:00"
    off = "" if one.enabled else "(off)"
    parts = (one.channel_id, one.kind, one.name, one.shown, when, ", ".join(one.events), off, one.error)
    return "  ".join(part for part in parts if part)
