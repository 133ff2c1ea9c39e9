import io
import json
from pathlib import Path

import pytest

from magicai.cli import main

PASSWORD = "correct horse battery\n"


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # pyright: ignore[reportUnusedFunction]
    monkeypatch.setenv("MAGICAI_HOME", str(tmp_path / "home"))


def typed(monkeypatch: pytest.MonkeyPatch, *words: str, stdin: str = PASSWORD) -> int:
    monkeypatch.setattr("sys.stdin", io.StringIO(stdin))
    return main(["user", *words])


def test_the_first_admin_is_made_by_a_command_with_a_password_of_their_own(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert typed(monkeypatch, "add", "ann", "--role", "admin", "--password-stdin") == 0
    assert typed(monkeypatch, "add", "me", "--role", "admin", "--local", "--password-stdin") == 0
    capsys.readouterr()
    assert typed(monkeypatch, "list", "--json") == 0
    out = capsys.readouterr().out
    assert {user["name"]: user["role"] for user in json.loads(out)} == {"ann": "admin", "me": "admin"}
    assert {user["user_id"] == "local" for user in json.loads(out) if user["name"] == "me"} == {True}
    assert "battery" not in out
    assert "argon2" not in out
    assert typed(monkeypatch, "disable", "me") == 0
    assert "(disabled)" in capsys.readouterr().out
    assert typed(monkeypatch, "password", "ann", "--password-stdin") == 0


@pytest.mark.parametrize(
    ("words", "stdin", "said"),
    [
        (("add", "ann"), "", "There is no terminal to ask for a password."),
        (("add", "ann", "--password-stdin"), "short\n", "The password has 5 characters."),
        (("add", "Ann", "--password-stdin"), PASSWORD, "'Ann' is not a valid user name."),
        (("disable", "bob"), "", "There is no user 'bob'."),
    ],
)
def test_what_cannot_be_is_said(
    words: tuple[str, ...],
    stdin: str,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert typed(monkeypatch, *words, stdin=stdin) == 2
    assert said in capsys.readouterr().err
