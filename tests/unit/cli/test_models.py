"""`magicai models`."""

import json
from pathlib import Path

import pytest

from magicai.cli import main


@pytest.fixture(autouse=True)
def _settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # pyright: ignore[reportUnusedFunction]
    monkeypatch.setenv("MAGICAI_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("MAGICAI_MODELS", "openai:gpt-4o-mini,compatible:x")
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)


def test_the_table_says_what_is_ready_what_it_costs_and_where_data_goes(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models"]) == 0
    lines = capsys.readouterr().out.splitlines()
    composer = next(line for line in lines if line.startswith("composer"))
    assert "yes" in composer
    assert "free" in composer
    paid = next(line for line in lines if line.startswith("openai:gpt-4o-mini "))
    assert "128,000" in paid
    assert "$0.15 prompt" in paid
    assert "leaves this machine" in paid
    assert any(line.startswith("openai:gpt-4o-mini: ") and "OPENAI_API_KEY" in line for line in lines)
    assert any(line.startswith("compatible:x ") and "unknown" in line for line in lines)


def test_as_json_it_is_what_the_api_answers(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "--json"]) == 0
    items = json.loads(capsys.readouterr().out)["models"]
    assert [item["name"] for item in items][:3] == ["composer", "openai:gpt-4o-mini", "compatible:x"]
    assert items[2]["price"] is None
