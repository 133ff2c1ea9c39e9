"""A mail goes encrypted to a server whose certificate holds, or not at all; what refuses it is named."""

import asyncio
import socket
from typing import Any
from unittest.mock import Mock

import pytest

from integrations.mail.smtp import SmtpMailer
from magicai.errors import Invalid, MagicError, Temporary
from magicai.ports import Mail, MailPostponed, MailRejected
from tests.codes import says
from tests.contract.mail.conftest import Certificates
from tests.contract.mail.receiver import Receiver
from tests.contract.records.example_rows import START

MAIL = Mail(
    mail_id="0197-a",
    to="bob@shop.example",
    subject="Einladung für Böb",
    text="Grüße\n",
    html="<p>Grüße</p>",
    created_at=START,
)


async def test_a_mail_arrives_as_it_was_written(receiver: Receiver) -> None:
    assert await SmtpMailer(receiver.settings()).send(MAIL) == "2.0.0 queued as 4F3"
    (got,) = receiver.got
    assert (got["From"], got["To"]) == ("MagicAI <magicai@shop.example>", "bob@shop.example")
    assert (got["Subject"], got["Message-ID"]) == (MAIL.subject, "<0197-a@shop.example>")
    text, html = got.get_body(("plain",)), got.get_body(("html",))
    assert text is not None
    assert html is not None
    assert text.get_content().split() == ["Grüße"]
    assert html.get_content().split() == ["<p>Grüße</p>"]


@pytest.mark.parametrize("security", ["tls", "starttls"])
async def test_it_is_encrypted_and_signed_in(security: str, certificates: Certificates) -> None:
    receiver = Receiver(login=("ann", "s3cret"))
    if security == "tls":
        receiver.implicit = certificates.server
    else:
        receiver.tls = certificates.server
    async with receiver.listening():
        more: dict[str, Any] = {"smtp_security": security, "smtp_user": "ann"}
        mailer = SmtpMailer(receiver.settings(**more, smtp_password="s3cret"), trust=certificates.trust)
        await mailer.send(MAIL)
        assert await mailer.check() == f"127.0.0.1:{receiver.port}, encrypted, as magicai@shop.example"
        assert (len(receiver.got), receiver.encrypted) == (1, [True])
        with pytest.raises(Invalid, check=says("mail_login_refused", user="ann", way="check_mail_login")):
            await SmtpMailer(receiver.settings(**more, smtp_password="other"), trust=certificates.trust).send(MAIL)
        with pytest.raises(Invalid, check=says("mail_tls_failed", way="check_mail_security")):  # nobody knows its CA
            await SmtpMailer(receiver.settings(**more, smtp_password="s3cret")).send(MAIL)
    assert len(receiver.got) == 1


async def test_a_server_that_does_not_encrypt_gets_nothing_unless_it_is_here_or_settings_say_so(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    await SmtpMailer(receiver.settings()).send(MAIL)
    monkeypatch.setattr("integrations.mail.smtp.is_loopback", Mock(return_value=False))
    with pytest.raises(Invalid, check=says("mail_starttls_missing")):
        await SmtpMailer(receiver.settings()).send(MAIL)
    with pytest.raises(Invalid, check=says("mail_tls_failed")):
        await SmtpMailer(receiver.settings(smtp_security="tls"), limit_s=10).send(MAIL)
    assert len(receiver.got) == 1
    await SmtpMailer(receiver.settings(smtp_security="none")).send(MAIL)
    assert len(receiver.got) == 2


async def test_a_server_that_lets_nobody_sign_in_is_told(receiver: Receiver) -> None:
    with pytest.raises(Invalid, check=says("mail_login_not_offered", user="ann")):
        await SmtpMailer(receiver.settings(smtp_user="ann", smtp_password="s3cret")).send(MAIL)


@pytest.mark.parametrize(
    ("answers", "error", "code"),
    [
        ({"to_sender": "550 5.7.1 not yours"}, Invalid, "mail_sender_refused"),
        ({"to_sender": "451 4.3.0 later"}, Temporary, "mail_sender_refused"),
        ({"to_recipient": "550 5.1.1 no such user"}, MailRejected, "mail_recipient_refused"),
        ({"to_recipient": "450 4.2.0 greylisted"}, MailPostponed, "mail_recipient_refused"),
        ({"to_data": "554 5.7.1 spam"}, MailRejected, "mail_content_refused"),
        ({"to_data": "452 4.3.1 disk full"}, MailPostponed, "mail_content_refused"),
    ],
)
async def test_a_refusal_says_of_what_and_whether_it_may_change(
    receiver: Receiver, answers: dict[str, str], error: type[MagicError], code: str
) -> None:
    for name, answer in answers.items():
        setattr(receiver, name, [answer])
        with pytest.raises(error, check=says(code, reason=answer)) as caught:
            await SmtpMailer(receiver.settings()).send(MAIL)
        assert type(caught.value) is error


async def test_a_server_that_is_not_there_is_late_or_unknown_is_named(receiver: Receiver) -> None:
    receiver.hang = asyncio.Event()
    late = SmtpMailer(receiver.settings(), limit_s=0.3)
    with pytest.raises(Temporary, check=says("service_timed_out", limit_s="0.3", way="check_mail_server")):
        await late.send(MAIL)
    receiver.hang.set()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nobody = receiver.settings(smtp_port=free.getsockname()[1])
    with pytest.raises(Temporary, check=says("mail_server_unreachable", way="check_mail_server")):
        await SmtpMailer(nobody).send(MAIL)
    with pytest.raises(Temporary, check=says("mail_server_unreachable")):
        await SmtpMailer(receiver.settings(smtp_host="mx..invalid")).send(MAIL)


async def test_a_mail_that_was_taken_is_sent_however_slow_the_farewell(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("integrations.mail.smtp._QUIT_S", 3.5)
    receiver.hang_at_quit = asyncio.Event()
    assert "queued" in await SmtpMailer(receiver.settings(), limit_s=3).send(MAIL)
    receiver.hang_at_quit.set()


async def test_a_connection_that_is_cut_after_the_mail_leaves_open_whether_it_arrived(receiver: Receiver) -> None:
    receiver.cut = 1
    with pytest.raises(MailPostponed, check=says("mail_connection_lost")):
        await SmtpMailer(receiver.settings()).send(MAIL)
    await SmtpMailer(receiver.settings()).send(MAIL)
    assert [got["Message-ID"] for got in receiver.got] == ["<0197-a@shop.example>"] * 2
