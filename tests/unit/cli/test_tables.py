import io
import os
import shutil
import sys

import pytest

from magicai.cli.tables import columns, print_table, run_rows
from magicai.runs.run import Origin, RunStatus
from magicai.shapes.runs import RunListed

RUN = RunListed(
    run_id="01a220c6-ff72-7406-b6db-184da1a067d1",
    workflow="crawl-analyze-generate",
    request={"competitor_url": ["https://shop.example/"]},
    origin=Origin.CLI,
    status=RunStatus.COMPLETED,
    created_at=1_700_000_000_000_000,
    started_at=1_700_000_001_000_000,
    finished_at=1_700_000_126_000_000,
    findings=["6 products have sold out.", "The median price is US$53.00."],
    finding_messages=[],
    problem_message=None,
    file_names={},
    name="",
    interrupted=False,
    cancel_requested=False,
    attempts=1,
    follows=None,
    waits=False,
    waiting=False,
    links={},
    progress=100.0,
    problem="",
    started_by=None,
    resumable=False,
)


def test_runs_have_headers_short_ids_durations_and_what_was_found() -> None:
    header, row = run_rows([RUN])
    assert header == ["ID", "STARTED", "TOOK", "STATUS", "WORKFLOW", "SUBJECT", "FINDING"]
    assert [row[0], *row[2:]] == [
        *("a1a067d1", "2 min 5 s", "completed", "crawl-analyze-generate", "shop.example", "6 products have sold out."),
    ]


def test_runs_of_one_minute_are_told_apart_by_seconds() -> None:
    second, later = (RUN.model_copy(update={"created_at": RUN.created_at + s * 1_000_000}) for s in (20, 80))
    started = [row[1] for row in run_rows([RUN, second, later])[1:]]
    assert [one[16:] for one in started] == [":20", ":40", ""]


def test_a_run_that_never_started_took_no_time() -> None:
    queued = RUN.model_copy(update={"status": RunStatus.QUEUED, "started_at": None})
    assert run_rows([queued])[1][2] == ""


def test_columns_line_up_whatever_the_script() -> None:
    assert columns([["ID", "SHOP", "X"], ["1", "店铺", "y"], ["22", "a", "z"]]) == [
        "ID  SHOP  X",
        "1   店铺  y",
        "22  a     z",
    ]


def test_on_a_narrow_terminal_a_line_is_cut_and_elsewhere_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    def size(**_: object) -> os.terminal_size:
        return os.terminal_size((12, 20))

    for stream, said in ((Terminal(), "ID  a long …\n"), (io.StringIO(), "ID  a long finding\n")):
        # No longer than needed: pytest itself asks how wide the terminal is.
        with monkeypatch.context() as narrow:
            narrow.setattr(shutil, "get_terminal_size", size)
            narrow.setattr(sys, "stdout", stream)
            print_table([["ID", "a long finding"]])
        assert stream.getvalue() == said
