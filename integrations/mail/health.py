from collections.abc import Awaitable, Callable

from magicai.errors import Missing
from magicai.ports import Mailer


async def check(mailer: Callable[[], Awaitable[Mailer | None]]) -> str:
    """The mail server takes the login; nothing is sent."""
    found = await mailer()
    if found is None:
        raise Missing("mail_not_set_up")
    return await found.check()
