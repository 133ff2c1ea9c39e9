from collections.abc import Mapping
from dataclasses import dataclass, field
from math import log10
from typing import Any

# Changes whenever a feature means something else: what was decided by other versions is not learnt from.
FEATURES = "1"
# A longer text is no choice from a list.
_LONGEST_WORD = 12


@dataclass(frozen=True, slots=True)
class Machine:
    """What is there to work with.

    Attributes:
        memory: megabytes that are free.
        kind: of machine; runs on machines of the same kind take alike.
        model: the language model that is here, or None.
        paid: whether the model's calls cost money.
        browser: whether a browser is here.
        notices: whether settings name somebody to tell of changes.
    """

    cores: int
    memory: int
    kind: str = ""
    model: str | None = None
    paid: bool = False
    browser: bool = False
    notices: bool = False


@dataclass(frozen=True, slots=True)
class Situation:
    """What a decision is made on: the request, its owner, and the machine."""

    workflow: str
    owner_id: str
    request: Mapping[str, Any]
    machine: Machine
    extra: Mapping[str, float] = field(default_factory=dict[str, float])

    def features(self) -> dict[str, float]:
        """Numbers near 0 to 1 that a linear policy can learn from, by name; version FEATURES."""
        numbers = {
            f"log_{name}": log10(1 + value) / 6
            for name, value in sorted(self.request.items())
            if isinstance(value, int | float) and not isinstance(value, bool)
        }
        words = {f"{name}={value}": 1.0 for name, value in sorted(self.request.items()) if _is_choice(value)}
        machine = {
            "cores": min(self.machine.cores, 16) / 16,
            "has_model": float(self.machine.model is not None),
            "has_browser": float(self.machine.browser),
        }
        return {"bias": 1.0, **numbers, **words, **machine, **self.extra}


def _is_choice(value: object) -> bool:
    return isinstance(value, bool) or (isinstance(value, str) and len(value) <= _LONGEST_WORD and value.isidentifier())
