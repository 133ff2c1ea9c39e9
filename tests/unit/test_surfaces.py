"""What leaves the terminal: a way out that can be taken there, and no path of this machine."""

import json
from pathlib import Path
from typing import Any

import pytest

from magicai.errors import Conflict, Invalid
from magicai.messages import Message, Surface, plain, say
from magicai.runs.run import Problem
from magicai.settings import Settings
from magicai.surfaces import TERMINAL, PathMask, in_words_of


def test_whoever_resumes_is_told_how_there() -> None:
    problem = Problem.saying("report", plain("It failed."), say("resume_run", run_id="0199-ab")).model_dump(mode="json")
    words = {surface: in_words_of(surface, problem)["way_out"] for surface in Surface}
    assert "magicai resume 0199-ab" in words[Surface.CLI]
    assert "POST /api/runs/0199-ab/resume" in words[Surface.API]
    assert "resume_run" in words[Surface.ASSISTANT]
    assert "magicai" not in words[Surface.PAGE]


@pytest.mark.parametrize("surface", list(Surface))
def test_no_path_of_this_machine_is_told(tmp_path: Path, surface: Surface) -> None:
    home = tmp_path / "ann" / "magicai"
    words = PathMask(Settings(home=home)).on(surface)
    error = words.error(Conflict(f"{home}/records.sqlite3 is busy.", way_out=f"Look into {home}."))
    assert str(error) == "MAGICAI_HOME/records.sqlite3 is busy. Look into MAGICAI_HOME."
    problem = words.model(Problem(where="report", what=f"({home}/models/x.gguf) is damaged", way_out=""))
    assert problem.what == "(MAGICAI_HOME/models/x.gguf) is damaged"
    coded = words.model(Problem.saying("report", plain(f"{home}/x is damaged"), plain(f"Look into {home}.")))
    assert str(tmp_path) not in coded.model_dump_json()
    assert str(tmp_path) not in str(words.data({"deep": [{"html": f"{home}/results/r.html", "n": 1, "none": None}]}))


def test_addresses_and_what_pages_say_stay_as_they_are() -> None:
    words = PathMask(Settings(home=Path("/srv/magicai"))).on(Surface.API)
    for text in ("https://shop.example/srv/magicai/x", "/srv/magicai-shop/x", "a/srv/magicai", "10 /srv/magic"):
        assert words.message(plain(text)) == plain(text)
    quoted = {"name": "magicai resume 1 of /srv/x", "what": "It failed."}
    assert words.value(quoted) == quoted


def test_a_row_of_an_earlier_version_is_shown_as_it_stands() -> None:
    row = {"where": "report", "what": "It failed.", "way_out": "To try it again: magicai resume 1", "message": None}
    assert in_words_of(Surface.API, row) == row


@pytest.mark.parametrize(
    "theirs",
    [
        {"code": "run_not_found", "params": {}},  # as of a version with other parameters
        {"code": "tomorrow", "params": {}},
        {"code": 401, "message": "no"},
        {"code": "amount_pages", "params": {}},
        {"code": "text", "params": {"text": {"code": "run_not_found", "params": {}}}},
    ],
)
def test_json_that_looks_like_a_message_stays_as_it_is(theirs: dict[str, Any]) -> None:
    """Variables of one's own, rows and gateways of other versions."""
    kept = {"reason": "x", "message": theirs}
    assert TERMINAL.value(kept) == kept
    assert str(Message.restored(json.dumps(theirs))) == json.dumps(theirs)


def test_a_sentence_within_a_sentence_has_one_full_stop() -> None:
    assert str(say("path_not_readable", path="a", reason="It is busy.")) == "a can't be read: It is busy."


def test_an_error_within_a_message_keeps_its_code_and_one_without_words_has_its_name() -> None:
    within = say("gateway_error_status", url=Invalid("run_not_found", run_id="r"), status=TimeoutError())
    assert within.params["url"]["params"]["what"]["code"] == "run_not_found"
    assert within.params["status"] == "TimeoutError"


def test_a_column_that_only_begins_like_a_message_is_shown_as_it_is() -> None:
    """What another program said, cut off."""
    assert str(Message.restored('{"code": 401, "mess')) == '{"code": 401, "mess'


def test_a_number_of_somebody_else_is_no_fault() -> None:
    assert TERMINAL.value({"what": "x", "message": {"code": "amount_pages", "params": {"n": "many"}}})["what"]
