"""`magicai settings`."""

import io
import json
from pathlib import Path

import pytest

from magicai.cli import main

KEY = "sk-very-secret-0123456789-wxyz"


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # pyright: ignore[reportUnusedFunction]
    monkeypatch.setenv("MAGICAI_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.setenv("MAGICAI_ANSWER_CALLS", "2")


def listed(capsys: pytest.CaptureFixture[str]) -> dict[str, dict[str, str]]:
    capsys.readouterr()
    assert main(["settings", "--json"]) == 0
    return {row["name"]: row for row in json.loads(capsys.readouterr().out)}


def test_a_setting_is_set_listed_with_its_origin_and_reset(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["settings", "set", "MAGICAI_BUDGET", "2.50"]) == 0
    rows = listed(capsys)
    assert (rows["MAGICAI_BUDGET"]["value"], rows["MAGICAI_BUDGET"]["origin"]) == ("2.5", "workspace")
    assert (rows["MAGICAI_ANSWER_CALLS"]["origin"], rows["MAGICAI_PORT"]["origin"]) == ("environment", "default")
    assert main(["settings", "set", "budget", "3"]) == 0
    assert main(["settings", "reset", "budget"]) == 0
    assert listed(capsys)["MAGICAI_BUDGET"]["origin"] == "default"


def test_a_secret_comes_from_standard_input_and_never_from_the_command_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["settings", "set", "openai_api_key", KEY]) == 2
    assert "OPENAI_API_KEY" in capsys.readouterr().err
    monkeypatch.setattr("sys.stdin", io.StringIO(KEY + "\n"))
    assert main(["settings", "set", "OPENAI_API_KEY"]) == 0
    assert KEY not in capsys.readouterr().err
    assert listed(capsys)["OPENAI_API_KEY"]["value"] == "****wxyz"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("budget", "1,50"), "Use 1.50"),
        (("host", "0.0.0.0"), "MAGICAI_HOST can only be set in the environment"),
        (("answer_calls", "3"), "MAGICAI_ANSWER_CALLS is set"),
        (("nonsense", "3"), "magicai settings"),
    ],
)
def test_what_can_not_be_set_is_named_with_the_way_out(
    capsys: pytest.CaptureFixture[str], words: tuple[str, str], said: str
) -> None:
    assert main(["settings", "set", *words]) != 0
    assert said in capsys.readouterr().err
