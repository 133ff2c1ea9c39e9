"""Decisions of the brain, what people say about them, and what they have taught."""

from typing import Annotated

from pydantic import Field

from magicai.paging import Page
from magicai.runs.run import JSON
from magicai.runs.views.decisions import DecisionShown
from magicai.shapes.base import Body, Shown
from magicai.values.rewards import ToldKind, ToldValue
from magicai.values.times import Moment


class DecisionList(Page[DecisionShown]):
    """Your decisions, newest first."""


class NewReward(Body):
    """A reward of a decision. Sending the same kind again replaces the value.

    `accepted`, `edited` and `rejected` replace each other.
    """

    kind: ToldKind
    value: ToldValue


class Rewarded(Shown):
    """The number of decisions that were rewarded."""

    decisions: int


class Forgotten(Shown):
    """The number of decisions that were deleted, with what was learned from them."""

    decisions: int


class LessonShown(Shown):
    """What was learned about a choice."""

    workflow: str
    step: str
    choice: str
    learnt: JSON


class Lessons(Shown):
    """What your decisions have taught, by choice."""

    choices: list[LessonShown]


class NewSnapshot(Body):
    """The name of a new snapshot."""

    name: Annotated[str, Field(min_length=1, max_length=64)]


class Rollback(Body):
    """The snapshot to return to."""

    snapshot: Annotated[str, Field(max_length=64)]


class SnapshotShown(Shown):
    """A snapshot: when it was taken, and about how many choices it knows something."""

    name: str
    at: Moment
    choices: int


class SnapshotList(Page[SnapshotShown]):
    """Snapshots, oldest first."""
