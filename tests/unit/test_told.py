"""What is told elsewhere than on the terminal: a way out that can be taken there, and no path of this machine."""

import re
from pathlib import Path

import pytest

from magicai.errors import Conflict
from magicai.messages import plain, table
from magicai.runs.run import Problem
from magicai.settings import Settings
from magicai.told import CLAUSE, OPERATOR, Surface, Teller, said
from tests.unit.page.test_told_in_chinese import PROSE, read, sources
from tests.unit.page.test_told_in_chinese import said as said_in

COMMAND = re.compile(r"\bmagicai [a-z]")
CLICK = re.compile(r"\bclick\b", re.IGNORECASE)
ELSEWHERE = (Surface.API, Surface.PAGE, Surface.ASSISTANT)


def sentences() -> set[str]:
    """Every sentence that a run, a use case or a route may say."""
    return {text for path in sources() for text in said_in(read(path)) if PROSE.search(text)}


@pytest.mark.parametrize("surface", ELSEWHERE)
def test_a_command_in_the_tables_is_advice_to_the_operator_or_is_what_can_be_done_there(surface: Surface) -> None:
    with_commands = {code for code, entry in table().items() if COMMAND.search(str(entry["en"]))}
    assert len(with_commands) > 50
    for code in with_commands:
        entry = table()[code]
        # What has no Chinese words is said by a terminal alone.
        if entry.get("zh") and not entry.get("operator"):
            before, command, _ = str(entry.get(surface, entry["en"])).partition("magicai ")
            assert not command or OPERATOR.casefold() in before.casefold(), (code, surface)


def test_a_command_without_a_code_is_advice_to_the_operator_or_is_what_can_be_done_there() -> None:
    with_commands = [text for text in sentences() if COMMAND.search(text)]
    assert with_commands
    for text in with_commands:
        for surface in ELSEWHERE:
            for clause in CLAUSE.split(said(text, surface)):
                assert not COMMAND.search(clause) or clause.lower().startswith(f"{OPERATOR.lower()}: "), (surface, text)
                assert not CLICK.search(clause), text


def test_whoever_resumes_is_told_how_there() -> None:
    text = "To try it again: magicai resume 0199-ab"
    assert said(text, Surface.CLI) == text
    assert said(text, Surface.API) == "To try it again: POST /api/runs/0199-ab/resume"
    assert said(text, Surface.ASSISTANT) == "To try it again: resume_run with run_id 0199-ab"
    assert said(text, Surface.PAGE) == "To try it again: the page of run 0199-ab"


def test_what_only_the_operator_can_do_says_so_and_nothing_else_does() -> None:
    told = said("Wait a moment. `magicai model get` brings it.", Surface.API)
    assert told == "Wait a moment. For the operator: `magicai model get` brings it."
    told = said("No model is here; `magicai model get` brings one", Surface.API)
    assert told == "No model is here; for the operator: `magicai model get` brings one"
    assert said("MagicAI reads magicai.example.", Surface.API) == "MagicAI reads magicai.example."


@pytest.mark.parametrize("surface", list(Surface))
def test_no_path_of_this_machine_is_told(tmp_path: Path, surface: Surface) -> None:
    home = tmp_path / "ann" / "magicai"
    say = Teller(Settings(home=home)).on(surface)
    error = say.error(Conflict(f"{home}/records.sqlite3 is busy.", way_out=f"Look into {home}."))
    assert str(error) == "MAGICAI_HOME/records.sqlite3 is busy. Look into MAGICAI_HOME."
    problem = say.model(Problem(where="report", what=f"({home}/models/x.gguf) is damaged", way_out=""))
    assert problem.what == "(MAGICAI_HOME/models/x.gguf) is damaged"
    coded = say.model(Problem.saying("report", plain(f"{home}/x is damaged"), plain(f"Look into {home}.")))
    assert str(tmp_path) not in coded.model_dump_json()
    assert str(tmp_path) not in str(say.data({"deep": [{"html": f"{home}/results/r.html", "n": 1, "none": None}]}))


def test_addresses_and_what_pages_say_stay_as_they_are(tmp_path: Path) -> None:
    say = Teller(Settings(home=Path("/srv/magicai"))).on(Surface.API)
    for text in ("https://shop.example/srv/magicai/x", "/srv/magicai-shop/x", "a/srv/magicai", "10 /srv/magic"):
        assert say.text(text) == text
    quoted = {"name": "magicai resume 1 of /srv/x", "what": "It failed."}
    assert say.value(quoted) == quoted
