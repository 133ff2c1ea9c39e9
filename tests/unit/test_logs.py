import json
import logging
import stat
from pathlib import Path

import pytest

from integrations.logs import FIELDS, log_to
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


def test_a_line_that_quotes_somebody_is_safe_to_look_at_in_a_terminal(log: Path) -> None:
    said = "\x1b]0;owned\x07 \x9b2J \u202egnp.exe \x7f"
    with log_to(log, Settings(log_level="INFO")):
        logging.getLogger("magicai.app").info("read %s", said)
        logging.getLogger("magicai.app").info("read", extra={FIELDS: {"of": said}})
    text = log.read_text()
    assert not set(text) & set("\x1b\x07\x9b\u202e\x7f")
    first, second = map(json.loads, text.splitlines())
    assert (first["event"], second["of"]) == (f"read {said}", said)


def test_a_log_that_grows_is_set_aside_whoever_writes_it_and_what_is_kept_has_an_end(log: Path) -> None:
    logger = logging.getLogger("magicai.app")
    with (
        log_to(log, Settings(log_level="INFO"), most_bytes=4000, of="a"),
        log_to(log, Settings(log_level="INFO"), most_bytes=4000, of="b"),
    ):
        for number in range(600):
            logger.info("line %d", number)
    kept = sorted(log.parent.glob("run.log*"))
    assert [path.name for path in kept] == ["run.log", *(f"run.log.{number}" for number in range(1, 5))]
    assert all(path.stat().st_size < 5000 for path in kept)
    assert {stat.S_IMODE(path.stat().st_mode) for path in kept} == {0o600}
    told = [json.loads(line)["event"] for path in (kept[1], kept[0]) for line in path.read_text().splitlines()]
    assert told == [f"line {number}" for number in range(600) for _ in range(2)][-len(told) :]


def test_a_log_is_for_its_owner_only(log: Path) -> None:
    with log_to(log, Settings()):
        pass
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
