import json
import socket
from pathlib import Path

import pytest

from magicai.cli import main


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # pyright: ignore[reportUnusedFunction]
    monkeypatch.setenv("MAGICAI_HOME", str(tmp_path / "home"))


def test_a_webhook_is_made_listed_tried_and_removed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        host = f"127.0.0.1:{free.getsockname()[1]}"
        monkeypatch.setenv("MAGICAI_WEBHOOK_ALLOW_HOSTS", host)
        assert main(["webhook", "add", f"http://{host}/", "--events", "run.failed,run.needs_review"]) == 0
        line, secret = capsys.readouterr().out.splitlines()
        assert line.endswith(f"http://{host}/  run.failed, run.needs_review")
        assert "whsec_" in secret
        webhook_id = line.split()[0]
        assert main(["webhook", "test", webhook_id]) == 1
        assert f"failed  webhook.test  1 try: Could not connect to {host}" in capsys.readouterr().out
    assert main(["webhook", "list", "--json"]) == 0
    out = capsys.readouterr().out
    (hook,) = json.loads(out)
    assert [one["type"] for one in hook["deliveries"]] == ["webhook.test"]
    assert all(one.endswith("Z") for one in (hook["created_at"], hook["deliveries"][0]["created_at"]))
    assert "whsec_" not in out
    assert main(["webhook", "list"]) == 0
    assert webhook_id in capsys.readouterr().out
    assert main(["webhook", "remove", webhook_id]) == 0
    assert main(["webhook", "remove", webhook_id]) == 2
    assert f"There is no webhook '{webhook_id}'." in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("https://10.0.0.1/",), 1, "MAGICAI_WEBHOOK_ALLOW_HOSTS=10.0.0.1:443"),
        (("http://hooks.example/",), 2, "no TLS"),
        (("nonsense",), 2, "'nonsense' is not an address."),
        (("https://hooks.example/", "--events", "run.flew"), 2, "Use one of: run.completed"),
    ],
)
def test_what_is_no_target_is_refused_by_name(
    words: tuple[str, ...], status: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["webhook", "add", *words]) == status
    assert said in capsys.readouterr().err
