"""Mails in words, by the templates `mail_KIND_subject` and `mail_KIND_body` (magicai/messages).

A body's paragraphs are parted by empty lines. The one that is the parameter `link` alone is a link in HTML.
"""

from collections.abc import Mapping
from functools import cache
from uuid import NAMESPACE_URL, uuid5

from jinja2 import Environment, PackageLoader, StrictUndefined

from magicai.errors import Invalid
from magicai.mail.set_up import check_set_up
from magicai.messages import say, table
from magicai.ports import StoredMail
from magicai.settings import Settings
from magicai.values.ids import new_id
from magicai.values.mail_addresses import is_address, is_one_line
from magicai.values.times import now_us

GIVE_UP_S = 3 * 86_400
_SHOWN = 100


def compose(
    settings: Settings,
    *,
    owner_id: str,
    to: str,
    kind: str,
    params: Mapping[str, str | int],
    language: str = "en",
    once: str | None = None,
) -> StoredMail:
    """A mail that waits to be added to the records.

    Args:
        settings: name a mail server.
        owner_id: whose mail it is; not the recipient's.
        to: an email address.
        kind: there are templates for it.
        params: what the templates hold; texts of anybody's are escaped.
        language: `en` or `zh`.
        once: the same again is the same mail, which is sent once.

    Raises:
        Invalid: no mail server is set up, `to` is no email address, or the subject would have a line break.
    """
    check_set_up(settings)
    if not is_address(to):
        raise Invalid("mail_address_invalid", address=to[:_SHOWN])
    assert {f"mail_{kind}_subject", f"mail_{kind}_body"} <= table().keys()
    subject = say(f"mail_{kind}_subject", **params).in_language(language)
    if not is_one_line(subject):
        raise Invalid("mail_subject_invalid", subject=subject[:_SHOWN])
    text = say(f"mail_{kind}_body", **params).in_language(language)
    now = now_us()
    return StoredMail(
        mail_id=str(uuid5(NAMESPACE_URL, f"mail:{owner_id}:{kind}:{once}")) if once else new_id(),
        owner_id=owner_id,
        to=to,
        subject=subject,
        text=f"{text}\n",
        html=_html(subject, text, str(params.get("link", "")), language),
        kind=kind,
        created_at=now,
        give_up_at=now + GIVE_UP_S * 1_000_000,
        next_at=now,
    )


def _html(subject: str, text: str, link: str, language: str) -> str:
    """The same as HTML: every text is escaped, and the only link is `link`."""
    address = link if link.startswith(("https://", "http://")) else ""
    return (
        _environment()
        .get_template("mail.html.j2")
        .render(subject=subject, paragraphs=text.split("\n\n"), link=address, language=language)
    )


@cache
def _environment() -> Environment:
    loader = PackageLoader("magicai.mail")
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
