"""Mails are kept first, and sent from the records: each until the server has it, was refused, or was tried for days.

A process claims a mail before it sends it. One that dies in between leaves it to the next, which sends it with the same
Message-ID: only where the server had taken it already does it arrive twice. A server that is down, or refuses us, is
left alone for a while by all processes, and costs no mail its attempts.
"""

import logging
from collections.abc import Awaitable, Callable, Mapping

from magicai.errors import Invalid, MagicError
from magicai.mail.composing import GIVE_UP_S, compose
from magicai.ports import Mail, Mailer, MailPostponed, MailRejected, Records, StoredMail
from magicai.runs.background_loop import keep_doing
from magicai.settings import Settings
from magicai.stores.backoff import Backoff

_log = logging.getLogger(__name__)
# Longer than a mailer takes: whoever has not said by then how it went is dead.
_HOLD_S = 120.0
_EVERY_S = 2.0
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 60.0, 3600.0
_FIRST_OUTAGE_S, _LONGEST_OUTAGE_S = 15.0, 900.0


async def queue_mail(
    records: Records,
    settings: Settings,
    *,
    owner_id: str,
    to: str,
    kind: str,
    params: Mapping[str, str | int],
    language: str = "en",
    once: str | None = None,
) -> StoredMail:
    """Keep a mail, which a gateway sends soon.

    What must be kept together with its mail takes `compose`, and `integrations.records.mails.add` in its transaction.

    Args:
        records: where it is kept.
        settings, owner_id, to, kind, params, language, once: as of `compose`.

    Raises:
        Invalid: as of `compose`.
    """
    mail = compose(settings, owner_id=owner_id, to=to, kind=kind, params=params, language=language, once=once)
    return await records.mails.add(mail)


async def send_due(records: Records, mailer: Mailer) -> int:
    """Send what is due, one after the other, until the server is down; answers how many attempts that were."""
    attempts, outage = 0, _outage(records)
    while not await outage.active():
        mail = await records.mails.claim(hold_s=_HOLD_S)
        if mail is None:
            break
        await _attempt(records, mailer, mail)
        attempts += 1
    return attempts


async def keep_sending(records: Callable[[], Records], mailer: Callable[[], Awaitable[Mailer | None]]) -> None:
    """Send for ever what becomes due; nothing while no mail server is set up."""

    async def send() -> None:
        if (current := await mailer()) is not None:
            await send_due(records(), current)

    await keep_doing(send, log=_log, waits="mails", pause_s=lambda: _EVERY_S)


async def send_now(records: Records, mailer: Mailer | None, mail_id: str) -> StoredMail:
    """Send a mail that waits or has failed, whenever it is due; answers how it is then.

    Raises:
        NotFound: there is none such.
        Conflict: it was sent, or is being sent.
        Invalid: no mail server is set up.
    """
    mail = await records.mails.get(mail_id)
    if mailer is None:
        raise Invalid("mail_not_set_up")
    mail = await records.mails.claim_now(mail_id, hold_s=_HOLD_S, give_up_s=GIVE_UP_S)
    await _attempt(records, mailer, mail)
    return await records.mails.get(mail_id)


async def send_test(
    records: Records, settings: Settings, mailer: Mailer | None, *, owner_id: str, to: str, name: str, language: str
) -> str:
    """Send a test mail at once, and never again; answers what the server said.

    Args:
        owner_id, name: who asks for it.
        to, language: as of `compose`.

    Raises:
        Invalid: as of `compose`; or as the mailer says.
        MailRejected, MailPostponed, Temporary: as the mailer says.
    """
    mail = compose(settings, owner_id=owner_id, to=to, kind="test", params={"name": name}, language=language)
    assert mailer is not None
    answer = await send_at_once(mailer, mail)
    await _outage(records).end()  # what waits for the server need not wait longer
    return answer


async def send_at_once(mailer: Mailer, mail: StoredMail) -> str:
    """Send a mail that is not kept in the records; answers what the server said.

    Raises:
        Invalid, MailRejected, MailPostponed, Temporary: as the mailer says.
    """
    return await mailer.send(_as_sent(mail))


async def _attempt(records: Records, mailer: Mailer, mail: StoredMail) -> None:
    """One attempt; how it went is kept."""
    try:
        await mailer.send(_as_sent(mail))
    except MailRejected as exc:
        await records.mails.record_failure(mail, exc, again_s=None)
    except MailPostponed as exc:
        await records.mails.record_failure(mail, exc, again_s=_pause_s(mail.attempts))
    except MagicError as exc:
        await records.mails.record_outage(mail, exc)
        await _outage(records).begin()
    else:
        await records.mails.record_sent(mail)
        await _outage(records).end()


def _pause_s(attempts: int) -> float:
    return min(_LONGEST_PAUSE_S, _FIRST_PAUSE_S * 2 ** min(attempts - 1, 10))


def _outage(records: Records) -> Backoff:
    return Backoff(records.leases, "mail", "down", first_s=_FIRST_OUTAGE_S, longest_s=_LONGEST_OUTAGE_S)


def _as_sent(mail: StoredMail) -> Mail:
    return Mail(mail.mail_id, mail.to, mail.subject, mail.text, mail.html, mail.created_at)
