"""Messages to people, by webhook, mail or chat, through Apprise."""

import asyncio
import hashlib
from typing import Any

from integrations.fetcher.addresses import AddressRules, Target
from integrations.webhooks.sender import SETTING
from magicai.errors import Invalid, Temporary
from magicai.runs.run import JSON
from magicai.settings import Settings

# Services by their names in Apprise: those with an address of their own, those at any host, and mail.
_SERVICES = ("slack", "tgram", "discord", "gchat", "lark", "feishu", "dingtalk", "wecombot", "pover")
# fmt: off
_OF_HOSTS = (
    "json", "jsons", "form", "forms", "ntfy", "ntfys", "gotify", "gotifys", "mmost", "mmosts", "bark", "barks",
    "workflows",
)
# fmt: on
_MAIL = ("mailto", "mailtos")


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
        raise Invalid("notification_address_unsupported", name=name)
    return await _sent(messenger, title, body, f"Check {name}.")


def check_address(address: str, setting: str) -> None:
    """See that Apprise knows an address; nothing is sent.

    Raises:
        Invalid: it does not; names the setting.
    """
    import apprise

    library: Any = apprise  # its types are loose
    if library.Apprise.instantiate(address) is None:
        raise Invalid("notification_address_unsupported", name=setting)


async def send_to(settings: Settings, address: str, *, title: str, body: str) -> JSON:
    """Send a message to an address that a user gave, and return its digest.

    Nothing is sent to what is not public, unless MAGICAI_WEBHOOK_ALLOW_HOSTS lists it, nor where that redirects to.

    Raises:
        Invalid: it is not an address of a service that people are told by, or is not encrypted.
        Refused: it leads to a private address.
        Temporary: it could not be delivered.
    """
    from apprise import Apprise

    made, rules, target = _checked(settings, address)
    if target is not None:
        await rules.addresses(target)
    made.redirects = False
    messenger: Any = Apprise()
    messenger.add(made)
    return await _sent(messenger, title, body, "check_channel_address")


def check_public(settings: Settings, address: str) -> None:
    """See that an address that a user gives may be sent to, as far as its spelling tells.

    Raises:
        Invalid, Refused: as `send_to`.
    """
    _checked(settings, address)


def _checked(settings: Settings, address: str) -> tuple[Any, AddressRules, Target | None]:
    """What Apprise makes of an address, and the host that it names, if it names one."""
    import apprise

    library: Any = apprise  # its types are loose
    scheme = address.partition("://")[0].lower()
    made = library.Apprise.instantiate(address) if scheme in (*_SERVICES, *_OF_HOSTS, *_MAIL) else None
    if made is None:
        raise Invalid(
            "notification_scheme_unsupported", scheme=scheme[:40], names=", ".join((*_SERVICES, *_OF_HOSTS, *_MAIL))
        )
    rules = AddressRules(settings.webhook_allow_hosts, setting=SETTING)
    if scheme not in (*_OF_HOSTS, *_MAIL):
        return made, rules, None
    # Mail is delivered at ports that pages are never read from.
    host, port = (made.smtp_host, "") if scheme in _MAIL else (made.host, f":{made.port}" if made.port else "")
    target = rules.target(f"{'https' if made.secure else 'http'}://{host}{port}/")
    if not made.secure and not target.listed:
        raise Invalid("notification_not_encrypted", scheme=scheme, authority=target.authority, setting=SETTING)
    return made, rules, target


async def _sent(messenger: Any, title: str, body: str, way_out: str) -> JSON:
    if not await asyncio.to_thread(messenger.notify, body=body, title=title):
        raise Temporary("notification_not_delivered", way_out=way_out)
    return {"digest": hashlib.sha256(f"{title}\n{body}".encode()).hexdigest()}
