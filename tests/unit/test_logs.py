import json
import logging
import stat
from pathlib import Path

import pytest

from integrations.logs import log_to
from magicai.settings import Settings


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "run.log"


def _ask(password: str) -> None:
    raise ConnectionError(f"nobody answers, and {len(password)} letters were not sent")


def test_every_line_says_of_which_run_it_is(log: Path) -> None:
    with log_to(log, Settings(log_level="INFO"), run_id="r-1"):
        logging.getLogger("magicai.app").info("step %s begins", "a")
    (line,) = map(json.loads, log.read_text().splitlines())
    assert (line["run_id"], line["event"], line["level"]) == ("r-1", "step a begins", "info")


def test_an_error_is_told_with_where_it_happened_and_without_what_was_secret_there(log: Path) -> None:
    with log_to(log, Settings(), run_id="r-1"):
        try:
            _ask("hidden-" + "word")
        except ConnectionError:
            logging.getLogger("magicai.app").exception("asking failed")
    text = log.read_text()
    assert "hidden-word" not in text
    assert json.loads(text)["exception"][0]["frames"][-1]["name"] == "_ask"


def test_a_log_is_for_its_owner_only(log: Path) -> None:
    with log_to(log, Settings()):
        pass
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
