"""What was learnt, as a file: written, and read back only if it fits the choices of this installation."""

import json
from collections.abc import Mapping, Sequence

import numpy as np

from magicai.brain.changepoints import NOTICED
from magicai.brain.choice_points import ChoicePoint
from magicai.brain.choice_statistics import Evidence, Statistics
from magicai.brain.sampler import MOST_WEIGHT
from magicai.errors import Invalid
from magicai.ports import LearntChoice

VERSION = 1
_HEAD = "magicai_brain"
_SLACK = 1e-6
_MOST_LESSONS = 10**9
# By how much a reward can be other than what was expected of it.
_FARTHEST = 10.0
# By workflow, step and choice.
Points = Mapping[tuple[str, str, str], ChoicePoint]


def written(choices: Sequence[LearntChoice]) -> str:
    """What was learnt, as JSON."""
    rows = [{"workflow": one.workflow, "step": one.step, "choice": one.choice, "learnt": one.learnt} for one in choices]
    return json.dumps({_HEAD: VERSION, "choices": rows}, indent=1)


def read(text: str, points: Points) -> list[LearntChoice]:
    """What `written` made, if all of it fits.

    Args:
        text: JSON.
        points: the choices that there are.

    Raises:
        Invalid: it is no such file, of another version, or one of its choices does not fit.
    """
    try:
        document = json.loads(text)
        version, rows = document[_HEAD], document["choices"]
        choices = [LearntChoice(**row) for row in rows]
    except (ValueError, TypeError, KeyError) as exc:
        raise Invalid("brain_export_invalid", reason=exc) from exc
    if version != VERSION:
        raise Invalid("brain_export_version_unsupported", version=version, supported=VERSION)
    check(choices, points)
    return choices


def check(choices: Sequence[LearntChoice], points: Points) -> None:
    """Let what was learnt pass if it fits the choices that there are.

    Raises:
        Invalid: a choice is unknown, comes twice, or what was learnt about it can't have been learnt by its features.
    """
    seen: set[tuple[str, str, str]] = set()
    for one in choices:
        key = (one.workflow, one.step, one.choice)
        name = f"{one.workflow}: {one.step}.{one.choice}"
        if key not in points:
            raise Invalid("choice_not_found", name=name[:200])
        if key in seen:
            raise Invalid("duplicate_choice", name=name)
        seen.add(key)
        if fault := _fault(one, points[key]):
            raise Invalid("learned_choice_incompatible", name=name, reason=fault)


def _fault(one: LearntChoice, point: ChoicePoint) -> str:
    try:
        statistics = Statistics.from_json(one.learnt)
        evidence = [
            (name, each, of_rewards)
            for name, option in statistics.options.items()
            for each, of_rewards in (
                (option.settled, True),
                (option.recent, True),
                *((measure, False) for measure in option.measures.values()),
            )
        ]
        if wrong := _wrong_number(statistics):
            return wrong
    except (ValueError, TypeError, KeyError, AttributeError, IndexError) as exc:
        return f"its shape is wrong ({exc})"
    # What nothing was learnt about yet has no features.
    if statistics.options and not statistics.like(Statistics.of(point.features)):
        features = ", ".join(statistics.features) or "no features"
        return f"it was learned with {features} of version {statistics.version}"
    if not callable(point.options) and (unknown := sorted(set(statistics.options) - set(point.options))):
        return f"{unknown[0]!r} is not one of its options"
    for name, each, of_rewards in evidence:
        if not _sound(each, statistics.size, statistics.decided, of_rewards=of_rewards):
            return f"no decisions for {name!r} could have produced it"
    return ""


def _wrong_number(statistics: Statistics) -> str:
    """Which number nothing that was learnt could have led to; empty where all are sound."""
    decided, lessons = statistics.decided, statistics.lessons
    whole = {"decided": (decided, _MOST_LESSONS), "lessons": (lessons, _MOST_LESSONS)}
    real = {
        "shortfall_weight": (statistics.shortfall_weight, 0.0, MOST_WEIGHT),
        "shortfall": (statistics.shortfall, -statistics.shortfall_weight, statistics.shortfall_weight),
    }
    for name, option in statistics.options.items():
        whole |= {
            f"{name}: last": (option.last, decided),
            f"{name}: since": (option.since, lessons),
            f"{name}: recent_since": (option.recent_since, lessons),
            f"{name}: faded_before": (option.faded_before, lessons),
            f"{name}: changed": (0 if option.changed is None else option.changed, lessons),
        }
        most = _FARTHEST * (option.recent.n + 1)
        real |= {
            f"{name}: doubt": (option.doubt, 0.0, NOTICED),
            f"{name}: surprise": (option.surprise, -most, most),
            f"{name}: faded": (option.faded, 0.0, 1.0),
        }
    for name, (value, most) in whole.items():
        if type(value) is not int or not 0 <= value <= most:
            return f"its {name} of {value} is not a whole number from 0 to {most}"
    for name, (value, low, high) in real.items():
        if not low - _SLACK <= value <= high + _SLACK:  # NaN is neither
            return f"its {name} of {value} is not a number from {low:g} to {high:g}"
    return ""


def _sound(evidence: Evidence, size: int, decided: int, *, of_rewards: bool) -> bool:
    """Whether it may be a sum over decisions; what fades, and is corrected later, is not exactly one any more."""
    gram, moment = (np.asarray(each, dtype=np.float64) for each in (evidence.gram, evidence.moment))
    if gram.shape != (size, size) or moment.shape != (size,):
        return False
    if not (np.isfinite(gram).all() and np.isfinite(moment).all() and np.isfinite(evidence.squares)):
        return False
    if not 0 <= evidence.n + _SLACK <= decided + 2 * _SLACK:
        return False
    if not np.allclose(gram, gram.T) or float(np.linalg.eigvalsh(gram).min()) < -_SLACK * (1 + float(np.trace(gram))):
        return False
    return not of_rewards or (-1 <= moment[0] <= evidence.n + 1 and evidence.squares <= evidence.n + 1)
