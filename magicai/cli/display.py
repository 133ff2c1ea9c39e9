"""What a person sees of a run, on standard error: on a terminal a line per step that moves, elsewhere plain lines."""

import contextlib
import time
from collections.abc import Generator
from typing import Any, Protocol

from rich.console import Console, Group
from rich.live import Live
from rich.markup import escape
from rich.panel import Panel
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn
from rich.text import Text

from magicai.domain.run import JSON, Run, RunEvent, RunStatus

_MARKS = {"done": "[green]✓[/]", "kept": "[green]✓[/]", "failed": "[red]✗[/]", "left_out": "[dim]–[/]"}
_COLOURS = {
    RunStatus.COMPLETED: "green",
    RunStatus.PARTIAL: "yellow",
    RunStatus.FAILED: "red",
    RunStatus.CANCELLED: "yellow",
}
_PLAIN_EVERY_S = 5.0


class Display(Protocol):
    """Shows a run while it goes on, and its end."""

    def begin(self, run: Run) -> None:
        """A run is about to start."""
        ...

    def event(self, event: RunEvent) -> None:
        """Something happened."""
        ...

    def say(self, words: str) -> None:
        """Tell the person something."""
        ...

    def end(self, run: Run, result: JSON) -> None:
        """The run has ended."""
        ...


@contextlib.contextmanager
def display(*, quiet: bool = False) -> Generator[Display]:
    """A display that fits where standard error goes."""
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    if quiet or not console.is_terminal:
        yield _Lines(console)
        return
    moving = _Moving(console)
    with Live(get_renderable=moving.picture, console=console, refresh_per_second=8, transient=True) as live:
        yield moving
        live.update(moving.picture())


class _Lines:
    """A line for each thing that happens: for logs and pipes."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._told = 0.0

    def begin(self, run: Run) -> None:
        self.say(f"Run {run.run_id}: {run.workflow}")

    def say(self, words: str) -> None:
        self._console.print(Text(words))

    def event(self, event: RunEvent) -> None:
        if event.kind == "progress" and time.monotonic() - self._told < _PLAIN_EVERY_S:
            return
        words = _words(event)
        if words:
            self._told = time.monotonic()
            self.say(words)

    def end(self, run: Run, result: JSON) -> None:
        _print_end(self._console, run, result)


class _Moving:
    """A picture of the plan that fills while the run goes on."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._progress = Progress(
            TextColumn("{task.fields[mark]}"),
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            TextColumn("{task.fields[words]}", style="dim"),
            console=console,
        )
        self._waiting = Progress(SpinnerColumn(), TextColumn("{task.description}"), console=console)
        self._bars: dict[str, Any] = {}
        self._starting: Any = None

    def picture(self) -> Group:
        return Group(self._waiting, self._progress) if self._starting is not None else Group(self._progress)

    def begin(self, run: Run) -> None:
        self._console.print(f"[dim]Run {run.run_id}: {run.workflow}[/]")
        self._starting = self._waiting.add_task("Starting Prefect; the first time takes up to half a minute.")

    def say(self, words: str) -> None:
        self._console.print(Text(words))

    def event(self, event: RunEvent) -> None:
        self._starting = None
        data = event.data
        match event.kind:
            case "plan":
                for step in data["steps"]:
                    self._bar(step["name"])
                if data["revision"] > 1:
                    self.say(f"The plan was changed: {data['reason']}")
            case "step":
                bar = self._bar(event.current_task or "")
                mark = _MARKS.get(data["state"], "[cyan]•[/]")
                finished = data["state"] in _MARKS
                words = _step_words(data)
                full: dict[str, Any] = {"completed": 1.0, "total": 1.0} if finished else {}
                self._progress.update(bar, mark=mark, words=words, **full)
            case "progress":
                bar = self._bar(event.current_task or "")
                total = data.get("total")
                self._progress.update(
                    bar, completed=data["done"], total=total, mark="[cyan]•[/]", words=_progress_words(event)
                )
            case _:
                words = _words(event)
                if words:
                    self.say(words)

    def end(self, run: Run, result: JSON) -> None:
        _print_end(self._console, run, result)

    def _bar(self, name: str) -> Any:
        if name not in self._bars:
            self._bars[name] = self._progress.add_task(_title(name), total=1.0, mark="[dim]·[/]", words="")
        return self._bars[name]


def _title(step: str) -> str:
    return step.replace("_", " ").capitalize()


def _step_words(data: JSON) -> str:
    match data["state"]:
        case "done":
            return f"{data['seconds']:.1f} s"
        case "kept":
            return "kept from the earlier attempt"
        case "failed" | "left_out":
            return escape(data["why"])
        case _:
            return ""


def _progress_words(event: RunEvent) -> str:
    data = event.data
    total = f" of {data['total']}" if data.get("total") else ""
    more = [
        f"{value} {name.replace('_', ' ')}" for name, value in data.get("extra", {}).items() if isinstance(value, int)
    ]
    rate = data.get("extra", {}).get("rate")
    if isinstance(rate, float):
        more.append(f"{rate:.0f}/s")
    if event.estimated_remaining is not None:
        more.append(f"about {event.estimated_remaining:.0f} s left")
    return escape(", ".join([f"{data['done']}{total} {data['unit']}", *more]))


def _words(event: RunEvent) -> str:
    data = event.data
    match event.kind:
        case "plan":
            return (
                f"Plan {data['revision']}: "
                + ", ".join(_title(step["name"]).lower() for step in data["steps"])
                + f" ({data['reason']})"
            )
        case "step":
            return f"{_title(event.current_task or '')}: {data['state'].replace('_', ' ')} {_step_words(data)}".rstrip()
        case "progress":
            return f"{_title(event.current_task or '')}: {_progress_words(event)} ({event.progress:.0f} %)"
        case "problem":
            problem = data["problem"]
            return f"Note: {problem['what']} {problem['way_out']}".rstrip()
        case "finding":
            return str(data.get("words", ""))
        case _:
            return ""


def _print_end(console: Console, run: Run, result: JSON) -> None:
    lines: list[str] = []
    report = result.get("report")
    if report:
        lines += [f"• {escape(finding)}" for finding in report.get("findings", [])[:3]]
        lines += ["", f"Report   {escape(report['html'])}"]
    cost = result.get("cost", {"amount": "0", "currency": "USD"})
    lines.append(f"Took     {result.get('execution_time', 0):.1f} s, cost {cost['amount']} {cost['currency']}")
    lines.append(f"Prefect  magicai ui {run.run_id}")
    for problem in result.get("problems", []):
        lines.append(f"[yellow]![/] {escape(problem['what'])} {escape(problem['way_out'])}".rstrip())
    if run.status in (RunStatus.FAILED, RunStatus.CANCELLED):
        lines.append(f"What was gathered is kept; go on: magicai resume {run.run_id}")
    title = f"{run.workflow}: {run.status}"
    colour = _COLOURS.get(run.status, "white")
    if console.is_terminal:
        console.print(Panel("\n".join(lines), title=title, border_style=colour, title_align="left"))
    else:
        console.print("\n".join([title, *lines]))
