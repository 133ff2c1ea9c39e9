"""What the embedded stores that show the records have in common: a file, and which version of each entity it shows."""

import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path

from integrations.sqlite import versions
from integrations.sqlite.file import SqliteFile
from magicai.stores.entity import Entity, ProjectedEntity, Versioned

Key = tuple[str, str]
# Kind, id, the print of what is shown, and the one that an earlier release kept of the same ("" where there was none).
ShownPrints = tuple[str, str, str, str]


class SqliteProjection(ABC):
    """A projection in a file of its own.

    Args:
        schema: of what it shows; may run again.
    """

    def __init__(self, path: Path, schema: str) -> None:
        self._file = SqliteFile(path, versions.SCHEMA + schema)

    @abstractmethod
    def _show(self, connection: sqlite3.Connection, entity: Entity) -> str:
        """Add an entity that is not shown; answers the print of what is shown of it."""

    @abstractmethod
    def _hide(self, connection: sqlite3.Connection, kind: str, entity_id: str) -> None:
        """Remove an entity, if it is shown."""

    @abstractmethod
    def _shown(self, connection: sqlite3.Connection, after: Key, limit: int) -> list[ShownPrints]:
        """What is really there behind a key, by key."""

    async def apply(self, changes: Sequence[Versioned]) -> None:
        """Take over entities and tombstones; one that is not newer than what is held changes nothing."""

        def do(connection: sqlite3.Connection) -> None:
            for change in versions.newer(connection, changes):
                self._hide(connection, change.kind, change.entity_id)
                if change.entity is not None:
                    shown = self._show(connection, change.entity)
                    versions.keep_print(connection, change.kind, change.entity_id, shown)

        await self._file.write(do)

    async def held(self, *, after: tuple[str, str] = ("", ""), limit: int = 1000) -> list[ProjectedEntity]:
        """What is held, live entities only, ordered by (kind, id), after that key."""

        def do(connection: sqlite3.Connection) -> list[ProjectedEntity]:
            return [versions.verified(connection, *one) for one in self._shown(connection, after, limit)]

        return await self._file.read(do)

    async def drop(self, keys: Sequence[tuple[str, str]]) -> None:
        """Remove what the records never had."""

        def do(connection: sqlite3.Connection) -> None:
            versions.forget(connection, keys)
            for kind, entity_id in keys:
                self._hide(connection, kind, entity_id)

        await self._file.write(do)

    async def close(self) -> None:
        """Let go of the file."""
        await self._file.close()
