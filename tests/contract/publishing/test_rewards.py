"""What people make of a rule's findings is kept, whichever way they say so."""

import pytest

from magicai.publishing.findings import Finding, Findings, Place, Severity
from magicai.publishing.reviewing import apply_suggestion
from tests.desk import Desk

TEXT = "The best mug of all."


def finding(rule: str, severity: Severity) -> Finding:
    place = Place(field="text", start=4, end=8)
    return Finding(
        rule=rule, severity=severity, place=place, text="best", message="m", suggestion="nicest", confidence=0.9
    )


@pytest.mark.parametrize(
    ("found", "value"),
    [
        (finding("legality.en.superlative", "review"), [1.0]),
        (finding("personal.phone", "blocks"), [1.0]),
        (finding("legality.en.superlative", "note"), []),
        (finding("claims.contradicted", "review"), []),
    ],
)
async def test_an_applied_suggestion_says_that_a_rule_was_right_wherever_an_approval_would_say_that_it_was_not(
    desk: Desk, found: Finding, value: list[float]
) -> None:
    _, result = await desk.submit(title="Mug", text=TEXT)
    kept = await desk.records.submissions.get(result["content_id"], owner_id="o")
    with_finding = kept.submission.model_copy(update={"findings": Findings(found=(found,))})
    kept = await desk.records.submissions.replace(kept, with_finding, [])
    assert kept is not None
    user = await desk.user("rita")
    changed = await apply_suggestion(desk.records, result["content_id"], 1, by=user)
    assert changed.submission.latest.draft.fields["text"] == "The nicest mug of all."
    assert [one.value for one in changed.submission.learned] == value
