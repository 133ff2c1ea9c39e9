from pathlib import Path

import pytest

from magicai.cli import main


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAGICAI_HOME", str(tmp_path / "home"))


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("", "are already in use"),
        ("what a day\n", "has the line 'what a day', which is not NAME=VALUE"),
        ("{]\n", "has the line '{]', which is not NAME=VALUE"),
        ("COLOUR=red\nSIZE=3\n", "sets no store, only COLOUR, SIZE."),
        ("MAGICAI_FILES_URL=s3://bucket/x\n", "MAGICAI_FILES_URL can't change alone"),
    ],
)
def test_a_move_that_can_not_be_is_refused_with_its_reason(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], lines: str, said: str
) -> None:
    (tmp_path / "new.env").write_text(lines)
    assert main(["migrate", "--to-env", str(tmp_path / "new.env")]) == 2
    assert said in capsys.readouterr().err


def test_a_file_that_is_no_text_is_refused_by_its_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "new.env").write_bytes(b"\x89PNG\r\n\x1a\n\xff\xfe")
    assert main(["migrate", "--to-env", str(tmp_path / "new.env")]) == 2
    said = capsys.readouterr().err
    assert "new.env is not text" in said
    assert "DATABASE_URL" in said
