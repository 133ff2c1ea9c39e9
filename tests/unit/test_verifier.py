"""A verifier points at what is there, or its word counts for nothing."""

import pytest

from magicai.claims.sources import sources_of
from magicai.verifier import Statement, Statements, judge
from tests.scripted import ScriptedText

RECORD = {"name": "Harbour mug", "material": "stoneware", "capacity": "350 ml", "warranty": "24 months"}
TEXT = "Meet your new favourite mug. Made of bone china, it holds 400 ml. It has a two-year guarantee."


async def judged(*statements: tuple[str, str, str]) -> list[tuple[str, str, str]]:
    said = [Statement.model_validate({"span": a, "verdict": b, "record_line": c}) for a, b, c in statements]
    found, usage = await judge(ScriptedText([Statements(statements=said)]), TEXT, sources_of(RECORD), "en")
    assert usage.exchanges == 1
    assert all(TEXT[one.start : one.end] == one.text for one in found)
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
    ],
)
async def test_what_points_at_nothing_is_never_checked(statement: tuple[str, str, str], found: list[object]) -> None:
    assert await judged(statement) == found
