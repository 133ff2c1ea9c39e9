import json
from dataclasses import dataclass
from typing import Any

import pytest

from integrations.records import documents
from integrations.records.documents import Document
from magicai.errors import Invalid, Permanent
from tests.codes import says


@dataclass
class Tea:
    name: str
    grams: int = 100


def named(value: Any) -> Any:
    return {"name": value["title"], "kilos": value["kilos"]}


def in_grams(value: Any) -> Any:
    return {"name": value["name"], "grams": value["kilos"] * 1000}


def test_a_document_says_its_version() -> None:
    assert Document[Any]("tea").write({"a": [1, None]}) == '{"schema_version":1,"value":{"a":[1,null]}}'


def test_old_documents_are_lifted_step_by_step(monkeypatch: pytest.MonkeyPatch) -> None:
    old = [
        '{"schema_version":1,"value":{"title":"green","kilos":2}}',
        '{"schema_version":2,"value":{"name":"green","kilos":2}}',
    ]
    monkeypatch.setattr(documents, "UPCASTERS", {"tea": (named, in_grams)})
    tea = Document("tea", Tea)
    for text in (*old, tea.write(Tea("green", 2000))):
        assert tea.read(text) == Tea("green", 2000)
    assert tea.write(Tea("green")).startswith('{"schema_version":3,')


def test_a_document_of_a_newer_version_is_not_guessed_at() -> None:
    with pytest.raises(Permanent, check=says("entity_too_new", version=2, newest=1)):
        Document("tea", Tea).read('{"schema_version":2,"value":{"name":"green"}}')


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"schema_version":1,"value":{"grams":"many"}}', "not JSON"])
def test_a_document_that_is_none_is_permanent(text: str) -> None:
    with pytest.raises(Permanent, check=says("entity_invalid", kind="tea")):
        Document("tea", Tea).read(text)


def test_what_is_no_json_is_invalid() -> None:
    with pytest.raises(Invalid, check=says("entity_not_storable", kind="tea")):
        Document[Any]("tea").write({"a": object()})


def test_what_could_not_be_read_back_is_not_written() -> None:
    with pytest.raises(Invalid, check=says("entity_not_storable", kind="tea")):
        Document("tea", Tea).write(Tea(name=None))  # pyright: ignore[reportArgumentType]


def test_a_submission_of_an_earlier_version_knows_who_has_written_it() -> None:
    """Who wrote any version of it is not to approve it, also after an upgrade."""
    draft = {"text": "Aprons."}
    versions: list[dict[str, Any]] = [
        {"number": 1, "at": 1, "by": who, "draft": draft, "payloads": []} for who in ("ann", "rita", "ann")
    ]
    old: dict[str, Any] = {
        "content_id": "c", "owner_id": "ann", "created_at": 1, "changed_at": 1, "run_id": "r", "targets": [],
        "versions": versions,
    }  # fmt: skip
    read = documents.SUBMISSION.read(json.dumps({"schema_version": 1, "value": old}))
    assert read.writers == ("ann", "rita")
    assert documents.SUBMISSION.read(documents.SUBMISSION.write(read)) == read


def test_what_blocked_a_submission_of_an_earlier_version_still_blocks_or_waits_for_a_person() -> None:
    """What was found stays; what reviewers said of it counts for the rules as they were."""
    place = {"field": "text"}
    found = [
        {"rule": rule, "severity": severity, "place": place, "message": "m", "confidence": 0.9}
        for rule, severity in (
            ("wording.claim", "blocks"), ("offensive.text", "blocks"), ("legality.cn.superlative", "blocks"),
            ("claims.price", "blocks"), ("grammar.certain", "note"),
        )
    ]  # fmt: skip
    version: dict[str, Any] = {"number": 1, "at": 1, "by": "ann", "draft": {"text": "Aprons."}, "payloads": []}
    old: dict[str, Any] = {
        "content_id": "c", "owner_id": "ann", "created_at": 1, "changed_at": 1, "run_id": "r", "targets": [],
        "versions": [version], "writers": ["ann"],
        "findings": {"found": found, "not_checked": [{"check": "wording", "what": "It was not made."}]},
        "learned": [{"rule": "personal.email", "confidence": 0.9, "value": 0.0}],
    }  # fmt: skip
    read = documents.SUBMISSION.read(json.dumps({"schema_version": 2, "value": old}))
    assert [(one.rule, one.severity) for one in read.findings.found] == [
        ("wording.claim", "review"), ("offensive.text", "review"), ("legality.cn.superlative", "review"),
        ("claims.price", "review"), ("grammar.certain", "note"),
    ]  # fmt: skip
    assert not read.findings.passed
    assert [one.version for one in read.learned] == [1]
    assert documents.SUBMISSION.read(documents.SUBMISSION.write(read)) == read
