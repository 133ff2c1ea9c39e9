"""Estimates a run's time, cost and quality: the TaskScheduler of the specification.

It starts nothing: runs are started by runs/queue/dispatch.py, and by Prefect's queues.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import median

import numpy as np
from threadpoolctl import threadpool_limits

from magicai.brain import conformal
from magicai.brain.confidence import probability
from magicai.brain.conformal import History
from magicai.brain.gaussian_process import Kinds, Matrix
from magicai.brain.situation import Situation
from magicai.ports import Outcome
from magicai.runs.plan import Basis, CostInterval, Interval
from magicai.runs.run import RunStatus
from magicai.runs.workflow import Workflow
from magicai.values.digest import digest_of

# No run is faster, and none differs by less.
_LEAST_S, _LEAST_COST = 0.05, 0.0001
_SOONEST_S = 2.0
# Runs that each step is looked up in: what is left need not be known that well.
_FOR_STEPS = 80
# Larger numbers in a request say no more.
_LARGEST = 1e12
# On matrices of a few hundred rows, OpenBLAS's threads wait for each other longer than they calculate: seven times the
# processor time on an idle machine, and more on a busy one.
_one_thread = threadpool_limits.wrap(limits=1, user_api="blas")  # pyright: ignore[reportUnknownMemberType]


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a run will take.

    Attributes:
        time: seconds from start to end; cost: US dollars; each meant to hold eight runs in ten.
        runs: how many earlier ones the time was learnt from; 0 if it is a prior.
        middle: seconds that half of such runs take.
        confidence: the probability that its quality reaches the bar; None while too few runs tell.
    """

    time: Interval
    cost: CostInterval
    runs: int
    middle: float
    confidence: float | None = None


def kinds_of(workflow: Workflow, situation: Situation) -> dict[str, str]:
    """What this run may have in common with others, by name.

    A subject is its owner's: nobody learns from an estimate what others have had done.
    """
    subject = workflow.subject(situation.request)
    return {
        "machine": situation.machine.kind,
        "model": ",".join(workflow.models(situation.request, situation.machine)),
        "subject": digest_of([situation.owner_id, subject])[:12] if subject else "",
    }


def size_of(workflow: Workflow, situation: Situation) -> dict[str, float]:
    """What the workflow says of how large a request is, as numbers that can be learnt from."""
    return {name: min(max(0.0, float(value)), _LARGEST) for name, value in workflow.size(situation.request).items()}


@_one_thread
def estimate(workflow: Workflow, situation: Situation, outcomes: Sequence[Outcome], *, budget: float) -> Estimate:
    """Estimate what a run will take.

    Args:
        outcomes: of earlier runs of the workflow, oldest first. A failed one's time teaches nothing of others'.
        budget: most that it may cost, in US dollars.
    """
    size, kinds = size_of(workflow, situation), kinds_of(workflow, situation)
    whole = _comparable(outcomes, size)
    longest = max(workflow.longest(situation.request), _SOONEST_S)
    comparable = [outcome for outcome in outcomes if outcome.size.keys() == size.keys()]
    wanted = situation.request.get("quality_bar")
    bar = workflow.quality_bar if wanted is None else float(wanted)
    confidence = _confidence(comparable, size, kinds, bar=bar)
    cost = _cost(workflow, situation, whole, size, kinds, budget)
    if len(whole) < conformal.LEAST:
        time = Interval(low=_SOONEST_S, high=longest)
        return Estimate(time, cost, 0, math.sqrt(time.low * time.high), confidence=confidence)
    predicted = conformal.predict(_history([math.log(max(one.seconds, _LEAST_S)) for one in whole], whole, size, kinds))
    low, middle, high = (min(math.exp(at), longest) for at in (predicted.low, predicted.middle, predicted.high))
    return Estimate(
        time=Interval(low=round(low, 3), high=round(high, 3), basis="runs"),
        cost=cost,
        runs=len(whole),
        middle=middle,
        confidence=confidence,
    )


