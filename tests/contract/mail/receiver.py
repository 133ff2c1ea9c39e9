"""A mail server that really listens, by aiosmtpd, and behaves as a test tells it to."""

import asyncio
import ssl
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

from magicai.settings import Settings


@dataclass
class Receiver:
    """What a mail server says, and what it got.

    Attributes:
        port: where it listens.
        login: the user and password that it asks for; None for nobody's.
        to_sender, to_recipient, to_data: what it answers to MAIL, RCPT and DATA; the next one each time.
        cut: how many times it closes the connection after DATA, instead of an answer.
        hang: whoever waits for DATA's answer waits for this.
        hang_at_quit: likewise for QUIT's.
        got: the messages that it has taken, whether or not it could say so.
        tls: of a STARTTLS that it offers.
    """

    port: int = 0
    login: tuple[str, str] | None = None
    to_sender: list[str] = field(default_factory=list[str])
    to_recipient: list[str] = field(default_factory=list[str])
    to_data: list[str] = field(default_factory=list[str])
    cut: int = 0
    hang: asyncio.Event | None = None
    hang_at_quit: asyncio.Event | None = None
    got: list[EmailMessage] = field(default_factory=list[EmailMessage])
    encrypted: list[bool] = field(default_factory=list[bool])
    tls: ssl.SSLContext | None = None
    implicit: ssl.SSLContext | None = None

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        if self.to_sender:
            return self.to_sender.pop(0)
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        if self.to_recipient:
            return self.to_recipient.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        if self.hang is not None:
            await self.hang.wait()
        if self.to_data:
            return self.to_data.pop(0)
        message: Any = message_from_bytes(envelope.content, policy=default)
        self.got.append(message)
        self.encrypted.append(session.ssl is not None or self.implicit is not None)
        if self.cut:
            self.cut -= 1
            server.transport.abort()
        return "250 2.0.0 queued as 4F3"

    async def handle_QUIT(self, _server: Any, _session: Any, _envelope: Any) -> str:  # noqa: N802
        if self.hang_at_quit is not None:
            await self.hang_at_quit.wait()
        return "221 Bye"

    def _knows(self, _server: Any, _session: Any, _envelope: Any, _mechanism: str, given: Any) -> AuthResult:
        assert isinstance(given, LoginPassword)
        known = (given.login.decode(), given.password.decode()) == self.login
        return AuthResult(success=known, handled=False)  # aiosmtpd says so

    def protocol(self) -> Any:
        """One connection."""
        return SMTP(
            self,
            hostname="mx.example",
            tls_context=self.tls,
            require_starttls=self.tls is not None,
            # Of implicit TLS, aiosmtpd knows nothing.
            auth_require_tls=self.implicit is None,
            authenticator=self._knows,
        )

    def settings(self, **more: Any) -> Settings:
        """Those that name it."""
        named = {"smtp_host": "127.0.0.1", "smtp_port": self.port, "mail_from": "MagicAI <magicai@shop.example>"}
        return Settings(**{**named, **more})

    @asynccontextmanager
    async def listening(self) -> AsyncGenerator[None]:
        """While it listens: at the same port again, if it did before."""
        loop = asyncio.get_running_loop()
        make: Callable[[], Any] = self.protocol
        server = await loop.create_server(make, "127.0.0.1", self.port, ssl=self.implicit)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield
        finally:
            server.close()
            await server.wait_closed()
