"""Mails in words: in both languages, with nothing in them that a parameter brings in."""

from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser

from magicai.errors import Invalid
from magicai.mail.composing import compose
from magicai.messages import table
from magicai.ports import StoredMail
from magicai.settings import Settings
from magicai.values.mail_addresses import sender_of
from tests.codes import says

SET_UP = Settings(smtp_host="smtp.example", mail_from="magicai@shop.example")


def made(**more: Any) -> StoredMail:
    usual: dict[str, Any] = {"owner_id": "ann", "to": "b@c.example", "kind": "test", "params": {"name": "x"}}
    return compose(SET_UP, **{**usual, **more})


@pytest.fixture
def invitation(monkeypatch: pytest.MonkeyPatch) -> None:
    """A kind whose subject holds a name, and whose body a link."""
    words = {
        "mail_invitation_subject": {"en": "{name} invites you", "zh": "{name} 邀请您"},
        "mail_invitation_body": {"en": "{name} invites you.\n\n{link}", "zh": "{name} 邀请您。\n\n{link}"},
    }
    monkeypatch.setattr("magicai.messages.table", lambda: {**table(), **words})
    monkeypatch.setattr("magicai.mail.composing.table", lambda: {**table(), **words})


def test_it_is_in_the_language_that_was_asked_for() -> None:
    english, chinese = made(), made(language="zh")
    assert english.subject == "A test mail from MagicAI"
    assert "x sent it" in english.text
    assert chinese.subject == "来自 MagicAI 的测试邮件"
    assert 'lang="zh-CN"' in chinese.html


@pytest.mark.usefixtures("invitation")
def test_a_name_is_text_and_the_only_link_is_our_own() -> None:
    name = '<a href="https://evil.example">Ann</a> https://evil.example'
    mail = made(kind="invitation", params={"name": name, "link": "https://shop.example/join?a=1&b=2"})
    page = LexborHTMLParser(mail.html)
    assert [one.attributes["href"] for one in page.css("a")] == ["https://shop.example/join?a=1&b=2"]
    assert f"{name} invites you." in page.text()
    assert name in mail.text
    script = made(kind="invitation", params={"name": "Ann", "link": "javascript:alert(1)"})
    assert LexborHTMLParser(script.html).css("a") == []


@pytest.mark.usefixtures("invitation")
@pytest.mark.parametrize("end", ["\r\nBcc: eve@evil.example", "\n", "\r", "\u2028", "\x0b", "\0"])
def test_nothing_ends_a_header(end: str) -> None:
    with pytest.raises(Invalid, check=says("mail_subject_invalid")):
        made(kind="invitation", params={"name": f"Ann{end}", "link": "https://shop.example"})
    with pytest.raises(Invalid, check=says("mail_address_invalid")):
        made(to=f"b@c.example{end}")


@pytest.mark.parametrize(
    "to",
    ["", "b", "@c.example", "b@", "b@c.example, d@e.example", "B <b@c.example>", "b@-c.example", "b" * 250 + "@c.de"],
)
def test_what_is_no_address_is_refused(to: str) -> None:
    with pytest.raises(Invalid, check=says("mail_address_invalid", way="enter_mail_address")):
        made(to=to)


@pytest.mark.parametrize(
    ("text", "sender"),
    [
        ("a@b.example", ("", "a@b.example")),
        ("MagicAI <a@b.example>", ("MagicAI", "a@b.example")),
        ('"Shop, MagicAI" <a@b.example>', ("Shop, MagicAI", "a@b.example")),
        ("a@b.example, c@d.example", None),
        ("MagicAI", None),
        ("A <a@b.example>\nBcc: c@d.example", None),
    ],
)
def test_a_sender_is_an_address_with_or_without_a_name(text: str, sender: tuple[str, str] | None) -> None:
    assert sender_of(text) == sender
    if sender is None:
        with pytest.raises(ValueError, match="does not look like"):
            Settings(mail_from=text)
