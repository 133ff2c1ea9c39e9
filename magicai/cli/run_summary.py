"""How a run ended, in a few lines."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from magicai.cli.command_name import called_as, command
from magicai.cli.words import duration
from magicai.runs import registry
from magicai.runs.results import findings, summary, value_at
from magicai.runs.run import JSON, Run, RunEvent, RunStatus
from magicai.runs.views.names import short_id
from magicai.runs.workflow import Workflow
from magicai.values.money import money_in_words
from magicai.values.units import so_many

_STYLES = {
    RunStatus.COMPLETED: "bold green",
    RunStatus.PARTIAL: "bold yellow",
    RunStatus.FAILED: "bold red",
    RunStatus.CANCELLED: "bold yellow",
}
_MOST_FINDINGS, _MOST_PROBLEMS = 5, 5
_NOTICED_S = 2.0


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the ending.

    Attributes:
        lead: what stands before the words.
        whole: whether it is not to be broken, since somebody may copy it: a path, a command.
    """

    lead: str
    words: str
    style: str = ""
    whole: bool = False


def ending(run: Run, result: JSON, *, took_s: float | None = None, gathered: bool = True) -> list[Line]:
    """What matters of a result: its status, findings, problems, where its document is, what it took, how to resume it.

    Args:
        run: as it ended.
        result: of it.
        took_s: seconds that whoever waited for it has waited: more than it took, where it had to be started first.
        gathered: whether there is something that another attempt would begin with.
    """
    lines = [Line("", f"{run.workflow}: {run.shown_status}", _STYLES.get(run.status, "bold"))]
    if run.follows:
        lead = "Waits for" if run.waits and run.status is RunStatus.QUEUED else "Follows  "
        lines.append(Line(f"{lead}", command("show", run.follows), whole=True))
    declared = registry.declared_of(run)
    lines += [*_in_short(declared, result)]
    problems = result.get("problems", [])
    for problem in problems[:_MOST_PROBLEMS]:
        lines.append(Line("  ! ", f"{problem['what']} {problem['way_out']}".rstrip(), "yellow"))
    if len(problems) > _MOST_PROBLEMS:
        lines.append(
            Line("  ! ", f"and {len(problems) - _MOST_PROBLEMS} more: {command('show', run.run_id, '--json')}")
        )
    if declared is not None and declared.document is not None:
        for place in list(declared.document.formats.values())[:1]:
            if where := value_at(result, place):
                lines.append(Line(f"{declared.document.title:<8} ", str(where), whole=True))
    if "execution_time" in result:
        lines.append(Line("Took     ", f"{_took(result['execution_time'], took_s)}, {_cost(result['cost'])}"))
    run_id = short_id(run.run_id)
    if run.flow_run_id:
        lines.append(Line("Prefect  ", f"{called_as()} ui {run_id} --prefect", whole=True))
    if run.status in (RunStatus.FAILED, RunStatus.CANCELLED) and run.attempts and gathered:
        lines.append(Line("Resume   ", f"{command('resume', run_id)}  (what was gathered is kept)", whole=True))
    return lines


def has_gathered(events: Iterable[RunEvent]) -> bool:
    """Whether a run got anything done, which another attempt would begin with."""
    return any(
        (event.kind == "step" and event.data["state"] == "done") or (event.kind == "progress" and event.data["done"])
        for event in events
    )


def _in_short(declared: Workflow | None, result: JSON) -> Iterator[Line]:
    if short := summary(declared, result):
        yield Line("  ", short.text)
        yield Line("  ", " ".join((f"(Summary by {short.written_by}.", *short.notes)) + ")", "dim")
    yield from (Line("  • ", finding) for finding in findings(declared, result)[:_MOST_FINDINGS])


def _took(seconds: float, waited_s: float | None) -> str:
    """`19 s (1 min 34 s with its start)`: the same as whoever looks later sees, and why it seemed longer."""
    waited = waited_s is not None and waited_s >= seconds + _NOTICED_S
    return f"{duration(seconds)} ({duration(waited_s or 0.0)} with its start)" if waited else duration(seconds)


def _cost(cost: JSON) -> str:
    tokens = cost["prompt_tokens"] + cost["completion_tokens"]
    amount = Decimal(cost["amount"])
    spent = f"cost {money_in_words(amount, cost['currency'])}" if amount else "no cost"
    return f"{spent}, {so_many(tokens, 'tokens')}" if tokens else spent
