"""The Messenger port: Slack, mail by the installation's server, and what Apprise knows."""

from urllib.parse import urlsplit

from integrations import notices, slack
from integrations.fetcher.addresses import AddressRules
from integrations.webhooks.sender import SETTING
from magicai.errors import Invalid
from magicai.mail.composing import compose
from magicai.mail.sending import send_at_once
from magicai.mail.set_up import check_set_up
from magicai.ports import ChannelKind, Mailer, Messenger
from magicai.setting_values import hint_of
from magicai.settings import Settings
from magicai.values.mail_addresses import is_address

_SHOWN = 100


class CheckedMessenger(Messenger):
    """Sends as settings say.

    Args:
        mailer: of the installation's mail server; None where it has none.
    """

    def __init__(self, settings: Settings, mailer: Mailer | None) -> None:
        self._settings, self._mailer = settings, mailer
        self._rules = AddressRules(settings.webhook_allow_hosts, setting=SETTING)

    def check(self, kind: ChannelKind, address: str) -> str:
        """Let an address pass that may be sent to, as far as its spelling tells; answers it masked."""
        if kind == "mail":
            check_set_up(self._settings)
            if not is_address(address):
                raise Invalid("mail_address_invalid", address=address[:_SHOWN])
            name, _, domain = address.rpartition("@")
            return f"{name[0]}…@{domain}"
        if kind == "slack":
            host = self._rules.confidential(address).authority.removesuffix(":443")
            return f"https://{host}/…{hint_of(address)}"
        notices.check_public(self._settings, address)
        return f"{urlsplit(address).scheme}://…{hint_of(address)}"

    async def send(self, kind: ChannelKind, address: str, *, title: str, body: str, once: str) -> str:
        """Send a message; answers what the other side said, "" where it says nothing."""
        if kind == "slack":
            return await slack.post(self._rules, address, slack.escaped(f"*{title}*\n{body}".strip()))
        if kind == "other":
            await notices.send_to(self._settings, address, title=title, body=body or title)
            return ""
        params = {"title": " ".join(title.split()), "text": body or title}
        mail = compose(self._settings, owner_id="", to=address, kind="notification", params=params, once=once)
        assert self._mailer is not None  # compose has looked
        return await send_at_once(self._mailer, mail)
