"""What a decision is made in: the workflow, its owner, the parameters, the machine."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import copysign, log10
from typing import Any

from magicai.ports import Price

# Changes whenever a feature means something else: what was decided by other versions is not learnt from.
FEATURES = "1"
# A longer text is no choice from a list.
_LONGEST_WORD = 12
# What is larger, or no number at all, is no feature.
_LARGEST = 1e300


@dataclass(frozen=True, slots=True)
class Machine:
    """What is there to work with.

    Attributes:
        memory: megabytes that are free.
        kind: of machine; runs on machines of the same kind take alike.
        model: the language model that is here, or None.
        models: by role, the model that it uses, where that may be another; None where it has none.
        answer_calls: the most calls of a language model per question.
        paid: the models, of those that may be used here, whose calls may cost money.
        browser: whether a browser is here.
        notices: whether settings name somebody to tell of changes.
        prices: of the models that requests may name; None where a price is unknown.
    """

    cores: int
    memory: int
    kind: str = ""
    model: str | None = None
    models: Mapping[str, str | None] = field(default_factory=dict[str, str | None])
    answer_calls: int = 1
    paid: frozenset[str] = frozenset()
    browser: bool = False
    notices: bool = False
    prices: Mapping[str, Price | None] = field(default_factory=dict[str, Price | None])

    def model_of(self, role: str) -> str | None:
        """The language model of a role, or None."""
        return self.models.get(role, self.model)


@dataclass(frozen=True, slots=True)
class Situation:
    """What a decision is made on: the request, its owner, and the machine."""

    workflow: str
    owner_id: str
    request: Mapping[str, Any]
    machine: Machine

    def features(self) -> dict[str, float]:
        """Numbers near 0 to 1 that a linear policy can learn from, by name; version FEATURES."""
        numbers = {
            f"log_{name}": copysign(log10(1 + abs(value)), value) / 6
            for name, value in sorted(self.request.items())
            if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < _LARGEST
        }
        words = {f"{name}={value}": 1.0 for name, value in sorted(self.request.items()) if _is_choice(value)}
        machine = {
            "cores": min(self.machine.cores, 16) / 16,
            "has_model": float(self.machine.model is not None),
            "has_browser": float(self.machine.browser),
        }
        return {"bias": 1.0, **numbers, **words, **machine}


def _is_choice(value: object) -> bool:
    return isinstance(value, bool) or (isinstance(value, str) and len(value) <= _LONGEST_WORD and value.isidentifier())
