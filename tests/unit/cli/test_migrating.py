from pathlib import Path

import pytest

from magicai.cli import main


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAGICAI_HOME", str(tmp_path / "home"))


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("", "names the stores that are in use already"),
        ("MAGICAI_FILES_URL=s3://bucket/x\n", "MAGICAI_FILES_URL can't change while the records stay"),
    ],
)
def test_a_move_that_can_not_be_is_refused_with_its_reason(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], lines: str, said: str
) -> None:
    (tmp_path / "new.env").write_text(lines)
    assert main(["migrate", "--to-env", str(tmp_path / "new.env")]) == 2
    assert said in capsys.readouterr().err
