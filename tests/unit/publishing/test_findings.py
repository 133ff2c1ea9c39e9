"""A finding's suggestion is written where it was found, and nowhere else."""

import pytest

from magicai.errors import Conflict
from magicai.messages import say
from magicai.publishing.findings import Finding, Findings, NotChecked, Place, apply

FIELDS = {"title": "The best best tea", "text": "Mail ann@example.com now."}


def finding(field: str, text: str, suggestion: str | None, *, confidence: float = 1.0) -> Finding:
    start = FIELDS[field].index(text)
    place = Place(field=field, start=start, end=start + len(text))
    return Finding(
        rule="x.y",
        severity="note",
        place=place,
        text=text,
        message="",
        suggestion=suggestion,
        confidence=confidence,
    )


def test_a_suggestion_replaces_its_place() -> None:
    assert apply(FIELDS, finding("title", "best best", "good"))["title"] == "The good tea"
    assert apply(FIELDS, finding("text", "ann@example.com", ""))["text"] == "Mail now."


def test_a_text_that_was_changed_since_is_left_as_it_is() -> None:
    with pytest.raises(Conflict, match="no longer"):
        apply({**FIELDS, "title": "A " + FIELDS["title"]}, finding("title", "best best", "good"))
    with pytest.raises(Conflict, match="suggests nothing"):
        apply(FIELDS, finding("title", "best best", None))


@pytest.mark.parametrize(
    "rule", ["grammar.spelling", "claims.missing", "moderator.legal", "links.gone", "sensitive.own"]
)
def test_only_advertising_law_secrets_and_personal_data_may_block(rule: str) -> None:
    for severity in ("review", "note"):
        Finding(rule=rule, severity=severity, place=Place(field="text"), message="")
    with pytest.raises(ValueError, match="can't block"):
        Finding(rule=rule, severity="blocks", place=Place(field="text"), message="")
    with pytest.raises(ValueError, match="its confidence is"):
        Finding(rule="legality.eu.proof", severity="blocks", place=Place(field="text"), message="", confidence=0.9)
    for check in ("legality", "secrets", "personal"):
        Finding(rule=f"{check}.x", severity="blocks", place=Place(field="text"), message="")


def test_findings_of_earlier_versions_keep_their_sentences() -> None:
    found = Findings.model_validate(
        {
            "found": [{"rule": "links.gone", "severity": "note", "place": {"field": "text"}, "message": "Correct it."}],
            "not_checked": [{"check": "grammar", "what": "Only in English.", "way_out": "Read it yourself."}],
        }
    )
    assert [(one.message, one.said) for one in found.found] == [("Correct it.", None)]
    (missing,) = found.not_checked
    assert (missing.what, missing.way_out, missing.message, missing.way) == (
        "Only in English.",
        "Read it yourself.",
        None,
        None,
    )


def test_a_check_that_was_not_made_says_why_and_what_to_do_by_codes() -> None:
    missing = NotChecked.saying("grammar", say("grammar_not_in_language"), needs_person=False)
    assert (missing.message, missing.way) == (say("grammar_not_in_language"), say("read_it_yourself"))
    assert (missing.what, missing.way_out) == (str(missing.message), str(missing.way))
