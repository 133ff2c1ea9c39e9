"""What a plan without a run is made for."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # few commands plan
    from magicai.brain.recall import Knowledge
    from magicai.brain.situation import Machine


@dataclass(frozen=True, slots=True)
class PlanRequest:
    """A request to be planned, and what its plan depends on.

    Attributes:
        budget: of the installation, in US dollars a run.
    """

    workflow: str
    request: Mapping[str, Any]
    owner_id: str
    machine: "Machine"
    knowledge: "Knowledge"
    budget: float
