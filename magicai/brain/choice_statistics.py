"""What is known about a choice: sums that say as much as all of its rewards, however many there were.

Rewards are regressed on features, so gram matrix, moments and squares are all that a fit needs; they can be added,
scaled and corrected. What an option did lately is kept apart, so that a change can be told and forgotten from.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from math import isfinite
from typing import Any

import numpy as np
import numpy.typing as npt

from magicai.brain.situation import FEATURES

Array = npt.NDArray[np.float64]


@dataclass(slots=True)
class Evidence:
    """Sufficient statistics of a linear regression on 1 and the features.

    Attributes:
        gram: sum of z z', shape (d + 1, d + 1); its first element is the number of rewards.
        moment: sum of z y, shape (d + 1,).
        squares: sum of y².
    """

    gram: Array
    moment: Array
    squares: float = 0.0

    @classmethod
    def none(cls, size: int) -> "Evidence":
        """Nothing known, of `size` coefficients."""
        return cls(np.zeros((size, size)), np.zeros(size))

    @property
    def n(self) -> float:
        """How many values it holds; a fraction where they were scaled."""
        return float(self.gram[0, 0])

    def add(self, z: Array, value: float, weight: float = 1.0) -> None:
        """Take in a value at `z`; with a weight of -1, take it out again."""
        self.gram += weight * np.outer(z, z)
        self.moment += weight * z * value
        self.squares += weight * value * value

    def correct(self, z: Array, former: float, value: float, weight: float = 1.0) -> None:
        """Replace a value that was taken in at `z`, and counts this much now."""
        self.moment += weight * z * (value - former)
        self.squares += weight * (value * value - former * former)

    def plus(self, other: "Evidence", scale: float = 1.0) -> "Evidence":
        """Both together, the other scaled."""
        return Evidence(
            self.gram + scale * other.gram, self.moment + scale * other.moment, self.squares + scale * other.squares
        )

    def scaled(self, scale: float) -> "Evidence":
        """The same, counting this much."""
        return Evidence(scale * self.gram, scale * self.moment, scale * self.squares)

    def to_json(self) -> dict[str, Any]:
        """JSON values."""
        return {"gram": self.gram.tolist(), "moment": self.moment.tolist(), "squares": self.squares}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "Evidence":
        """What `to_json` made."""
        return cls(np.array(value["gram"]), np.array(value["moment"]), float(value["squares"]))


@dataclass(slots=True)
class OptionStatistics:
    """What is known about an option.

    Places in time are numbers of lessons: see `Statistics.lessons`.

    Attributes:
        settled: rewards since its last change, up to the moment from which it may have changed again.
        recent: rewards since that moment.
        surprise: sum of what `recent` had beyond what `settled` led to expect.
        doubt: log likelihood ratio of a change at that moment, over none.
        since: the first lesson that counts, later than any change that was noticed.
        recent_since: the first lesson in `recent`.
        last: number of the last decision for it.
        faded: what is left of the weight of lessons before `faded_before`; of later ones, all.
        changed: the lesson at which its last change was noticed.
        measures: what else was measured since then: quality, cost, seconds.
    """

    settled: Evidence
    recent: Evidence
    surprise: float = 0.0
    doubt: float = 0.0
    since: int = 0
    recent_since: int = 0
    last: int = 0
    faded: float = 1.0
    faded_before: int = 0
    changed: int | None = None
    measures: dict[str, Evidence] = field(default_factory=dict[str, Evidence])

    @classmethod
    def none(cls, size: int) -> "OptionStatistics":
        """Nothing known, of `size` coefficients."""
        return cls(Evidence.none(size), Evidence.none(size))

    @property
    def reward(self) -> Evidence:
        """All that counts."""
        return self.settled.plus(self.recent) if self.recent.n else self.settled

    @property
    def n(self) -> float:
        """How many rewards count."""
        return self.settled.n + self.recent.n

    def plus(self, other: "OptionStatistics", scale: float) -> "OptionStatistics":
        """Both together, the other scaled."""
        measures = dict(self.measures)
        for name, evidence in other.measures.items():
            measures[name] = measures.get(name, Evidence.none(len(evidence.moment))).plus(evidence, scale)
        return replace(
            self,
            settled=self.settled.plus(other.settled, scale),
            recent=self.recent.plus(other.recent, scale) if other.recent.n else self.recent,
            measures=measures,
        )

    def to_json(self) -> dict[str, Any]:
        """JSON values."""
        return {
            **{name: getattr(self, name) for name in _NUMBERS},
            "settled": self.settled.to_json(),
            "recent": self.recent.to_json(),
            "measures": {name: evidence.to_json() for name, evidence in self.measures.items()},
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "OptionStatistics":
        """What `to_json` made."""
        return cls(
            Evidence.from_json(value["settled"]),
            Evidence.from_json(value["recent"]),
            **{name: value[name] for name in _NUMBERS if name in value},
            measures={name: Evidence.from_json(evidence) for name, evidence in value["measures"].items()},
        )


_NUMBERS = ("surprise", "doubt", "since", "recent_since", "last", "faded", "faded_before", "changed")


@dataclass(slots=True)
class Statistics:
    """What is known about a choice, of one owner or of all.

    Attributes:
        features: names of what it is regressed on, sorted; evidence of other features is not comparable.
        options: by name.
        decided: how many of its decisions have a reward.
        lessons: how often a reward was taken in: the first of a decision, or one that replaced it.
        shortfall: by how much rewards lately stayed behind what the usual option was expected to get, summed over
            decisions that fade.
        shortfall_weight: the weight of those decisions together.
        version: of the features' meaning.
    """

    features: tuple[str, ...] = ()
    options: dict[str, OptionStatistics] = field(default_factory=dict[str, OptionStatistics])
    decided: int = 0
    lessons: int = 0
    shortfall: float = 0.0
    shortfall_weight: float = 0.0
    version: str = FEATURES

    @classmethod
    def of(cls, features: Iterable[str]) -> "Statistics":
        """Nothing known yet about a choice with these features."""
        return cls(tuple(sorted(features)))

    @property
    def size(self) -> int:
        """Number of coefficients: one a feature, and the intercept."""
        return len(self.features) + 1

    def like(self, other: "Statistics") -> bool:
        """Whether both are about the same features."""
        return (self.features, self.version) == (other.features, other.version)

    def row(self, x: Mapping[str, float]) -> Array | None:
        """1 and the features' values; None where these are of other features than `x`, or of another version.

        Raises:
            ValueError: a value is not finite.
        """
        for name, value in x.items():
            if not isfinite(value):
                raise ValueError(f"feature {name!r} is {value}: a finite number is needed.")
        if not self.like(Statistics.of(x)):
            return None
        return np.array([1.0, *(x[name] for name in self.features)])

    def to_json(self) -> dict[str, Any]:
        """JSON values."""
        return {
            "features": list(self.features),
            "options": {name: option.to_json() for name, option in self.options.items()},
            "decided": self.decided,
            "lessons": self.lessons,
            "shortfall": self.shortfall,
            "shortfall_weight": self.shortfall_weight,
            "version": self.version,
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "Statistics":
        """What `to_json` made."""
        return cls(
            tuple(value["features"]),
            {name: OptionStatistics.from_json(option) for name, option in value["options"].items()},
            decided=value["decided"],
            # Once, late rewards were no lessons, and features had one meaning.
            lessons=value.get("lessons", value["decided"]),
            shortfall=value["shortfall"],
            shortfall_weight=value["shortfall_weight"],
            version=value.get("version", "1"),
        )
