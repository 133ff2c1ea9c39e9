"""Mails that the installation sends."""

import json
import sys
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from magicai.cli.asking import Asker
    from magicai.shapes.mails import MailShown


@click.group("mail", help="Send a test mail, and manage mails that wait or have failed.")
def mail() -> None:
    """Mails."""


@mail.command("test", help="Send a test mail at once, and print what the mail server said.")
@click.argument("address")
@click.option("--language", type=click.Choice(["en", "zh"]), default="en", help="Language of the mail; en by default.")
def test(address: str, language: str) -> None:
    """Send a test mail."""
    from magicai.cli.asking import ask
    from magicai.operations import mails
    from magicai.shapes.mails import TestMail

    given = TestMail.model_validate({"to": address, "language": language})
    print(f"Sent to {address}. The mail server said: {ask(mails.test_mail, given).answer}")


@mail.command("list", help="List mails that wait or have failed, latest first.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON on standard output.")
def list_mails(*, as_json: bool) -> None:
    """List mails."""
    from magicai.cli.asking import asking, each
    from magicai.operations import mails

    async def work(asker: "Asker") -> "list[MailShown]":
        return [one async for one in each(asker, mails.list_mails)]

    found = asking(work)
    if as_json:
        print(json.dumps([one.model_dump(mode="json") for one in found], indent=1))
        return
    if not found:
        print("No mails wait or have failed.", file=sys.stderr)
    for one in found:
        print(_line(one))


@mail.command("retry", help="Send a mail now that waits or has failed.")
@click.argument("mail_id", metavar="MAIL")
def retry(mail_id: str) -> int:
    """Send a mail; 1 where it was not accepted."""
    from magicai.cli.asking import ask
    from magicai.operations import mails

    sent = ask(mails.retry_mail, mail_id)
    print(_line(sent))
    return 0 if sent.state == "sent" else 1


@mail.command("delete", help="Delete a mail. It is not sent any more.")
@click.argument("mail_id", metavar="MAIL")
def delete(mail_id: str) -> None:
    """Delete a mail."""
    from magicai.cli.asking import ask
    from magicai.operations import mails

    ask(mails.remove_mail, mail_id)


def _line(one: "MailShown") -> str:
    """Such as `MAIL  waiting  ann@shop.example  Welcome  2 attempts: The mail server ... can't be reached.`."""
    from magicai.values.units import so_many

    how = f"{so_many(one.attempts, 'attempts')}: {one.error}" if one.error else ""
    return "  ".join(part for part in (one.mail_id, one.state, one.to, one.subject, how) if part)
