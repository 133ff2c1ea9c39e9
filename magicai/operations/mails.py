"""Mails: the server that sends them, those that wait or have failed."""

from magicai.accounts.identity import Role
from magicai.mail.sending import send_now, send_test
from magicai.operations.lists import USUAL, Cursor, Limit
from magicai.operations.operation import Context, operation
from magicai.paging import cut, place_of
from magicai.shapes.mails import MailList, MailServer, MailShown, MailTested, TestMail

TAG = "mails"


@operation("GET", "/api/mails", role=Role.OPERATOR)
async def list_mails(context: Context, limit: Limit = USUAL, cursor: Cursor = "") -> MailList:
    """Mails of all users that wait to be sent or have failed, latest first, without what they say."""
    found = await context.records.mails.unsent(before=place_of(cursor, int, str), limit=limit + 1)
    mails, next_cursor = cut(found, limit, lambda one: (one.created_at, one.mail_id))
    return MailList(items=[MailShown.said(mail, context.say) for mail in mails], next_cursor=next_cursor)


@operation("GET", "/api/mails/server", role=Role.OPERATOR)
async def show_mail_server(context: Context) -> MailServer:
    """The mail server, as settings name it, without its password."""
    return MailServer.named(context.settings)


@operation("POST", "/api/mails/test", role=Role.OPERATOR, example={"to": "ann@shop.example"})
async def test_mail(context: Context, given: TestMail) -> MailTested:
    """Send a test mail at once, and return what the mail server said."""
    answer = await send_test(
        context.records,
        context.settings,
        context.ports.mailer,
        owner_id=context.owner_id,
        to=given.to,
        name=context.caller.user.name,
        language=given.language,
    )
    return MailTested(to=given.to, answer=answer)


@operation("POST", "/api/mails/{mail_id}/retry", role=Role.OPERATOR, problems=(404, 409))
async def retry_mail(context: Context, mail_id: str) -> MailShown:
    """Send a mail now that waits or has failed, and return the outcome."""
    sent = await send_now(context.records, context.ports.mailer, mail_id)
    return MailShown.said(sent, context.say)


@operation("DELETE", "/api/mails/{mail_id}", role=Role.OPERATOR, status=204, problems=(404,))
async def remove_mail(context: Context, mail_id: str) -> None:
    """Delete a mail. It is not sent any more."""
    await context.records.mails.remove(mail_id)
