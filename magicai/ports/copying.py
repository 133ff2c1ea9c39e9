"""The records as a whole, for backups and moves."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import pyarrow as pa


class Snapshot(Protocol):
    """One state of the records, whatever is written meanwhile.

    Attributes:
        revision: of the tables.
        tables: their names, in an order in which they can be loaded.
    """

    revision: str
    tables: Sequence[str]

    def rows(self, table: str) -> AsyncIterator["pa.RecordBatch"]:
        """All rows of a table, some thousands at a time."""
        ...

    def bodies(self) -> AsyncIterator[str]:
        """Digests of the page bodies that are named; one may come several times."""
        ...


class Copying(Protocol):
    """Records as a whole: taken out, and put into an empty installation."""

    def snapshot(self) -> AbstractAsyncContextManager[Snapshot]:
        """One state, held while the block runs."""
        ...

    async def empty(self) -> bool:
        """Whether nothing was ever kept."""
        ...

    async def rebuild(self, revision: str) -> None:
        """Make empty tables of that revision, in place of all that there are.

        Raises:
            Permanent: a revision of a newer MagicAI.
        """
        ...

    async def load(self, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """Put rows into a table; those that are there already stay."""
        ...

    async def renew(self) -> None:
        """Bring the tables to the newest revision."""
        ...
