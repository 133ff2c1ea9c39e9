"""When somebody is told, and who may decide."""

from datetime import UTC, datetime

import pytest

from magicai.accounts.identity import Caller, Role, User, WorkspaceRole
from magicai.errors import Invalid, Refused
from magicai.publishing.draft import Draft
from magicai.publishing.findings import Finding, Findings, NotChecked, Place
from magicai.publishing.rules import (
    Rules,
    after_quiet,
    approved_without_people,
    may_decide,
    next_due,
)
from magicai.publishing.submission import Decision, Status, Submission, Verdict, Version
from magicai.values.quiet_hours import quiet_hours
from magicai.values.times import to_iso, to_us
from magicai.values.zones import zone_of
from tests.members import as_member

HOUR = 3_600_000_000


def submission(**more: object) -> Submission:
    version = Version(number=1, at=1, by="ann", draft=Draft(text="Aprons."), payloads=())
    made = Submission(
        content_id="c", owner_id="ann", created_at=1, changed_at=1, run_id="r", targets=(), versions=(version,)
    )
    return made.model_copy(update=more)


def caller(name: str, role: WorkspaceRole = WorkspaceRole.REVIEWER) -> Caller:
    return as_member(User(user_id=name, name=name, role=Role.USER, created_at=1), "team", role)


@pytest.mark.parametrize(
    ("now", "then"),
    [
        ("2026-06-01T19:59:00Z", "2026-06-01T19:59:00Z"),
        ("2026-06-01T20:00:00Z", "2026-06-02T05:00:00Z"),
        ("2026-06-02T04:59:59Z", "2026-06-02T05:00:00Z"),
        # The night in which clocks go forward, and back.
        ("2026-03-28T23:30:00Z", "2026-03-29T05:00:00Z"),
        ("2026-10-24T22:30:00Z", "2026-10-25T06:00:00Z"),
    ],
)
def test_nobody_is_told_in_quiet_hours(now: str, then: str) -> None:
    rules = Rules(quiet=quiet_hours("22:00-07:00"), zone="Europe/Berlin")
    assert to_iso(after_quiet(to_us(datetime.fromisoformat(now)), rules)) == then


def test_quiet_hours_and_zones_are_checked() -> None:
    assert quiet_hours("") is None
    with pytest.raises(ValueError, match="is not like"):
        quiet_hours("night")
    for name in ("Mars/Olympus", "../etc/passwd", ""):
        with pytest.raises(Invalid):
            zone_of(name)


def test_a_reminder_an_escalation_and_the_expiry_come_in_turn() -> None:
    rules = Rules(remind_hours=8, escalate_hours=24)
    asked = to_us(datetime(2026, 6, 1, tzinfo=UTC))
    waiting = submission(status=Status.PENDING_REVIEW, told=True, asked_at=asked, expires_at=asked + 100 * HOUR)
    due: list[float] = []
    for change in (
        {"reminded": 0},
        {"reminded": 3},
        {"reminded": 3, "escalated": True},
        {"reminded": 20, "escalated": True},
    ):
        moment = next_due(waiting.model_copy(update=change), rules, asked)
        assert moment is not None
        due.append((moment - asked) / HOUR)
    assert due == [8, 24, 32, 100]
    assert next_due(waiting.model_copy(update={"told": False}), rules, asked) == asked


@pytest.mark.parametrize(
    ("said", "count"),
    [
        ([("rita", "approve", "now"), ("rita", "approve", "now")], 1),
        ([("rita", "approve", "now"), ("ron", "approve", "now")], 2),
        ([("rita", "approve", "before"), ("ron", "approve", "now")], 1),
        ([("rita", "approve", "now"), ("ron", "change", "now"), ("ron", "approve", "now")], 1),
    ],
)
def test_approvals_count_people_and_only_for_what_is_there(said: list[tuple[str, Verdict, str]], count: int) -> None:
    one = submission()
    made = tuple(
        Decision(at=1, by=by, verdict=verdict, digest=one.digest if which == "now" else "0")
        for by, verdict, which in said
    )
    assert len(one.model_copy(update={"decisions": made}).approvals) == count


def test_authors_decide_unless_rules_forbid_it_and_editors_never() -> None:
    one = submission(writers=("ann",))
    may_decide(one, caller("ann"), Rules())
    may_decide(one, caller("rita"), Rules(own=False))
    for name, role, own in (("ann", WorkspaceRole.ADMIN, False), ("rita", WorkspaceRole.EDITOR, True)):
        with pytest.raises(Refused):
            may_decide(one, caller(name, role), Rules(own=own))


def test_only_what_passed_all_checks_is_approved_without_people() -> None:
    one = submission(policy="auto")
    one = one.model_copy(update={"checked": one.digest})
    rules = Rules(auto=True)
    assert approved_without_people(one, rules)
    fault = Finding(rule="secrets.key", severity="blocks", place=Place(field="text"), message="A key.")
    for change in (
        {"findings": Findings(found=(fault,))},
        {"findings": Findings(not_checked=(NotChecked(check="links", what="No answer."),))},
        {"checked": ""},
        {"policy": "review"},
    ):
        assert not approved_without_people(one.model_copy(update=change), rules), change
    assert not approved_without_people(one, Rules(auto=False))


def test_whoever_wrote_any_of_it_since_it_was_last_approved_may_not_approve_it() -> None:
    """An author who touches a reviewer's version does not make the reviewer a stranger to it."""
    rules, rita, ron = Rules(own=False), caller("rita"), caller("ron")
    waits = submission(writers=("ann", "rita", "ann"))
    with pytest.raises(Refused):
        may_decide(waits, rita, rules)
    may_decide(waits, ron, rules)
    may_decide(waits, rita, Rules(own=True))
    may_decide(submission(writers=("ann",)), rita, rules)
