"""A mail as it goes over the wire."""

from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from magicai.ports import Mail
from magicai.values.times import to_datetime

# In ASCII throughout: not every server takes eight bits.
_POLICY = SMTP.clone(cte_type="7bit")


def message_of(mail: Mail, *, name: str, address: str) -> bytes:
    """The message, the same bytes of headers in every attempt.

    Args:
        mail: what is sent; its address and subject are one line each.
        name, address: the sender's.
    """
    message = EmailMessage(_POLICY)
    message["From"] = Address(name, addr_spec=address)
    message["To"] = Address(addr_spec=mail.to)
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(to_datetime(mail.created_at))
    message["Message-ID"] = f"<{mail.mail_id}@{domain_of(address)}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's absence note answers
    message.set_content(mail.text)
    if mail.html:
        message.add_alternative(mail.html, subtype="html")
    return message.as_bytes()


def domain_of(address: str) -> str:
    """What stands behind the @."""
    return address.rpartition("@")[2]
