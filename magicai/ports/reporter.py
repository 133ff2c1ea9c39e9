"""How a step tells of its progress."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from magicai.messages import Message
from magicai.ports.text import Usage


class Reporter(Protocol):
    """How a step tells of its progress, and hears that it should stop."""

    async def progress(
        self, done: int, total: int | None, unit: str, *, most_s: float | None = None, **data: object
    ) -> None:
        """Say how far it is; cheap to call often.

        Args:
            done: what is done; what ended without is `failed` in `data`, as a number.
            most_s: seconds after which it ends in any case, done or not.

        Raises:
            Cancelled: the user asked the run to stop.
        """
        ...

    async def problem(
        self, where: str, what: Message, way: Message | None = None, *, temporary: bool = False, missing: bool = True
    ) -> None:
        """Say what did not work, for the result; it is partial where something is `missing` because of it.

        Args:
            way: another way out than the message's own.
        """
        ...

    async def finding(self, **data: object) -> None:
        """Show something at once that people are waiting for: the report's path, what matters most."""
        ...

    async def text(self, piece: str, *, item: str, begins: bool) -> None:
        """Show the next piece of a text while it is written; nothing of it stays once the run has ended.

        Args:
            item: the key of the item that the text is of.
            begins: whether it is the first piece, which replaces what was shown before.
        """
        ...

    async def spent(self, usage: Usage) -> None:
        """Say what was used of a language model.

        Raises:
            OverBudget: the run's budget is used up.
        """
        ...

    async def show(self, key: str, content: str | Sequence[Mapping[str, object]]) -> None:
        """Show an operator Markdown, or rows of a table, beside the run."""
        ...
