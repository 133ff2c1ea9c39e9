"""Messages to people, by webhook, mail or chat, through Apprise."""

import asyncio
import hashlib
from typing import Any

from magicai.errors import Invalid, Temporary
from magicai.runs.run import JSON
from magicai.settings import Settings


async def send(settings: Settings, *, title: str, body: str, urgent: bool = False) -> JSON:
    """Send a message to where MAGICAI_NOTIFY_URL says, and return its digest, since Apprise returns no id.

    An urgent one goes to MAGICAI_REVIEW_ESCALATE_URL, if that is set.

    Apprise does not say why it failed either: a message that arrived without an acknowledgement is sent again.

    Raises:
        Invalid: the setting is not an address that Apprise knows.
        Temporary: it could not be delivered.
    """
    from apprise import Apprise

    name, where = "MAGICAI_NOTIFY_URL", settings.notify_url
    if urgent and settings.review_escalate_url is not None:
        name, where = "MAGICAI_REVIEW_ESCALATE_URL", settings.review_escalate_url
    assert where is not None
    messenger: Any = Apprise()  # its types are loose
    if not messenger.add(where.get_secret_value()):
        raise Invalid(f"{name} is not an address that Apprise supports.", way_out="For a webhook, use json://host/path")
    if not await asyncio.to_thread(messenger.notify, body=body, title=title):
        raise Temporary("The notification could not be delivered.", way_out=f"Check {name}.")
    return {"digest": hashlib.sha256(f"{title}\n{body}".encode()).hexdigest()}
