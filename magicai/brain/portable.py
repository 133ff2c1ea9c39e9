"""What was learnt, as a file: written, and read back only if it fits the choices of this installation."""

import json
from collections.abc import Mapping, Sequence
from math import isfinite

import numpy as np

from magicai.brain.choice_points import ChoicePoint
from magicai.brain.choice_statistics import Evidence, Statistics
from magicai.errors import Invalid
from magicai.ports import LearntChoice

VERSION = 1
_HEAD = "magicai_brain"
_SLACK = 1e-6
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
        raise Invalid(
            f"This is not an export of what was learned: {exc}", way_out="To write one: magicai brain export FILE"
        ) from exc
    if version != VERSION:
        raise Invalid(f"The export has version {version!r}; this MagicAI reads {VERSION}.", way_out="Update MagicAI.")
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
            raise Invalid(
                f"There is no choice {name[:200]!r} here.", way_out="Remove it from the export, or update MagicAI."
            )
        if key in seen:
            raise Invalid(f"{name} is there twice.")
        seen.add(key)
        if fault := _fault(one, points[key]):
            raise Invalid(f"What was learned about {name} does not fit: {fault}.")


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
        numbers: list[object] = [statistics.decided, statistics.shortfall, statistics.shortfall_weight]
        for option in statistics.options.values():
            numbers += [option.surprise, option.doubt, option.since, option.recent_since, option.last]
            numbers += [option.changed or 0]
    except (ValueError, TypeError, KeyError, AttributeError, IndexError) as exc:
        return f"its shape is wrong ({exc})"
    if not all(isinstance(one, int | float) and isfinite(one) for one in numbers) or statistics.decided < 0:
        return "it contains a value that is not a number"
    # What nothing was learnt about yet has no features.
    if statistics.options and statistics.features != tuple(sorted(point.features)):
        return f"it was learned with {', '.join(statistics.features) or 'no features'}"
    if not callable(point.options) and (unknown := sorted(set(statistics.options) - set(point.options))):
        return f"{unknown[0]!r} is not one of its options"
    for name, each, of_rewards in evidence:
        if not _sound(each, statistics.size, of_rewards=of_rewards):
            return f"no decisions for {name!r} could have produced it"
    return ""


def _sound(evidence: Evidence, size: int, *, of_rewards: bool) -> bool:
    """Whether it may be a sum over decisions; what fades, and is corrected later, is not exactly one any more."""
    gram, moment = (np.asarray(each, dtype=np.float64) for each in (evidence.gram, evidence.moment))
    if gram.shape != (size, size) or moment.shape != (size,):
        return False
    if not (np.isfinite(gram).all() and np.isfinite(moment).all() and np.isfinite(evidence.squares)):
        return False
    if not np.allclose(gram, gram.T) or float(np.linalg.eigvalsh(gram).min()) < -_SLACK * (1 + float(np.trace(gram))):
        return False
    return not of_rewards or (-1 <= moment[0] <= evidence.n + 1 and evidence.squares <= evidence.n + 1)
