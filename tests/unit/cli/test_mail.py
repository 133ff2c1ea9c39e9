import asyncio
from pathlib import Path

import pytest

from integrations.open import open_ports
from magicai.cli import main
from magicai.mail.sending import queue_mail
from magicai.settings import load

UNREACHABLE = {"SMTP_HOST": "127.0.0.1", "SMTP_PORT": "1", "MAIL_FROM": "magicai@shop.example"}


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # pyright: ignore[reportUnusedFunction]
    monkeypatch.setenv("MAGICAI_HOME", str(tmp_path / "home"))


async def _queue() -> str:
    async with open_ports(load()) as ports:
        named = {"owner_id": "local", "to": "bob@shop.example", "kind": "test"}
        return (await queue_mail(ports.records, ports.settings, **named, params={"name": "Ann"})).mail_id


def test_a_mail_that_waits_is_tried_listed_with_its_reason_and_deleted(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in UNREACHABLE.items():
        monkeypatch.setenv(f"MAGICAI_{name}", value)
    mail_id = asyncio.run(_queue())
    assert main(["mail", "retry", mail_id]) == 1
    capsys.readouterr()
    assert main(["mail", "list"]) == 0
    line = capsys.readouterr().out
    begin = f"{mail_id}  waiting  bob@shop.example  A test mail from MagicAI  1 attempt: The mail server 127.0.0.1:1"
    assert line.startswith(begin)
    assert "MAGICAI_SMTP_PORT" in line
    assert main(["mail", "delete", mail_id]) == 0
    assert main(["mail", "list", "--json"]) == 0
    assert capsys.readouterr().out.strip() == "[]"


def test_a_test_without_a_mail_server_names_the_settings(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["mail", "test", "bob@shop.example"]) == 2
    assert "MAGICAI_SMTP_HOST and MAGICAI_MAIL_FROM" in capsys.readouterr().err
