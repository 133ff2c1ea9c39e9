import io
import sys

import pytest

from magicai.cli.display import display, print_ending
from magicai.runs.run import Origin, Run, RunEvent, RunStatus

RUN = Run(
    run_id="01a20f6f",
    owner_id="local",
    workflow="w",
    request={},
    origin=Origin.CLI,
    status=RunStatus.FAILED,
    created_at=0,
)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("stream", [io.StringIO, Terminal])
def test_no_colour_and_nothing_that_moves_where_nothing_can_show_it(
    stream: type[io.StringIO], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR" if stream is io.StringIO else "TERM", "1" if stream is io.StringIO else "dumb")
    out, err = stream(), stream()
    monkeypatch.setattr(sys, "stdout", out)
    monkeypatch.setattr(sys, "stderr", err)
    with display() as shown:
        shown.begin(RUN)
        shown.end(RUN, {})
    print_ending(RUN, {})
    assert "w: failed" in out.getvalue()
    assert "\x1b" not in out.getvalue() + err.getvalue()


def test_why_a_step_failed_is_not_said_twice_while_it_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def event(kind: str, **data: object) -> RunEvent:
        return RunEvent(
            run_id=RUN.run_id,
            sequence=0,
            at=0,
            kind=kind,
            status=RunStatus.PROCESSING,
            progress=0.0,
            current_task="crawl_shops",
            estimated_remaining=None,
            data=data,
        )

    monkeypatch.setattr(sys, "stderr", err := io.StringIO())
    with display() as shown:
        shown.event(event("problem", problem={"what": "There is no host x.", "way_out": "Check it."}, missing=True))
        shown.event(event("step", state="failed", why="There is no host x. Check it."))
        shown.event(event("step", state="failed", why="The disk is full."))
    assert err.getvalue().splitlines() == [
        "Note: There is no host x. Check it.",
        "Crawl shops: failed",
        "Crawl shops: failed: The disk is full.",
    ]


def test_no_color_is_honoured_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setattr(sys, "stderr", err := Terminal())
    with display() as shown:
        shown.end(RUN, {})
    assert "w: failed" in err.getvalue()
    assert not any(f"\x1b[{code}" in err.getvalue() for code in ("31", "1;31", "91"))
