from magicai.errors import Missing
from magicai.ports import Mailer


async def check(mailer: Mailer | None) -> str:
    """The mail server takes the login; nothing is sent."""
    if mailer is None:
        raise Missing("mail_not_set_up")
    return await mailer.check()
