"""Estimates a run's time and cost, and the priority that follows: the TaskScheduler of the specification.

It starts nothing: runs are started by runs/dispatch.py, and by Prefect's queues.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import numpy as np

from magicai.brain.situation import Situation
from magicai.ports import Outcome
from magicai.runs.plan import CostInterval, Interval, Priority
from magicai.values.units import so_many

_ENOUGH = 5
# Nine in ten: the 5th and the 95th percentile, widened a little while there are few runs to look back on.
_TAILS = (5, 95)
_SMALL_RUN_PAGES = 300
_LARGE_RUN_PAGES = 20_000


def estimate_time(situation: Situation, outcomes: Sequence[Outcome]) -> Interval:
    """Seconds from start to end, as an interval that is meant to hold nine runs in ten."""
    limit = float(situation.request.get("max_seconds", 600)) + 120
    return _interval([outcome.seconds for outcome in outcomes], Interval(low=2.0, high=limit))


def estimate_cost(outcomes: Sequence[Outcome], *, budget: float) -> CostInterval:
    """Likewise; never above the budget, in US dollars, which no run may exceed."""
    known = _interval([outcome.cost for outcome in outcomes], Interval(low=0.0, high=0.0))
    low, high = (Decimal(str(min(amount, budget))) for amount in (known.low, known.high))
    return CostInterval(low=low, high=high)


def choose_priority(request: Mapping[str, Any]) -> tuple[Priority, str]:
    """Small runs first, since somebody is looking at them; very large ones when nothing else waits."""
    pages = int(request.get("max_pages", _SMALL_RUN_PAGES + 1))
    if pages <= _SMALL_RUN_PAGES:
        return Priority.HIGH, f"at most {so_many(pages, 'pages')}, so somebody is probably waiting"
    if pages >= _LARGE_RUN_PAGES:
        return Priority.LOW, f"up to {pages} pages, so it should not hold up others"
    return Priority.NORMAL, "an ordinary amount of work"


def _interval(values: Sequence[float], prior: Interval) -> Interval:
    if len(values) < _ENOUGH:
        return prior
    low, high = np.percentile(np.asarray(values), _TAILS)
    slack = 1 + 1 / len(values)
    return Interval(low=round(float(low) / slack, 3), high=round(float(high) * slack, 3))
