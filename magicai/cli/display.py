"""What a person sees of a run, on standard error: on a terminal a picture that moves, elsewhere plain lines."""

import contextlib
import sys
import time
from collections.abc import Generator, Sequence
from typing import Protocol

from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from magicai.cli.command_name import as_called
from magicai.cli.progress import Picture
from magicai.cli.run_summary import Line
from magicai.cli.terminal import console, shown_streams
from magicai.cli.words import sentence
from magicai.runs.run import Run, RunEvent

_PLAIN_EVERY_S = 5.0
_PICTURES_A_SECOND = 8


class Display(Protocol):
    """Shows a run in progress, and its end."""

    def begin(self, run: Run) -> None:
        """A run is about to start."""
        ...

    def event(self, event: RunEvent) -> None:
        """Something happened."""
        ...

    def say(self, words: str) -> None:
        """Tell the person something."""
        ...

    def end(self, lines: Sequence[Line]) -> None:
        """The run has ended, which these lines say."""
        ...


@contextlib.contextmanager
def display(*, quiet: bool = False) -> Generator[Display]:
    """A display that fits where standard error goes; NO_COLOR is honoured."""
    drawn = console(sys.stderr)
    if quiet or not sys.stderr.isatty() or drawn.is_dumb_terminal:
        yield _Lines(drawn)
        return
    moving = _Moving(drawn)
    live = Live(get_renderable=moving.picture, console=drawn, refresh_per_second=_PICTURES_A_SECOND)
    with live, shown_streams():  # what is printed above the picture, too
        yield moving


def print_ending(lines: Sequence[Line]) -> None:
    """Print how a run ended on standard output, where a result belongs that somebody asked for."""
    _Lines(console(sys.stdout)).end(lines)


class _Lines:
    """A line for each thing that happens: for logs and pipes."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._shown_at: float = 0.0
        self._shown: str = ""
        self._problem: str = ""

    def begin(self, run: Run) -> None:
        self.say(f"Run {run.run_id}: {run.workflow}")
        self.say("Starting ...")

    def say(self, words: str) -> None:
        self._console.print(Text(as_called(words)), soft_wrap=True)

    def event(self, event: RunEvent) -> None:
        if event.kind == "progress" and time.monotonic() - self._shown_at < _PLAIN_EVERY_S:
            return
        words = sentence(event)
        if event.kind == "problem":
            problem = event.data["problem"]
            self._problem = f"{problem['what']} {problem['way_out']}".rstrip()
        elif self._problem:
            # A step that fails says why; who has just read it need not read it again.
            words = words.removesuffix(f": {self._problem}")
        if words and words != self._shown:
            self._shown_at, self._shown = time.monotonic(), words
            self.say(words)

    def end(self, lines: Sequence[Line]) -> None:
        for line in lines:
            self.say(line.lead + line.words)


class _Moving:
    """The plan, updated while the run is in progress; messages stay above it."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._picture = Picture()

    def picture(self) -> Picture:
        return self._picture

    def begin(self, run: Run) -> None:
        self._console.print(Text(f"Run {run.run_id}: {run.workflow}", style="dim"))

    def say(self, words: str) -> None:
        self._console.print(Text(as_called(words)), soft_wrap=True)

    def event(self, event: RunEvent) -> None:
        if not self._picture.take(event):
            words = sentence(event)
            if words:
                self.say(words)

    def end(self, lines: Sequence[Line]) -> None:
        for line in lines:
            lead, words = Text(line.lead, style="dim"), Text(as_called(line.words), style=line.style)
            if line.whole:
                self._console.print(lead + words, soft_wrap=True)
            else:
                row = Table.grid()
                row.add_row(lead, words)
                self._console.print(row)
