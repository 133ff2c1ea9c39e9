"""Commands that are suggested can be typed as they stand."""

import pytest

from magicai.cli import main
from magicai.cli.command_name import as_called, command


@pytest.fixture(autouse=True)
def called(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAGICAI_CALLED_AS", "python3 start.py")


def test_who_has_no_magicai_on_the_path_reads_what_can_be_typed(capsys: pytest.CaptureFixture[str]) -> None:
    assert command("resume", "8bc95edc") == "python3 start.py resume 8bc95edc"
    assert as_called("To install one: magicai browser get") == "To install one: python3 start.py browser get"
    assert main(["stores", "accpt"]) == 2
    assert "python3 start.py stores" in capsys.readouterr().err


@pytest.mark.parametrize(
    "text", ["/srv/magicai files", "https://x.test/magicai is", "python -m magicai run", "MagicAI is"]
)
def test_names_and_paths_stay(text: str) -> None:
    assert as_called(text) == text
