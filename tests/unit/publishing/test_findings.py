"""A finding's suggestion is written where it was found, and nowhere else."""

import pytest

from magicai.errors import Conflict
from magicai.publishing.findings import Finding, Place, apply

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
