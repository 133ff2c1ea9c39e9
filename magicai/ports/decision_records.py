"""Decisions that were made, and what was learnt about them, in the records."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from magicai.runs.plan import Choice
from magicai.runs.run import JSON, Attempt


@dataclass(frozen=True, slots=True, kw_only=True)
class Reward:
    """Something that was learnt about a decision.

    Attributes:
        kind: one of `magicai.values.rewards.KINDS`.
        value: 0 to 1.
        source: who or what told; a source that tells of the same kind again corrects itself.
        at: UTC microseconds; set by the records.
    """

    kind: str
    value: float
    weight: float
    source: str
    at: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedDecision:
    """A decision, with what came of it.

    Attributes:
        number: how many lessons this choice had taught its owner when it was made.
        features_version: of its features' meaning.
        reward: the weighted mean of its rewards; None until there are any.
        measures: what was measured, by name: quality, cost in US dollars, seconds.
    """

    choice: Choice
    run_id: str
    owner_id: str
    workflow: str
    number: int
    policy: str
    features_version: str
    at: int
    reward: float | None = None
    measures: Mapping[str, float] = field(default_factory=dict[str, float])
    rewards: tuple[Reward, ...] = ()

    @property
    def decision_id(self) -> str:
        """Its id."""
        assert self.choice.id is not None  # what has none was not decided
        return self.choice.id


@dataclass(frozen=True, slots=True)
class StoredStatistics:
    """What is known about a choice, as the sampler keeps it: from this owner, and from all of them together."""

    own: JSON
    pooled: JSON


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredChoice:
    """What an owner's decisions about one choice have taught, as the sampler keeps it."""

    workflow: str
    step: str
    choice: str
    learnt: JSON


@dataclass(frozen=True, slots=True, kw_only=True)
class LearntSnapshot:
    """What an owner's decisions had taught when it was taken.

    Attributes:
        at: UTC microseconds.
    """

    name: str
    at: int
    choices: tuple[StoredChoice, ...]


class DecisionRecords(Protocol):
    """Decisions, their rewards, and what is known about each choice."""

    async def learnt(self, workflow: str, *, owner_id: str) -> Mapping[tuple[str, str], StoredStatistics]:
        """What is known about each choice of a workflow, by step and choice."""
        ...

    async def add(
        self, attempt: Attempt, policy: str, choices: Sequence[Choice], *, instead_of: str | None = None
    ) -> None:
        """Keep decisions of an attempt's run; one that is there already stays as it was.

        Args:
            attempt: whose.
            policy: what decided.
            choices: what was decided; forced ones are no decisions.
            instead_of: a decision that can't be kept to any more, and goes with its rewards.

        Raises:
            Conflict: a later attempt has taken over.
        """
        ...

    async def of_run(self, run_id: str) -> list[LoggedDecision]:
        """A run's decisions, oldest first."""
        ...

    async def made(self, run_id: str, step: str, choice: str, item: str | None = None) -> LoggedDecision | None:
        """What a run has decided about a step, or about one of its items; None while it has not."""
        ...

    async def counted(self, run_id: str) -> Mapping[tuple[str, str], Mapping[str, int]]:
        """How often a run has chosen each option, by step and choice."""
        ...

    async def get(self, decision_id: str, *, owner_id: str | None = None) -> LoggedDecision:
        """A decision with its rewards.

        Raises:
            NotFound: there is none, or it is somebody else's.
        """
        ...

    async def listed(
        self,
        *,
        owner_id: str | None = None,
        workflow: str | None = None,
        run_id: str | None = None,
        step: str | None = None,
        choice: str | None = None,
        before: tuple[int, str] | None = None,
        limit: int = 50,
    ) -> list[LoggedDecision]:
        """Decisions, newest first.

        Args:
            before: only those that are older than this one, by its `at` and id.
        """
        ...

    async def reward(
        self, decision_id: str, rewards: Sequence[Reward], *, owner_id: str, measures: Mapping[str, float] | None = None
    ) -> LoggedDecision:
        """Keep what was learnt about a decision, and learn from it.

        A measure replaces the one of the same name. Where no reward weighs anything, the last one that did holds.

        Raises:
            NotFound: there is no such decision of this owner's.
        """
        ...

    async def forget(self, owner_id: str) -> int:
        """Remove an owner's decisions, snapshots, and what was learnt; answers how many decisions there were."""
        ...

    async def taught(self, owner_id: str) -> list[StoredChoice]:
        """What an owner's decisions have taught, by workflow, step and choice."""
        ...

    async def teach(self, owner_id: str, choices: Sequence[StoredChoice]) -> None:
        """Replace all that an owner's decisions have taught; other owners share what it becomes.

        Decisions made before stay, and teach nothing any more: nobody could say what of them is in there already.
        """
        ...

    async def take_snapshot(self, owner_id: str, name: str) -> LearntSnapshot:
        """Keep what an owner's decisions have taught until now.

        Raises:
            Conflict: there is one of this name.
        """
        ...

    async def snapshots(self, owner_id: str) -> list[LearntSnapshot]:
        """An owner's snapshots, oldest first."""
        ...
