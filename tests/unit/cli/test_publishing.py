"""What `magicai review show` says of checks is to be acted on: no offsets, no rules' names, each reason once."""

import pytest

from magicai.cli.subjects.publishing import checked_lines
from magicai.publishing.draft import Draft
from magicai.publishing.findings import Finding, Findings, NotChecked, Place
from magicai.publishing.ports import StoredSubmission
from magicai.publishing.submission import Status, Submission, Version
from magicai.shapes.subjects.publishing import ReviewWhole

LAW = Finding(
    rule="legality.eu.proof",
    severity="note",
    place=Place(field="text", start=4, end=13),
    text="the best",
    message="Name the source that proves this.",
    source="CAP Code 3.7",
    link="https://law.example/",
)
PHONE = Finding(
    rule="personal.phone",
    severity="blocks",
    place=Place(field="text", start=50, end=62),
    text="07911 123456",
    message="Remove this mobile number: “079** ****56”.",
    suggestion="",
)
MISSING = tuple(
    NotChecked(
        check=one,
        needs_person=one == "legal",
        what="Nobody chose a moderator.",
        way_out="To choose one: magicai models set moderator NAME",
    )
    for one in ("legal", "offence", "tone")
)


def lines(status: Status) -> list[str]:
    version = Version(number=1, at=1, by="o", draft=Draft(text="The best lamp."), payloads=())
    submission = Submission(
        content_id="c1",
        owner_id="o",
        created_at=1,
        changed_at=1,
        run_id="c1",
        targets=("site",),
        versions=(version,),
        status=status,
        findings=Findings(found=(LAW, PHONE), not_checked=MISSING),
    )
    shown = ReviewWhole.whole(StoredSubmission(submission, 1), {}, [], needed=1, refused=None, running=False)
    return [" ".join(checked_line.split()) for checked_line in checked_lines(shown)]


def test_findings_are_numbered_from_one_with_what_to_do_and_the_law() -> None:
    shown = lines(Status.PENDING_REVIEW)
    assert shown[:3] == ["Finding 1 note “the best”", LAW.message, "CAP Code 3.7: https://law.example/"]
    assert shown[3] == "Finding 2 blocks “07911 123456”"
    assert shown[5].startswith("To remove it: ")
    assert shown[5].endswith("review apply c1 2")


@pytest.mark.parametrize("status", [Status.PENDING_REVIEW, Status.PUBLISHED])
def test_what_was_not_checked_is_told_once_for_each_reason_with_how_to_check_it(status: Status) -> None:
    shown = lines(status)[6:]
    assert shown[0] == f"Not checked: legal, offence, tone. {MISSING[0].what} {MISSING[0].way_out}"
    assert shown[1] == "A person must look at: legal."
    assert [one.endswith("review check c1") for one in shown[2:]] == ([True] if status is Status.PENDING_REVIEW else [])
