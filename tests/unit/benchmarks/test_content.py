"""The benchmark of claims counts what is touched."""

import json
from pathlib import Path

import pytest

from benchmarks.content import proof
from benchmarks.content.desk import desk
from benchmarks.content.kills import row_of, say
from benchmarks.content.provider import data_of
from magicai.content.brief import brief_of
from magicai.content.content_types import built_in
from magicai.content.prompts import prompt
from magicai.runs.run import RunStatus
from magicai.verifier import Statement, Statements
from tests.scripted import ScriptedText

RECORD = {"capacity": "350 ml", "price": "39.00", "currency": "EUR"}


def file_of(folder: Path, *rows: dict[str, object]) -> Path:
    file = folder / "copy.jsonl"
    file.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    return file


async def test_true_copy_and_wrong_places_are_counted_apart(tmp_path: Path) -> None:
    rows: list[dict[str, object]] = [
        {"text": "350 ml, €39, by Osaka.", "record": RECORD, "source": "feed"},
        {"text": "It holds 450 ml and floats.", "record": RECORD, "wrong": ["450 ml", [20, 26]], "source": "feed"},
        {"text": "60 W", "record": RECORD},
    ]
    found = await proof.measure(proof.read_copy(file_of(tmp_path, *rows)))
    assert found.groups == {
        "feed": proof.Group(texts=2, true=1, true_flagged=0, true_soft=1, wrong=2, found=1),
        "copy": proof.Group(texts=1, true=1, true_flagged=1),
    }
    assert found.marks["price", "proved"] == found.marks["name", "not_checked"] == 1


async def test_a_verifier_finds_what_code_cannot(tmp_path: Path) -> None:
    rows: dict[str, object] = {"text": "It holds 350 ml and floats.", "record": RECORD, "wrong": ["floats"]}
    said = Statements(statements=[Statement(span="floats", verdict="not_in_record")])
    copies = list(proof.read_copy(file_of(tmp_path, rows)))
    assert (await proof.measure(copies)).groups["copy"].found == 0
    assert (await proof.measure(copies, ScriptedText([said]))).groups["copy"].found == 1


def test_a_file_whose_text_lacks_the_wrong_words_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="line 1: the text lacks '9 kg'"):
        list(proof.read_copy(file_of(tmp_path, {"text": "350 ml", "record": RECORD, "wrong": ["9 kg"]})))


async def test_what_is_shipped_is_true_where_it_says_so() -> None:
    found = await proof.measure(proof.read_copy(proof.OWN))
    assert {name: (one.texts, one.wrong) for name, one in found.groups.items()} == {
        "invented features": (60, 60),
        "harmless lines": (60, 0),
        "product texts, right": (20, 0),
        "product texts, one value wrong": (20, 20),
        "ordinary shop copy": (200, 0),
    }
    assert sum(group.true_flagged for group in found.groups.values()) == 0


def test_the_provider_of_a_benchmark_reads_what_writers_are_asked_today() -> None:
    brief = brief_of(built_in()["product-description", "en"], row_of(7))
    assert data_of([one.content for one in prompt(brief)]) == row_of(7)


async def test_a_batch_of_a_benchmark_is_written_by_its_scripted_model() -> None:
    request = {"content_type": "product-description", "variables": [row_of(1)], "models": ["openai:m"]}
    async with desk(lambda _: ScriptedText([say(row_of(1))], name="openai:m")) as opened:
        _, status, result = await opened.write(request)
    assert (status, result["count"], result["texts"][0]["written_by"]) == (RunStatus.COMPLETED, 1, "openai:m")
