"""Rewards: what is learnt about a decision, at once or days later, each a number from 0 to 1."""

from collections.abc import Iterable, Mapping
from math import isfinite
from typing import Annotated, Literal, get_args

from pydantic import Field

from magicai.errors import Invalid

# What a run measures by itself; the others come from people.
MeasuredKind = Literal["quality", "time", "cost", "failure"]
ToldKind = Literal["rating", "accepted", "edited", "rejected", "clicked", "sold"]
Kind = Literal[MeasuredKind, ToldKind]
MEASURED: tuple[Kind, ...] = get_args(MeasuredKind)
TOLD: tuple[Kind, ...] = get_args(ToldKind)
KINDS = MEASURED + TOLD
ToldValue = Annotated[
    float,
    Field(
        ge=0,
        le=1,
        allow_inf_nan=False,
        description="0 to 1. For a rating, (stars - 1) / 4; for an edit, 1 minus the share that was changed; for a "
        "rejection, 1 if the text was rejected.",
    ),
]
# What somebody thinks of a text: the one that they say last holds.
VERDICTS: tuple[Kind, ...] = ("accepted", "edited", "rejected")
WEIGHTS: Mapping[str, float] = {
    "quality": 1.0,
    "time": 0.2,
    "cost": 0.2,
    "failure": 1.0,
    "rating": 2.0,
    "accepted": 2.0,
    "edited": 2.0,
    "rejected": 2.0,
    "clicked": 0.5,
    "sold": 2.0,
}
_MOST_WEIGHT = 10.0
# What takes or costs as much as this is worth half of what takes or costs nothing.
HALF_S = 60.0
HALF_USD = 0.05


def weights_of(changed: Iterable[str]) -> Mapping[str, float]:
    """How much each kind counts.

    Args:
        changed: those that do not count as usual, like `rating=3`.

    Raises:
        ValueError: one is unknown, or no number from 0 to 10.
    """
    weights: dict[str, float] = {**WEIGHTS}
    for one in changed:
        kind, _, number = one.partition("=")
        if kind not in weights:
            raise ValueError(f"{kind!r} is not a kind of reward; one of: {', '.join(KINDS)}")
        try:
            weights[kind] = float(number)
        except ValueError:
            raise ValueError(f"{one!r} is not like {kind}=2") from None
        if not 0 <= weights[kind] <= _MOST_WEIGHT:
            raise ValueError(f"{one!r} is not from 0 to {_MOST_WEIGHT:g}")
    return weights


def time_reward(seconds: float) -> float:
    """1 for what takes no time, 1/2 at a minute, 0 for what never ends."""
    return HALF_S / (HALF_S + max(seconds, 0.0))


def cost_reward(usd: float) -> float:
    """1 for what is free, 1/2 at five cents, towards 0 as it costs more."""
    return HALF_USD / (HALF_USD + max(usd, 0.0))


def check(kind: str, value: float) -> Kind:
    """The kind, if there is such a reward.

    Raises:
        Invalid: the kind is unknown, or the value no number from 0 to 1.
    """
    if kind not in KINDS:
        raise Invalid("unknown_reward_kind", kind=kind, names=", ".join(KINDS))
    if not isfinite(value) or not 0 <= value <= 1:
        raise Invalid("reward_invalid", value=value)
    return kind


def total(rewards: Iterable[tuple[str, float, float]]) -> float | None:
    """A decision's reward: the weighted mean over kinds, of each kind the mean over its sources.

    Verdicts are one kind together, and a rejection of 1 is worth nothing.

    Args:
        rewards: kind, value, weight. However many sources tell, a kind counts as much as its largest weight.

    Returns:
        A number from 0 to 1, or None where nothing weighs.
    """
    kinds: dict[str, list[tuple[float, float]]] = {}
    for kind, value, weight in rewards:
        worth = 1 - value if kind == "rejected" else value
        kinds.setdefault("verdict" if kind in VERDICTS else kind, []).append((worth, weight))
    weights = {kind: max(weight for _, weight in given) for kind, given in kinds.items()}
    sum_of_weights = sum(weights.values())
    if sum_of_weights <= 0:
        return None
    means = {kind: sum(value for value, _ in given) / len(given) for kind, given in kinds.items()}
    return sum(weights[kind] * means[kind] for kind in kinds) / sum_of_weights
