"""A verifier points at what is there, or its word counts for nothing."""

from collections.abc import Mapping

import pytest

from magicai.claims.sources import sources_of
from magicai.verifier import Statement, Statements, judge
from tests.scripted import ScriptedText

RECORD = {"name": "Harbour mug", "material": "stoneware", "capacity": "350 ml", "warranty": "24 months"}
TEXT = "Meet your new favourite mug. Made of bone china, it holds 400 ml. It has a two-year guarantee."


async def judged(
    *statements: tuple[str, str, str], text: str = TEXT, record: Mapping[str, str] = RECORD
) -> list[tuple[str, str, str]]:
    said = [Statement.model_validate({"span": a, "verdict": b, "record_line": c}) for a, b, c in statements]
    found, usage = await judge(ScriptedText([Statements(statements=said)]), text, sources_of(record), "en")
    assert usage.exchanges == 1
    assert all(text[one.start : one.end] == one.text for one in found)
    return [(one.text, one.verdict, one.source.name if one.source else "") for one in found]


async def test_each_statement_stands_where_it_is_said_with_the_records_value() -> None:
    assert await judged(
        ("Made of bone china", "contradicted", "Material: stoneware"),
        ("Meet your new favourite mug", "opinion", ""),
        ("two-year guarantee", "supported", "warranty: 24 months"),
    ) == [
        ("Meet your new favourite mug", "opinion", ""),
        ("Made of bone china", "contradicted", "material"),
        ("two-year guarantee", "supported", "warranty"),
    ]


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        (("dishwasher-safe", "supported", "warranty: 24 months"), []),
        (("", "not_in_record", ""), []),
        (("Made of bone china", "supported", "care: dishwasher"), [("Made of bone china", "not_checked", "")]),
        (("Made of bone china", "contradicted", ""), [("Made of bone china", "not_checked", "")]),
        (("holds 400 ml", "supported", "capacity: 350 ml"), [("holds 400 ml", "contradicted", "capacity")]),
        (("00 ml", "supported", "capacity: 350 ml"), []),
        (("favourite m", "opinion", ""), []),
        (("holds 4", "not_in_record", ""), []),
        (("Meet your new favourite mug", "supported", "warranty: 24 months"), [(TEXT[:27], "not_checked", "")]),
    ],
)
async def test_what_points_at_nothing_is_never_checked(statement: tuple[str, str, str], found: list[object]) -> None:
    assert await judged(statement) == found


@pytest.mark.parametrize("span", ["20 % off", "You save EUR 10", "was EUR 50, now EUR 40"])
async def test_what_follows_from_two_lines_is_not_contradicted_by_the_one_that_is_quoted(span: str) -> None:
    record = {"list price": "EUR 50.00", "price": "EUR 40.00"}
    statement = (span, "supported", "price: EUR 40.00")
    assert await judged(statement, text=f"{span}!", record=record) == [(span, "supported", "price")]


async def test_what_the_record_contradicts_is_contradicted_whatever_line_is_quoted() -> None:
    found = await judged(("holds 400 ml", "supported", "warranty: 24 months"))
    assert found == [("holds 400 ml", "contradicted", "capacity")]
