import io
import sys

import pytest
from rich.console import Console

from magicai.cli.display import display, print_ending
from magicai.cli.progress import Picture
from magicai.cli.run_summary import ending, has_gathered
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
        shown.end(ending(RUN, {}))
    print_ending(ending(RUN, {}))
    assert "w: failed" in out.getvalue()
    assert "\x1b" not in out.getvalue() + err.getvalue()


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


def test_what_leaves_nothing_missing_is_said_at_the_end_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = {"what": "1 page was left out.", "way_out": "To install one: magicai browser get"}
    monkeypatch.setattr(sys, "stderr", err := io.StringIO())
    with display() as shown:
        shown.event(event("problem", problem=problem, missing=False))
        shown.end(ending(RUN, {"problems": [problem]}))
    assert err.getvalue().count("1 page was left out.") == 1


def test_resuming_is_offered_where_something_was_gathered() -> None:
    def offered(*events: RunEvent) -> bool:
        lines = ending(RUN.model_copy(update={"attempts": 1}), {}, gathered=has_gathered(events))
        return any(line.words.startswith("magicai resume 01a20f6f") for line in lines)

    failed = event("step", state="failed", why="There is no host x.")
    assert not offered(event("step", state="started"), failed)
    assert offered(event("progress", done=3, total=9, unit="pages"), failed)
    assert offered(event("step", state="done", duration_s=1.0), failed)


def test_a_run_took_the_same_to_whoever_waited_and_to_whoever_looks_later() -> None:
    cost = {"amount": "0", "currency": "USD", "prompt_tokens": 0, "completion_tokens": 0}
    result = {"execution_time": 20.0, "cost": cost}
    assert "20 s, no cost" in [line.words for line in ending(RUN, result)]
    assert "20 s, no cost" in [line.words for line in ending(RUN, result, took_s=21.0)]
    assert "20 s (58 s with its start), no cost" in [line.words for line in ending(RUN, result, took_s=58.2)]


def test_why_a_step_failed_is_not_said_twice_while_it_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
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
        shown.end(ending(RUN, {}))
    assert "w: failed" in err.getvalue()
    assert not any(f"\x1b[{code}" in err.getvalue() for code in ("31", "1;31", "91"))


def test_a_text_is_seen_while_it_is_written_and_not_once_it_is_done() -> None:
    def seen(picture: Picture) -> str:
        console = Console(width=60)
        with console.capture() as captured:
            console.print(picture)
        return captured.get()

    picture = Picture()
    for told in (
        event("step", state="started"),
        event("text", item="1", begins=True, text="An earlier draft"),
        event("text", item="1", begins=True, text="It is "),
        event("text", item="1", begins=False, text="made of linen.\n" + "It is kind to the skin. " * 40 + "The end."),
    ):
        assert picture.take(told)
    assert "The end." in seen(picture)
    assert "earlier" not in seen(picture)
    assert len(seen(picture).splitlines()) < 12
    picture.take(event("step", state="done", duration_s=1.0))
    assert "The end." not in seen(picture)
