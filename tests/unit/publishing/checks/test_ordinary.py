"""Ordinary copy passes: nothing of it waits for a person."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from integrations.grammar.harper import Harper
from magicai.publishing.checks import check
from magicai.publishing.checks.check import Looks
from magicai.publishing.checks.context import Context
from magicai.publishing.checks.grammar import English
from magicai.publishing.piece import Piece

COPY = Path(__file__).parent / "ordinary.jsonl"
ROWS: list[Mapping[str, Any]] = [json.loads(line) for line in COPY.read_text(encoding="utf-8").splitlines() if line]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["text"][:20])
async def test_ordinary_copy_passes(row: Mapping[str, Any]) -> None:
    found = await check(Piece(fields={"text": row["text"]}, language=row["language"]), Context())
    # An address is noted, whosever it is: only somebody who knows can tell.
    assert [(one.rule, one.text) for one in found.found if one.rule != "personal.email"] == []
    assert found.passed


@pytest.mark.parametrize(
    "text",
    [
        "Article 612345678 fits all.",
        "SKU 712345678",
        "ISBN 3257228007",
        "Part no. 3471234567 (new)",
        "Order number 15112345678",
        "Batch 612 345 678",
        "Item 345 678 9012",
        "Cat. No. 13800138000",
        "Codes: 698765432; 655123456",
    ],
)
async def test_numbers_of_articles_books_and_orders_do_not_block(text: str) -> None:
    found = await check(Piece(fields={"text": text}), Context())
    assert [one.text for one in found.found if one.severity == "blocks"] == []


async def test_grammar_holds_up_none_of_it_in_either_language() -> None:
    assert len(ROWS) >= 200
    assert {row["language"] for row in ROWS} == {"en", "zh"}
    grammar: dict[str, Looks] = {"grammar": English(Harper())}
    for row in ROWS:
        found = await check(Piece(fields={"text": row["text"]}, language=row["language"]), Context(), grammar)
        assert {one.severity for one in found.found} <= {"note"}, row["text"]


@pytest.mark.parametrize(
    "text",
    [
        "Was £49.99, now £39.99",
        "原价199元，现价159元",
        "Comes in eco-friendly packaging.",
        "SKU 4539578763621486, order 4012888888881881",
        "Questions? support@acme.example",
    ],
)
async def test_what_is_only_noted_in_ordinary_copy_needs_no_person(text: str) -> None:
    found = await check(Piece(fields={"text": text}), Context())
    assert found.found
    assert found.passed