@_one_thread
def step_seconds(workflow: Workflow, situation: Situation, outcomes: Sequence[Outcome]) -> dict[str, float]:
    """What each step takes in a run like this one, by name, as far as earlier runs had it."""
    size, kinds = size_of(workflow, situation), kinds_of(workflow, situation)
    known = _comparable(outcomes, size)[-_FOR_STEPS:]
    found: dict[str, float] = {}
    for name in sorted({name for one in known for name in one.steps}):
        had = [one for one in known if name in one.steps]
        values = [math.log(max(one.steps[name], _LEAST_S)) for one in had]
        enough = len(had) >= conformal.LEAST
        middle = conformal.predict(_history(values, had, size, kinds, told=False)).middle if enough else median(values)
        found[name] = math.exp(middle)
    return found


def _comparable(outcomes: Sequence[Outcome], size: Mapping[str, float]) -> list[Outcome]:
    """Those that say how long a run takes: whole ones, of the sizes that are declared today."""
    return [
        outcome
        for outcome in outcomes
        if outcome.size.keys() == size.keys()
        and outcome.status is not RunStatus.FAILED
        and math.isfinite(outcome.seconds + outcome.cost)
    ]


def _cost(
    workflow: Workflow,
    situation: Situation,
    whole: Sequence[Outcome],
    size: Mapping[str, float],
    kinds: Mapping[str, str],
    budget: float,
) -> CostInterval:
    """What models' calls will cost, never above the budget, which no run may exceed; nothing where all are free."""
    same = [one for one in whole if one.kinds.get("model") == kinds["model"]]
    models = workflow.models(situation.request, situation.machine)
    prices = situation.machine.prices
    if prices and any(model not in prices for model in models):  # named by the request alone
        return _usd(0.0, budget, basis="unknown")
    if not any(model in situation.machine.paid for model in models):
        return _usd(0.0, 0.0, basis="runs" if same else "prior")
    if len(same) < conformal.LEAST:
        listed = [prices[name] for name in models if name in prices]
        known = [price for price in listed if price is not None]
        if len(known) < len(listed):
            return _usd(0.0, budget, basis="unknown")
        low, high = 0.0, budget
        if workflow.cost and known:
            low, high = workflow.cost(situation.request, known, situation.machine)
        return _usd(min(low, budget), min(high, budget), basis="prior")
    values = [math.log(max(one.cost, 0.0) + _LEAST_COST) for one in same]
    found = conformal.predict(_history(values, same, size, kinds, told=False))
    low, high = (min(max(0.0, math.exp(at) - _LEAST_COST), budget) for at in (found.low, found.high))
    return _usd(low, high, basis="runs")


def _usd(low: float, high: float, *, basis: Basis) -> CostInterval:
    least, most = (Decimal(str(round(amount, 6))) for amount in (low, high))
    return CostInterval(low=least, high=most, basis=basis)


def _history(
    values: Sequence[float],
    outcomes: Sequence[Outcome],
    size: Mapping[str, float],
    kinds: Mapping[str, str],
    *,
    told: bool = True,
) -> History:
    held = [one.told[0] <= one.seconds <= one.told[1] if told and one.told else None for one in outcomes]
    return History(np.array(values), _numbers(outcomes, size), _codes(outcomes, kinds), held)


def _numbers(outcomes: Sequence[Outcome], size: Mapping[str, float]) -> Matrix:
    """Logarithms of sizes by name, that of the run to come last."""
    rows = [[math.log1p(one[name]) for name in sorted(size)] for one in (*(o.size for o in outcomes), size)]
    return np.array(rows, dtype=np.float64).reshape(len(outcomes) + 1, len(size))


def _codes(outcomes: Sequence[Outcome], kinds: Mapping[str, str]) -> Kinds:
    columns: list[list[int]] = []
    for name, value in kinds.items():
        codes: dict[str, int] = {}
        values = (*(outcome.kinds.get(name, "") for outcome in outcomes), value)
        columns.append([codes.setdefault(one, len(codes)) for one in values])
    return np.array(columns, dtype=np.intp).reshape(len(kinds), len(outcomes) + 1).T


def _confidence(
    outcomes: Sequence[Outcome], size: Mapping[str, float], kinds: Mapping[str, str], *, bar: float
) -> float | None:
    """How often runs like this one reached the bar, where enough are alike; a failed run did not."""
    latest = outcomes[-conformal.HORIZON :]
    reached = [one.status is not RunStatus.FAILED and one.quality >= bar for one in latest]
    found = probability(np.array(reached, dtype=np.float64), _numbers(latest, size), _codes(latest, kinds))
    return None if found is None else round(found, 3)
