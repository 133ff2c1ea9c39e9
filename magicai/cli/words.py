"""Events of a run in words."""

from typing import Any

from magicai.runs.plan import CostInterval
from magicai.runs.run import JSON, RunEvent
from magicai.values.money import money_in_words
from magicai.values.units import so_many, unit_of

_MINUTE_S = 60
_STATES = {
    "done": "done",
    "kept": "reused from the earlier attempt",
    "failed": "failed",
    "cancelled": "cancelled",
    "left_out": "skipped",
}


def title(step: str) -> str:
    """A step's name as people read it."""
    return step.replace("_", " ").capitalize()


def duration(seconds: float) -> str:
    """`0.4 s`, `38 s`, `2 min 5 s`, `1 h 3 min`."""
    if 0 < seconds < 10 and seconds % 1:  # noqa: PLR2004 - one digit more where it says something
        return f"{seconds:.1f} s"
    whole = round(seconds)
    minutes, rest = divmod(whole, 60)
    if not minutes:
        return f"{whole} s"
    hours, minutes_left = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes_left} min" if minutes_left else f"{hours} h"
    return f"{minutes} min {rest} s" if rest else f"{minutes} min"


def time_range(low: float, high: float) -> str:
    """`2 to 15 s`, `40 s to 3 min 5 s`."""
    first, last = duration(low), duration(high)
    return first if first == last else f"{first.removesuffix(' s') if high < _MINUTE_S else first} to {last}"


def cost_range(cost: CostInterval) -> str:
    """`none`, `$0.02 to $0.05`, `$0.0001 to $0.0042`, `unknown, at most $1.00`."""
    if cost.basis == "unknown":
        return f"unknown, at most {money_in_words(cost.high, cost.currency)}"
    if not cost.high:
        return "none"
    return f"{money_in_words(cost.low, cost.currency)} to {money_in_words(cost.high, cost.currency)}"


def sentence(event: RunEvent) -> str:
    """An event in one line; empty where it says nothing to a person."""
    data = event.data
    name = title(event.current_task or "")
    match event.kind:
        case "plan":
            steps = ", ".join(title(step["name"]).lower() for step in data["steps"])
            return f"Plan {data['revision']}: {steps} ({data['reason']})"
        case "step" if data["state"] == "started":
            return f"{name} ..."
        case "step":
            return f"{name}: {state_words(data)}"
        case "progress":
            left = remaining(event)
            return f"{name}: {counted(data)}{f', {left}' if left else ''} ({event.progress:.0f}% of the run)"
        case "problem" if data.get("missing", True):  # else the ending says it
            problem = data["problem"]
            return f"Note: {problem['what']} {problem['way_out']}".rstrip()
        case "status":
            return _status_words(data)
        case "review":
            return f"Waiting for a person: {data['what']} {data['way_out']}"
        case "finding":
            return str(data.get("words", ""))
        case _:
            return ""


def _status_words(data: JSON) -> str:
    """Why a run changed its status by itself; empty if it did not."""
    if "restart" in data:
        return f"The run's process ended; restarting it ({so_many(data['restart'], 'restarts')} so far)"
    return "The run is queued again, and resumes by itself" if "gave_way" in data else ""


def state_words(data: JSON) -> str:
    """How a step ended: `done, 3.2 s`, `left out: no catalogue was given`."""
    words = _STATES.get(data["state"], str(data["state"]))
    if data["state"] == "done":
        return f"{words}, {duration(data['duration_s'])}"
    return f"{words}: {data['why']}" if "why" in data else words


def counted(data: JSON) -> str:
    """How far a step is: `73 of 135 pages, 83 products, 15/s`; and what it waits for."""
    done, total = data["done"], data.get("total")
    number = f"{done:,} of {total:,}" if total else f"{done:,}"
    extra: dict[str, Any] = data.get("extra", {})
    more = [so_many(value, name.replace("_", " ")) for name, value in extra.items() if isinstance(value, int)]
    rate = extra.get("rate")
    if isinstance(rate, float):
        more.append(f"{rate:.0f}/s" if rate >= 1 else f"{rate:.1f}/s")
    if extra.get("waiting"):
        more.append(str(extra["waiting"]))
    return ", ".join([f"{number} {unit_of(total or done, data['unit'])}", *more])


def remaining(event: RunEvent) -> str:
    """`about 12 s left`; empty where nobody knows."""
    if event.estimated_remaining is None:
        return ""
    whole = max(1, round(event.estimated_remaining))
    return f"about {whole} s left" if whole < _MINUTE_S else f"about {duration(whole)} left"
