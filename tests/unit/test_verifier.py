"""A verifier points at what is there, or its word counts for nothing."""

from collections.abc import Mapping

import pytest

from magicai.claims.checking import check
from magicai.claims.sources import sources_of
from magicai.content import statements
from magicai.verifier import Statement, Statements, TextTooLong, judge
from tests.scripted import ScriptedText, line_number

RECORD = {"name": "Harbour mug", "material": "stoneware", "capacity": "350 ml", "warranty": "24 months"}
TEXT = "Meet your new favourite mug. Made of bone china, it holds 400 ml. It has a two-year guarantee."


async def judged(
    *answers: tuple[str, str, str], text: str = TEXT, record: Mapping[str, str] = RECORD
) -> list[tuple[str, str, str]]:
    sources = sources_of(record)
    said = [Statement.model_validate({"span": a, "verdict": b, "line": line_number(c, sources)}) for a, b, c in answers]
    found, usage = await judge(ScriptedText([Statements(statements=said)]), text, sources, "en")
    assert usage.exchanges == 1
    assert all(text[one.start : one.end] == one.text for one in found)
    return [(one.text, one.verdict, one.source.name if one.source else "") for one in found]


async def test_each_statement_stands_where_it_is_said_with_the_records_value() -> None:
    assert await judged(
        ("Made of bone china", "contradicted", "material: stoneware"),
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


async def test_a_span_is_found_in_whole_words_in_the_sentence_that_is_named() -> None:
    text = "It is covered. It is red. At A 41 are cheaper. At B 41 are new."
    said = [
        Statement(span="red", verdict="not_in_record"),
        Statement(span="41", verdict="not_in_record", sentence=4),
        Statement(span="At A 41", verdict="opinion", sentence=2),
    ]
    found, _ = await judge(ScriptedText([Statements(statements=said)]), text, sources_of(RECORD), "en")
    assert [(one.start, one.text) for one in found] == [(21, "red"), (26, "At A 41"), (text.rindex("41"), "41")]


async def test_the_same_words_twice_of_a_wrong_sentence_are_left_out() -> None:
    said = Statements(statements=[Statement(span="It is", verdict="not_in_record", sentence=3)])
    assert (await judge(ScriptedText([said]), "It is red. It is new. Buy.", sources_of(RECORD), "en"))[0] == ()


async def test_what_is_sent_has_numbers_and_a_mark_that_neither_text_nor_record_can_hold() -> None:
    asked: list[str] = []
    for record in (RECORD, {**RECORD, "name": "x"}):
        model = ScriptedText([Statements(statements=[])])
        await judge(model, "It holds 350 ml. Lovely!", sources_of(record), "en")
        (message,) = [one.content for one in model.asked[0] if one.role == "user"]
        assert "1: It holds 350 ml.\n2: Lovely!" in message
        assert f"1: name: {record['name']}\n2: material: stoneware" in message
        _, mark, *lines = message.splitlines()
        assert lines.count(mark) == 3
        assert mark not in "".join(line for line in lines if line != mark)
        asked.append(mark)
    first, second = asked
    assert first != second  # so nobody can write it beforehand


async def test_a_text_that_is_too_long_for_one_answer_is_not_paid_for() -> None:
    model = ScriptedText([Statements(statements=[])])
    with pytest.raises(TextTooLong, match="100,000 characters"):
        await judge(model, "It is red. " * 9_090 + "It is blue", sources_of(RECORD), "en")
    assert not model.asked


async def test_a_part_of_a_long_value_is_supported_by_the_number_of_its_line() -> None:
    record = {"name": "Apron", "notes": "The apron is machine washable. " + "It was sewn. " * 1_000}
    text = "It is machine washable."
    said = Statements(statements=[Statement(span=text, verdict="supported", sentence=1, line=2)])
    (one,), _ = await judge(ScriptedText([said]), text, sources_of(record), "en")
    assert (one.verdict, one.source and one.source.name) == ("supported", "notes")


@pytest.mark.parametrize(
    ("text", "record", "line"),
    [
        ("It holds weights of up to 120 kg", {"weight": "1.2 kg", "max_load": "120 kg"}, "max_load: 120 kg"),
        ("It holds 500 ml", {"capacity": "a pint, roughly, holds"}, "capacity: a pint, roughly, holds"),
    ],
)
async def test_what_code_does_not_find_in_the_line_that_a_verifier_shows_neither_decides(
    text: str, record: Mapping[str, str], line: str
) -> None:
    found = await judged((text, "supported", line), text=text, record=record)
    assert [one[1] for one in found] == ["not_checked"]
    sources = sources_of(record)
    said = Statements(statements=[Statement(span=text, verdict="supported", line=line_number(line, sources))])
    judgements, _ = await judge(ScriptedText([said]), text, sources, "en")
    shown = statements.judged(text, check(text, sources, "en"), judgements, sources)
    assert [(one.verdict, one.marked) for one in shown if one.text == text] == [("not_checked", False)]
    assert not any(one.marked for one in shown)
