"""What is known: what came of earlier runs, and what was learnt about each choice."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from magicai.brain.sampler import Statistics
from magicai.ports import DecisionRecords, Outcome, Records

# How far back estimates look.
_HORIZON = 300
_ENOUGH = 20


@dataclass(frozen=True, slots=True)
class ChoiceStatistics:
    """What was learnt about a choice: from its owner's decisions, and from those of all owners together."""

    own: Statistics = field(default_factory=Statistics)
    pooled: Statistics = field(default_factory=Statistics)


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What decisions about a workflow's runs are made on.

    Attributes:
        outcomes: of earlier runs, oldest first.
        choices: what was learnt, by step and choice.
    """

    outcomes: tuple[Outcome, ...] = ()
    choices: Mapping[tuple[str, str], ChoiceStatistics] = field(default_factory=dict[tuple[str, str], ChoiceStatistics])

    def of(self, step: str, choice: str) -> ChoiceStatistics:
        """What was learnt about a choice."""
        return self.choices.get((step, choice)) or ChoiceStatistics()


async def recall(records: Records, workflow: str, owner_id: str) -> Knowledge:
    """What is known, with the owner's own outcomes where there are enough, else everybody's."""
    outcomes = await records.outcomes.recent(workflow, owner_id=owner_id, limit=_HORIZON)
    if len(outcomes) < _ENOUGH:
        outcomes = await records.outcomes.recent(workflow, limit=_HORIZON)
    choices = await recall_choices(records.decisions, workflow, owner_id)
    return Knowledge(tuple(outcomes), choices.choices)


async def recall_choices(records: DecisionRecords, workflow: str, owner_id: str) -> Knowledge:
    """What was learnt about choices."""
    learnt = await records.learnt(workflow, owner_id=owner_id)
    read = Statistics.from_json
    return Knowledge(choices={key: ChoiceStatistics(read(one.own), read(one.pooled)) for key, one in learnt.items()})
