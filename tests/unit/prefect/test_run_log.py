from typing import Any

import pytest

from integrations.prefect.run_log import sentence_of
from integrations.prefect.work_pool import tags_of
from magicai.runs.run import Origin, Run, RunEvent, RunStatus


def event(kind: str, task: str | None = None, status: RunStatus = RunStatus.PROCESSING, **data: Any) -> RunEvent:
    return RunEvent(run_id="r", sequence=1, at=1, kind=kind, status=status, current_task=task, data=data)


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (
            event("plan", revision=1, reason="the cheapest", steps=[{"name": "crawl_shops"}, {"name": "save"}]),
            "Plan 1: crawl shops, save. Why: the cheapest.",
        ),
        (event("step", "crawl_shops", state="started"), "Started: crawl shops."),
        (event("step", "crawl_shops", state="done", duration_s=3.21), "Finished: crawl shops, in 3.2 s."),
        (event("step", "crawl_shops", state="kept"), "Kept: crawl shops, which an earlier attempt has done."),
        (event("step", "phrase_report", state="left_out", why="no model"), "Left out: phrase report. no model"),
        (event("step", "crawl_shops", state="cancelled"), "Cancelled: crawl shops."),
        (event("problem", problem={"what": "No price.", "way_out": "Look."}), "Problem: No price. Look."),
        (event("status", status=RunStatus.FAILED), "The run has failed."),
        (event("status"), None),
        (event("progress", "crawl_shops", done=1, total=2), None),
    ],
)
def test_prefects_log_says_what_happens(told: RunEvent, words: str | None) -> None:
    assert sentence_of(told) == words


def test_a_flow_run_is_found_by_its_workflow_owner_and_run_and_not_by_what_was_typed() -> None:
    run = Run(
        run_id="r1", owner_id="ann", workflow="count-words", request={"texts": ["https://shop.example/a"]},
        origin=Origin.API, status=RunStatus.QUEUED, created_at=1,
    )  # fmt: skip
    assert tags_of(run) == ["count-words", "owner: ann", "run: r1"]
