from types import SimpleNamespace

import pytest

from magicai.runs.execution.remaining import Remaining
from magicai.runs.plan import PlannedStep

STEPS = (
    PlannedStep(name="crawl", provides="pages"),
    PlannedStep(name="count", provides="counts", needs=("pages",)),
    PlannedStep(name="draw", provides="charts", needs=("pages",)),
    PlannedStep(name="write", provides="report", needs=("counts", "charts")),
)
EXPECTED = {"crawl": 60.0, "count": 5.0, "draw": 20.0, "write": 10.0}


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [0.0]
    monkeypatch.setattr("magicai.runs.execution.remaining.time", SimpleNamespace(monotonic=lambda: now[0]))
    return now


@pytest.mark.usefixtures("clock")
def test_it_is_the_longest_way_through_what_is_left() -> None:
    assert Remaining(EXPECTED, STEPS).seconds() == 60 + 20 + 10


@pytest.mark.usefixtures("clock")
def test_the_order_in_which_steps_are_told_does_not_matter() -> None:
    assert Remaining(EXPECTED, STEPS[::-1]).seconds() == 60 + 20 + 10


@pytest.mark.usefixtures("clock")
def test_while_a_step_waits_for_somebody_else_nobody_knows() -> None:
    remaining = Remaining(EXPECTED, STEPS)
    remaining.begin("crawl")
    remaining.tell_waiting("crawl", waits=True)
    assert remaining.seconds() is None
    remaining.tell_waiting("crawl", waits=False)
    assert remaining.seconds() == 60 + 20 + 10
    remaining.tell_waiting("crawl", waits=True)
    remaining.end("crawl", 70.0)
    assert remaining.seconds() is not None


def test_it_shrinks_while_a_step_works(clock: list[float]) -> None:
    remaining = Remaining(EXPECTED, STEPS)
    remaining.begin("crawl")
    clock[0] = 25.0
    assert remaining.seconds() == 35 + 20 + 10


def test_what_a_step_says_of_itself_goes_before_what_is_usual(clock: list[float]) -> None:
    remaining = Remaining(EXPECTED, STEPS)
    remaining.begin("crawl")
    remaining.tell("crawl", 100.0)
    clock[0] = 10.0
    assert remaining.seconds() == 90 + 20 + 10


@pytest.mark.usefixtures("clock")
def test_a_run_that_goes_slowly_is_expected_to_go_on_slowly() -> None:
    remaining = Remaining(EXPECTED, STEPS)
    remaining.begin("crawl")
    remaining.end("crawl", 120.0)
    left = remaining.seconds()
    assert left is not None
    assert 45 < left < 60


@pytest.mark.usefixtures("clock")
def test_steps_that_were_left_out_or_done_before_are_over_and_say_nothing_of_the_pace() -> None:
    remaining = Remaining(EXPECTED, STEPS)
    remaining.end("crawl", None)
    remaining.end("draw", None)
    assert remaining.seconds() == 5 + 10


def test_a_step_that_takes_most_of_the_time_is_most_of_the_progress(clock: list[float]) -> None:
    remaining = Remaining({}, STEPS)
    remaining.begin("crawl")
    clock[0] = 30.0
    remaining.tell_share("crawl", 0.5)
    remaining.tell("crawl", 30.0)
    assert remaining.share() == pytest.approx(30 / (60 + 3))
    assert remaining.seconds() == 30 + 1 + 1
    clock[0] = 60.0
    remaining.end("crawl", 60.0)
    assert remaining.share() == pytest.approx(60 / (60 + 3))


@pytest.mark.usefixtures("clock")
def test_what_an_earlier_attempt_did_is_progress_by_the_time_that_it_took() -> None:
    remaining = Remaining({}, STEPS, before={"crawl": 60.0})
    remaining.end("crawl", None)
    assert remaining.share() == pytest.approx(60 / (60 + 3))


def test_a_step_that_goes_on_with_an_earlier_attempts_work_begins_with_its_share(clock: list[float]) -> None:
    remaining = Remaining({}, STEPS[:1])
    remaining.begin("crawl")
    clock[0] = 1.0
    remaining.tell_share("crawl", 0.6)
    remaining.tell("crawl", 9.0)
    assert remaining.share() == pytest.approx(0.6)


@pytest.mark.usefixtures("clock")
def test_nothing_is_told_while_nobody_knows() -> None:
    assert Remaining({}, STEPS).seconds() is None
    assert Remaining(EXPECTED, ()).seconds() is None
