from magicai.cli.words import sentence
from magicai.runs.run import RunEvent, RunStatus


def test_a_run_whose_process_ended_says_that_it_is_started_again() -> None:
    data = {"restart": 2, "died": 2}
    event = RunEvent(run_id="r", sequence=9, at=0, kind="status", status=RunStatus.QUEUED, progress=30, data=data)
    assert sentence(event) == "The run's process ended; restarting it (2 restarts so far)"


def test_what_a_step_waits_for_is_said_beside_how_far_it_is() -> None:
    waiting = "waiting for http://s.test/robots.txt, attempt 2 of 3"
    data = {"done": 0, "total": 0, "unit": "pages", "extra": {"products": 0, "rate": 0.0, "waiting": waiting}}
    event = RunEvent(
        run_id="r", sequence=9, at=0, kind="progress", status=RunStatus.PROCESSING, progress=0,
        current_task="crawl_shops", data=data,
    )  # fmt: skip
    assert sentence(event) == f"Crawl shops: 0 pages, 0 products, 0.0/s, {waiting} (0% of the run)"
