"""A run as a picture: a line per step, which fills. It fits the terminal's width, and its lines do not jump."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, RenderResult
from rich.progress_bar import ProgressBar
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from magicai.cli.words import counted, duration, remaining, state_words, title
from magicai.runs.run import RunEvent
from magicai.values.printable import printable

_MARKS = {
    "done": ("✓", "green"),
    "kept": ("✓", "green"),
    "failed": ("✗", "red"),
    "cancelled": ("–", "yellow"),
    "left_out": ("–", "dim"),
}
_BAR = 12
# Of a text that is being written, the end: the picture has to fit the terminal.
_TEXT_LINES = 6


@dataclass(slots=True)
class _Step:
    """A line of the picture.

    Attributes:
        state: `waiting`, `started`, or how it ended.
        began: by the clock, once it has.
    """

    state: str = "waiting"
    words: str = ""
    ended: float = 0.0
    total: float | None = None
    began: float = 0.0
    seconds: float | None = None


class Picture:
    """The steps of a run, drawn anew as often as it is looked at."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._began = clock, clock()
        self._steps: dict[str, _Step] = {}
        self._spinner = Spinner("dots", style="cyan")
        self._percent, self._left = 0.0, ""
        self._ended = False
        self._text = ""

    def take(self, event: RunEvent) -> bool:
        """Take an event in; no where it has to be said in words."""
        self._percent = event.progress
        data, name = event.data, event.current_task or ""
        match event.kind:
            case "plan":
                for step in data["steps"]:
                    self._steps.setdefault(step["name"], _Step())
                return data["revision"] == 1
            case "step":
                self._change(self._steps.setdefault(name, _Step()), event)
                return True
            case "progress":
                step = self._steps.setdefault(name, _Step(began=self._clock()))
                step.state, step.words = "started", counted(data)
                failed = data.get("extra", {}).get("failed", 0)
                step.ended, step.total = float(data["done"] + failed), data.get("total")
                self._left = remaining(event)
                return True
            case "text":
                self._text = event.data["text"] if event.data["begins"] else self._text + event.data["text"]
                return True
            case "status":
                self._ended = event.status.ended
                return True
            case _:
                return False

    def _change(self, step: _Step, event: RunEvent) -> None:
        step.state = event.data["state"]
        if step.state == "started":
            step.began = self._clock()
            return
        self._left = self._text = ""
        step.seconds = event.data.get("duration_s")
        if step.state != "done":
            step.words = state_words(event.data)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        if not self._steps:
            if not self._ended:
                yield self._line("Starting. The first time, this takes up to half a minute.")
            return
        table = Table.grid(padding=(0, 1), expand=True)
        table.add_column(width=1)
        table.add_column(no_wrap=True)
        table.add_column(width=_BAR)
        table.add_column(ratio=1, no_wrap=True, overflow="ellipsis", style="dim")
        table.add_column(justify="right", no_wrap=True)
        for name, step in self._steps.items():
            mark, style = _MARKS.get(step.state, ("·", "dim"))
            running = step.state == "started"
            table.add_row(
                self._spinner if running and not self._ended else Text(mark, style=style),
                Text(title(name), style="" if step.state != "waiting" else "dim"),
                ProgressBar(total=step.total, completed=step.ended, width=_BAR) if running and step.total else "",
                Text(step.words),
                self._seconds(step),
            )
        yield table
        if not self._ended:
            written = Text(printable(self._text.strip()), style="italic").wrap(console, options.max_width)
            yield from written[-_TEXT_LINES:]
            yield self._line(f"{self._percent:.0f}%{f', {self._left}' if self._left else ''}")

    def _seconds(self, step: _Step) -> str:
        if step.state == "started":
            return duration(self._clock() - step.began)
        return duration(step.seconds) if step.seconds is not None and step.state == "done" else ""

    def _line(self, words: str) -> Table:
        line = Table.grid(padding=(0, 1), expand=True)
        line.add_column(width=1)
        line.add_column(ratio=1, no_wrap=True, overflow="ellipsis", style="dim")
        line.add_column(justify="right", no_wrap=True)
        line.add_row(self._spinner if not self._steps else "", words, duration(self._clock() - self._began))
        return line
