"""Messages to people, by webhook, mail or chat, through Apprise."""

import asyncio
import hashlib
from typing import Any

from integrations.fetcher.addresses import AddressRules
from integrations.webhooks.sender import SETTING
from magicai.errors import Invalid, NotPublic, Temporary
from magicai.runs.run import JSON
from magicai.settings import Settings

# Services by their names in Apprise: those with an address of their own, and those at any host. Not among them are
# webhooks and mail, which are sent to a host, a path and with a method of the user's choice.
_SERVICES = ("slack", "tgram", "discord", "gchat", "lark", "feishu", "dingtalk", "wecombot", "pover")
_OF_HOSTS = ("ntfy", "ntfys", "gotify", "gotifys", "mmost", "mmosts", "bark", "barks", "workflows")
_KINDS_OF_OPTIONS = ("qsd", "qsd+", "qsd-", "qsd:")
# Hosts of those that anybody may name. Apprise looks a name up itself: what we had checked may be another address then.
_PUBLIC = (".ntfy.sh", ".api.day.app", ".logic.azure.com", ".api.powerplatform.com")
# The others name files and addresses that Apprise reads, or turn its checks off.
_OPTIONS = frozenset(("format", "overflow", "priority", "silent", "sound", "tags", "thread", "topic"))


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

    It goes to a public service, or to a host that MAGICAI_WEBHOOK_ALLOW_HOSTS lists, and not where that redirects to.

    Raises:
        Invalid: it is not an address of a service that people are told by, has other options, or is not encrypted.
        Refused: it leads to another host.
        Temporary: it could not be delivered.
    """
    from apprise import Apprise

    messenger: Any = Apprise()
    messenger.add(_checked(settings, address))
    return await _sent(messenger, title, body, "check_channel_address")


def check_public(settings: Settings, address: str) -> None:
    """See that an address that a user gives may be sent to.

    Raises:
        Invalid, Refused: as `send_to`.
    """
    _checked(settings, address)


def _checked(settings: Settings, address: str) -> Any:
    """What Apprise makes of an address."""
    import apprise
    from apprise.utils import parse

    library: Any = apprise  # its types are loose
    parsing: Any = parse
    scheme = address.partition("://")[0].lower()
    made = library.Apprise.instantiate(address) if scheme in (*_SERVICES, *_OF_HOSTS) else None
    if made is None:
        raise Invalid("notification_scheme_unsupported", scheme=scheme[:40], names=", ".join((*_SERVICES, *_OF_HOSTS)))
    # As Apprise reads it, which takes options behind `;` and `#` as well.
    parsed: dict[str, dict[str, str]] = parsing.parse_url(address, verify_host=False) or {}
    unknown = sorted({name for kind in _KINDS_OF_OPTIONS for name in parsed.get(kind, {})} - _OPTIONS)
    if unknown or getattr(made, "template", None):
        unknown = unknown or ["template"]
        raise Invalid("notification_option_unsupported", unknown=unknown[0][:40], names=", ".join(sorted(_OPTIONS)))
    if scheme in _OF_HOSTS and getattr(made, "mode", "") != "cloud":  # which is ntfy.sh's own address
        _check_host(settings, scheme, made)
    made.redirects, made.verify_certificate = False, True
    return made


def _check_host(settings: Settings, scheme: str, made: Any) -> None:
    rules = AddressRules(settings.webhook_allow_hosts, setting=SETTING)
    port = f":{made.port}" if made.port else ""
    target = rules.target(f"{'https' if made.secure else 'http'}://{made.host}{port}/")
    if target.listed:
        return
    if not made.secure:
        raise Invalid("notification_not_encrypted", scheme=scheme, authority=target.authority, setting=SETTING)
    if target.host != made.host.lower() or not f".{target.host}".endswith(_PUBLIC):
        raise NotPublic("notification_host_not_listed", address=target.authority, setting=SETTING)


async def _sent(messenger: Any, title: str, body: str, way_out: str) -> JSON:
    if not await asyncio.to_thread(messenger.notify, body=body, title=title):
        raise Temporary("notification_not_delivered", way_out=way_out)
    return {"digest": hashlib.sha256(f"{title}\n{body}".encode()).hexdigest()}
