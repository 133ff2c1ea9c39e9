"""Your channel for notifications of reviews."""

from typing import Any

import click

from magicai.cli.asking import ask

# It is a part of `magicai review`.
COMMANDS: dict[str, str] = {}


@click.group("channel", help="Set your channel for notifications of reviews, and your quiet hours.")
def channel() -> None:
    """Your channel for notifications of reviews."""


@channel.command("set", help="Set your channel. Without --address-file, asks for its address in Apprise's format.")
@click.option("--address-file", type=click.File(encoding="utf-8"), help="File with the address; - is standard input.")
@click.option("--quiet", default="", help="Hours in which nothing is sent, such as 22:00-07:00.")
@click.option("--zone", default="UTC", show_default=True, help="Time zone of these hours, such as Europe/Berlin.")
@click.option(
    "--only",
    type=click.Choice(["all", "assigned", "urgent"]),
    default="all",
    show_default=True,
    help="Which reviews: all, those assigned to you, or those that nobody decides.",
)
def set_channel(address_file: Any, quiet: str, zone: str, only: Any) -> None:
    """Set your channel."""
    from pydantic import SecretStr

    from magicai.operations.subjects import publishing_channels
    from magicai.shapes.subjects.publishing_channels import SetChannel

    words = address_file.read().strip() if address_file else click.prompt("Address", hide_input=True, err=True)
    new = SetChannel(address=SecretStr(words), quiet=quiet, zone=zone, only=only)
    ask(publishing_channels.set_channel, new)
    print("Set. To try it: magicai review channel test")


@channel.command("show", help="Show whether you have a channel, and your quiet hours.")
def show_channel() -> None:
    """Show your channel."""
    from magicai.operations.subjects import publishing_channels

    found = ask(publishing_channels.show_channel)
    if not found.set:
        print("You have no channel of your own.")
        return
    print(f"Reviews  {found.only}\nQuiet    {f'{found.quiet} {found.zone}' if found.quiet else 'never'}")


@channel.command("test", help="Send a message to your channel now.")
def test_channel() -> int:
    """Try your channel; 1 where it was not sent."""
    from magicai.operations.subjects import publishing_channels

    tested = ask(publishing_channels.test_channel)
    print(tested.error or "Sent.")
    return 0 if tested.sent else 1


@channel.command("remove", help="Remove your channel.")
def remove_channel() -> None:
    """Remove your channel."""
    from magicai.operations.subjects import publishing_channels

    ask(publishing_channels.remove_channel)
    print("Removed.")
