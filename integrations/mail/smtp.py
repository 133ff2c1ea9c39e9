"""Mails by SMTP: encrypted unless the server is on this machine or settings say otherwise, its certificate checked."""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import aiosmtplib

from integrations.fetcher.session import trusted
from integrations.mail.message import domain_of, message_of
from magicai.errors import Invalid, MagicError, Temporary
from magicai.loopback import is_loopback
from magicai.mail.set_up import port_of
from magicai.ports import Mail, Mailer, MailPostponed, MailRejected
from magicai.settings import Settings
from magicai.values.mail_addresses import sender_of

_LIMIT_S = 30.0
_QUIT_S = 2.0
_PERMANENT = 500
_LONGEST_REASON = 300


class SmtpMailer(Mailer):
    """Gives mails to the server that settings name, each on a connection of its own.

    Args:
        settings: name a server and a sender.
        limit_s: how long one mail may take, from connecting to the server's last word.
        trust: whose certificates are believed; the usual authorities' where None.
    """

    def __init__(self, settings: Settings, *, limit_s: float = _LIMIT_S, trust: ssl.SSLContext | None = None) -> None:
        assert settings.smtp_host is not None
        assert settings.mail_from is not None
        sender = sender_of(settings.mail_from)
        assert sender is not None  # settings have checked it
        self._settings, self._limit_s, self._trust = settings, limit_s, trust
        self._host, self._name, self._address = settings.smtp_host, *sender
        self._port = port_of(settings)
        self._server = f"{self._host}:{self._port}"

    async def send(self, mail: Mail) -> str:
        """Send a mail; answers what the server said."""
        body = message_of(mail, name=self._name, address=self._address)
        async with self._in_time() as limit, self._signed_in() as client:
            try:
                _, answer = await client.sendmail(self._address, [mail.to], body)
            except aiosmtplib.SMTPSenderRefused as exc:
                raise self._refusal("mail_sender_refused", exc, sender=self._address) from exc
            except aiosmtplib.SMTPRecipientsRefused as exc:
                raise self._of_mail("mail_recipient_refused", exc.recipients[0], to=mail.to) from exc
            except aiosmtplib.SMTPResponseException as exc:
                raise self._of_mail("mail_content_refused", exc) from exc
            except aiosmtplib.SMTPServerDisconnected as exc:
                # Whether it has the mail is unknown: it comes again with the same Message-ID.
                raise MailPostponed("mail_connection_lost", server=self._server) from exc
            limit.reschedule(None)  # whatever comes now, it was sent
            await _leave(client)
            return " ".join(answer.split())[:_LONGEST_REASON]

    async def check(self) -> str:
        """Connect and sign in."""
        async with self._in_time(), self._signed_in() as client:
            encrypted = client.get_transport_info("sslcontext") is not None
            await _leave(client)
        return f"{self._server}, {'encrypted' if encrypted else 'not encrypted'}, as {self._address}"

    @asynccontextmanager
    async def _in_time(self) -> AsyncGenerator[asyncio.Timeout]:
        try:
            async with asyncio.timeout(self._limit_s) as limit:
                yield limit
        except TimeoutError as exc:  # aiosmtplib's are of its kind
            raise Temporary(
                "service_timed_out", way_out="check_mail_server", server=self._server, limit_s=f"{self._limit_s:g}"
            ) from exc

    @asynccontextmanager
    async def _signed_in(self) -> AsyncGenerator[aiosmtplib.SMTP]:
        client = aiosmtplib.SMTP(
            hostname=self._host,
            port=self._port,
            timeout=self._limit_s,
            use_tls=self._settings.smtp_security == "tls",
            start_tls=False,  # below, where whether it is offered is looked at
            tls_context=self._trust or trusted(),
            local_hostname=domain_of(self._address),  # this machine's name is nobody's concern
        )
        try:
            await self._connect(client)
            await self._log_in(client)
            yield client
        finally:
            client.close()

    async def _connect(self, client: aiosmtplib.SMTP) -> None:
        try:
            await client.connect()
            await client.ehlo()
            if self._settings.smtp_security == "starttls":
                await self._encrypt(client)
        except TimeoutError:
            raise
        except aiosmtplib.SMTPResponseException as exc:
            raise self._refusal("mail_server_refused", exc) from exc
        except (aiosmtplib.SMTPException, OSError, ValueError) as exc:  # the last of a host that can't be looked up
            raise self._unreachable(exc) from exc

    async def _encrypt(self, client: aiosmtplib.SMTP) -> None:
        if client.supports_extension("starttls"):
            await client.starttls()
            await client.ehlo()
        elif not is_loopback(self._host):
            raise Invalid("mail_starttls_missing", server=self._server)

    async def _log_in(self, client: aiosmtplib.SMTP) -> None:
        user, password = self._settings.smtp_user, self._settings.smtp_password
        if user is None:
            return
        try:
            await client.login(user, password.get_secret_value() if password else "")
        except aiosmtplib.SMTPResponseException as exc:
            raise self._refusal("mail_login_refused", exc, user=user) from exc
        except aiosmtplib.SMTPServerDisconnected as exc:
            raise Temporary("mail_connection_lost", server=self._server) from exc
        except TimeoutError:
            raise
        except aiosmtplib.SMTPException as exc:
            raise Invalid("mail_login_not_offered", server=self._server, user=user) from exc

    def _unreachable(self, exc: BaseException) -> MagicError:
        known: BaseException | None = exc
        while known is not None:
            if isinstance(known, ssl.SSLError):
                reason = getattr(known, "verify_message", "") or known.reason or str(known)
                return Invalid("mail_tls_failed", server=self._server, reason=reason)
            known = known.__cause__ or known.__context__
        cause = exc.__cause__ or exc
        if isinstance(cause, ConnectionResetError | aiosmtplib.SMTPServerDisconnected):
            return Temporary("mail_connection_lost", way_out="check_mail_server", server=self._server)
        reason = getattr(cause, "strerror", None) or str(cause)
        return Temporary("mail_server_unreachable", server=self._server, reason=reason)

    def _refusal(self, code: str, exc: aiosmtplib.SMTPResponseException, **params: Any) -> MagicError:
        """What the server has against us, not against a mail."""
        kind = Invalid if exc.code >= _PERMANENT else Temporary
        return kind(code, server=self._server, reason=_reason(exc), **params)

    def _of_mail(self, code: str, exc: aiosmtplib.SMTPResponseException, **params: Any) -> MagicError:
        """What the server has against one mail."""
        kind = MailRejected if exc.code >= _PERMANENT else MailPostponed
        return kind(code, server=self._server, reason=_reason(exc), **params)


async def _leave(client: aiosmtplib.SMTP) -> None:
    with contextlib.suppress(aiosmtplib.SMTPException):  # no answer in time is one of these
        await client.quit(timeout=_QUIT_S)


def _reason(exc: aiosmtplib.SMTPResponseException) -> str:
    return f"{exc.code} {' '.join(exc.message.split())}"[:_LONGEST_REASON]
