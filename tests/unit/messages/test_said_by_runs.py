"""What runs, plans and results say is a code with words in both languages, made from the parameters that are given."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from magicai.messages import Message, amount, plain, say, table
from magicai.runs.run import Problem

ROOT = Path(__file__).parents[3]
SAID_IN = (
    "flows",
    "tasks",
    "integrations/capacity",
    *(
        f"magicai/{room}"
        for room in ("brain", "catalogue", "claims", "content", "knowledge", "publishing", "runs", "shops")
    ),
)
PLACE = re.compile(r"\{(\w+)\}")


def said() -> Iterator[tuple[str, str, set[str] | None]]:
    """Every use of a code: where, the code, and its parameters; None where they are not written out."""
    for room in SAID_IN:
        for path in sorted((ROOT / room).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                match node:
                    case ast.Call(func=ast.Name(id="say"), args=[first], keywords=named):
                        given = {one.arg for one in named if one.arg is not None}
                        where = f"{path.relative_to(ROOT)}:{node.lineno}"
                        for code in codes(first):
                            yield where, code, None if any(one.arg is None for one in named) else given
                    case _:
                        pass


def codes(first: ast.expr) -> list[str]:
    """The codes that an expression may be; of a text with places, all in the tables that fit."""
    match first:
        case ast.Constant(value=str(code)):
            return [code]
        case ast.IfExp(body=one, orelse=other):
            return [*codes(one), *codes(other)]
        case ast.JoinedStr(values=parts):
            form = "".join(re.escape(str(part.value)) if isinstance(part, ast.Constant) else ".+" for part in parts)
            return [code for code in table() if re.fullmatch(form, code)] or [ast.unparse(first)]
        case _:
            return []


def words_of(entry: dict[str, Any]) -> Iterator[str]:
    """All words of an entry, in every language and for every surface."""
    for name, words in entry.items():
        if name not in ("way_out", "operator"):
            yield from words.values() if isinstance(words, dict) else [words]


def test_every_code_that_a_run_says_has_words_in_both_languages() -> None:
    used = {code for _, code, _ in said()}
    assert len(used) > 150
    assert not [code for code in used if not table().get(code, {}).get("en") or not table()[code].get("zh")]


def test_words_have_no_place_that_is_not_filled() -> None:
    unfilled = {
        (where, code, place)
        for where, code, given in said()
        if given is not None and code in table()
        for words in words_of(table()[code])
        for place in PLACE.findall(words)
        if place not in given
    }
    assert not unfilled


def test_what_to_do_is_filled_from_what_is_said() -> None:
    unfilled = {
        (where, code, place)
        for where, code, given in said()
        if given is not None and code in table() and (way := table()[code].get("way_out"))
        for words in words_of(table()[way])
        for place in PLACE.findall(words)
        if place not in given
    }
    assert not unfilled


def test_words_of_a_number_are_told_the_number() -> None:
    by_number = {code for code, entry in table().items() if any(isinstance(one, dict) for one in entry.values())}
    assert by_number
    assert not [(where, code) for where, code, given in said() if code in by_number and given and "n" not in given]


@pytest.mark.parametrize(("n", "words"), [(1, "1 page"), (1_200, "1,200 pages")])
def test_an_amount_has_its_unit_in_the_number_that_it_needs(n: int, words: str) -> None:
    assert str(amount(n, "pages")) == words


def test_a_unit_that_a_workflow_brings_is_said_in_its_words() -> None:
    assert str(say("more_items_failed", items=amount(2, "letters"))) == "Another 2 letters failed."


@pytest.mark.parametrize(
    "message", [say("page_failed_repeatedly", why=say("page_answered_status", status=503), tries=4), plain("Busy {x}.")]
)
def test_a_reason_in_a_column_is_read_back_as_it_was(message: Message) -> None:
    assert Message.restored(message.stored()) == message


def test_a_reason_of_an_earlier_version_keeps_its_words() -> None:
    assert Message.restored("the shop answered 503, 4 times") == plain("the shop answered 503, 4 times")


def test_a_problem_that_is_told_twice_counts_once() -> None:
    why = say("model_answer_unusable", model="m", reason="the answer is empty", answer_begins="")
    told = [Problem.saying("summary", say("summary_not_written", model="m", why=why)) for _ in range(2)]
    assert len(set(told)) == 1
