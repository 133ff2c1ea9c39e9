"""What the records give for an export of all that is somebody's."""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, Protocol


class Exporting(Protocol):
    """Rows of one owner, without secrets."""

    def tables(self) -> Sequence[str]:
        """The tables of which an export has rows."""
        ...

    def rows(self, table: str, owner_id: str, *, account: bool = False) -> AsyncIterator[Mapping[str, Any]]:
        """The owner's rows of a table, as JSON by column, in the order of their key.

        Args:
            account: whether with events of the account whose personal workspace it is.
        """
        ...
