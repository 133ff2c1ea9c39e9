"""What phrasing by a model takes, and that it succeeds, is rewarded; whether it was worth that, people rate."""

from collections.abc import Mapping
from typing import Any

from magicai.brain.choice_points import NO, USE, YES
from magicai.brain.situation import FEATURES
from magicai.errors import Temporary
from magicai.ports import LoggedDecision
from magicai.runs.execution.learning import Course, measured_of
from magicai.runs.plan import Choice
from magicai.shops.report.draft import Draft, PhrasedSentences
from magicai.shops.report.sentence import Sentence
from magicai.values.rewards import WEIGHTS, total
from tasks.crawl_analyze_generate.phrase_report import phrase_report

(PHRASE,) = phrase_report.choices


def sentences(*by: str) -> tuple[Sentence, ...]:
    return tuple(Sentence.model_construct(by=one) for one in by)


DRAFT = Draft(sentences=sentences("composer", "composer"))


def reward_of(option: str, have: Mapping[str, Any], seconds: float, *, failed: bool = False) -> float:
    """What using the model, or not, is worth."""
    used = option == YES
    choice = Choice(id="d", step="phrase_report", choice=USE, option=option, reason="", propensity=0.5)
    made = LoggedDecision(
        choice=choice, run_id="r", owner_id="ann", workflow="w", number=0, policy="p", at=0, features_version=FEATURES
    )
    course = Course(
        have=have,
        begun={"phrase_report"} if used else (),
        failed={"phrase_report": Temporary("no model")} if failed else {},
        seconds={"phrase_report": seconds} if used and not failed else {},
        cost={},
    )
    rewards = measured_of(made, PHRASE, course).rewards(PHRASE, WEIGHTS)
    found = total([(one.kind, one.value, one.weight) for one in rewards])
    assert found is not None
    return found


def phrased(*by: str) -> dict[str, Any]:
    return {"draft": DRAFT, "phrased": PhrasedSentences(written_by="m", sentences=sentences(*by))}


def test_a_model_says_the_same_as_the_composer_and_takes_time() -> None:
    without = reward_of(NO, {"draft": DRAFT}, 0)
    assert without > reward_of(YES, phrased("model", "model"), 20) == reward_of(YES, phrased("model", "composer"), 20)


def test_a_slower_model_and_one_that_fails_are_worth_less() -> None:
    fast = reward_of(YES, phrased("model", "composer"), 5)
    slow = reward_of(YES, phrased("model", "composer"), 500)
    assert fast > slow > reward_of(YES, {"draft": DRAFT}, 0, failed=True)


def test_what_other_steps_did_changes_nothing() -> None:
    assert reward_of(NO, {"draft": DRAFT, "crawl": {"shops": []}}, 0) == reward_of(NO, {"draft": DRAFT}, 900)
