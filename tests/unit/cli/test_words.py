from magicai.cli.words import sentence
from magicai.domain.run import RunEvent, RunStatus


def test_a_run_whose_process_ended_says_that_it_is_started_again() -> None:
    data = {"restart": 2, "died": 2}
    event = RunEvent(run_id="r", sequence=9, at=0, kind="status", status=RunStatus.QUEUED, progress=30, data=data)
    assert sentence(event) == "The run's process ended; it is started again (2 times so far)"
