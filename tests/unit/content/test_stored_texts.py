"""Texts that an earlier release stored are read as what they were."""

from dataclasses import replace
from typing import Any

from magicai.content.content import SCHEMA_VERSION, content_entity, content_in
from tests.unit.content.briefs import TRUE, content

OLD: list[dict[str, Any]] = [
    {"kind": "price", "text": "39.00 EUR", "start": 0, "end": 9, "source": "price", "source_text": "39.00 EUR"},
    {"kind": "date", "text": "2019", "start": 10, "end": 14, "reason": "is not in the input"},
    {"kind": "name", "text": "Oslo", "start": 15, "end": 19, "reason": "is not in the input", "certain": False},
]


def test_claims_of_the_first_schema_get_verdicts_and_what_was_done_to_the_text_stays() -> None:
    now = content_entity(content(TRUE))
    version: dict[str, Any] = {
        **now.data["versions"][0],
        "claims": OLD,
        "dropped": ["It was awarded."],
        "instead_of": "m was refused.",
        "quality": {"score": 0.9, "reasons": [], "parts": []},
        "flags": ["“2019”: is not in the input"],
    }
    stored = replace(now, data={**now.data, "schema_version": 1, "versions": [version]})
    latest = content_in(stored).latest
    assert [claim.verdict for claim in latest.claims] == ["proved", "not_in_record", "not_checked"]
    assert {claim.by for claim in latest.claims} == {"code"}
    assert (latest.quality.word, latest.quality.score) == ("flagged", 0.9)
    assert (latest.dropped, latest.instead_of) == (("It was awarded.",), "m was refused.")
    assert latest.not_checked == 1
    assert (latest.flags, latest.flag_messages) == (("“2019”: is not in the input",), ())
    assert [(claim.reason, claim.message) for claim in latest.claims[1:]] == [("is not in the input", None)] * 2


def test_prose_that_a_template_made_is_not_called_a_facts_block() -> None:
    now = content_entity(content(TRUE))
    version: dict[str, Any] = {**now.data["versions"][0], "claims": OLD, "by": "composer"}
    drafts = [version, {**version, "by": "openai:gpt-4o"}]
    stored = replace(now, data={**now.data, "schema_version": 1, "versions": [version], "alternatives": drafts})
    found = content_in(stored)
    assert found.latest.by == "template"
    assert [alternative.by for alternative in found.alternatives] == ["template", "openai:gpt-4o"]
    assert found.alternatives[0].claims == found.latest.claims
    assert content_in(now).latest.by == "composer"


def test_a_text_is_stored_as_the_present_schema_and_read_as_it_is() -> None:
    made = content(TRUE)
    entity = content_entity(made)
    assert entity.data["schema_version"] == SCHEMA_VERSION
    assert content_in(entity) == made
