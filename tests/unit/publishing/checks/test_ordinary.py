"""Ordinary copy passes: nothing of it waits for a person."""

from collections.abc import Mapping
from typing import Any

import pytest

from benchmarks.publishing.__main__ import OWN, findings, measured, read
from magicai.publishing.checks import check
from magicai.publishing.checks.context import Context
from magicai.publishing.piece import Piece


@pytest.mark.parametrize("row", [*read(OWN)], ids=lambda row: row["text"][:20])
async def test_ordinary_copy_passes(row: Mapping[str, Any]) -> None:
    found = await check(Piece(fields={"text": row["text"]}, language=row["language"]), Context())
    # An address is noted, whosever it is: only somebody who knows can tell.
    assert [(one.rule, one.text) for one in found.found if one.rule != "personal.email"] == []
    assert found.passed


async def test_a_number_that_the_record_has_otherwise_is_counted_as_held_up() -> None:
    row = {"text": "The lamp weighs 3 kg.", "record": {"weight": "2 kg"}}
    assert [one.severity for one in await findings(row)] == ["review"]


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


async def test_both_languages_are_in_the_file_and_none_is_held_up() -> None:
    count, by_name = await measured(OWN, 1)
    assert count >= 200
    assert {row["language"] for row in read(OWN)} == {"en", "zh"}
    assert not [name for name, one in by_name.items() if one.held_up]


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
