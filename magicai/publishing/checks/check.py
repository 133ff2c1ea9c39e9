"""What a check is."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Protocol

from magicai.publishing.checks.context import Context
from magicai.publishing.checks.manuscript import Manuscript
from magicai.publishing.findings import Finding, Findings

Find = Callable[[Manuscript, Context], Iterable[Finding]]
"""A check that only looks at the text."""


class Looks(Protocol):
    """A check that asks something outside, and so may fail.

    Raises:
        Temporary: what it asks did not answer.
        Missing: what it needs is not installed.
    """

    def __call__(self, script: Manuscript, context: Context) -> Awaitable[Sequence[Finding] | Findings]:
        """What it finds; of a check of several kinds, also which of them were made."""
        ...
