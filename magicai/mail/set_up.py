"""Whether mails can be sent at all."""

from magicai.errors import Invalid
from magicai.settings import Settings

_PORTS = {"tls": 465, "starttls": 587, "none": 25}


def is_set_up(settings: Settings) -> bool:
    """Whether settings name a mail server and a sender."""
    return settings.smtp_host is not None and settings.mail_from is not None


def port_of(settings: Settings) -> int:
    """The mail server's port: the one that settings name, or the usual one of its encryption."""
    return settings.smtp_port or _PORTS[settings.smtp_security]


def check_set_up(settings: Settings) -> None:
    """Let pass what needs mails.

    Raises:
        Invalid: settings name no mail server, or no sender.
    """
    if not is_set_up(settings):
        raise Invalid("mail_not_set_up")
