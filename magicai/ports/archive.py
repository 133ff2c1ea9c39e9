"""Where backups are kept."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractContextManager
from typing import Protocol


class Archive(Protocol):
    """Named items that are written once, perhaps sealed with a key; several backups share it.

    Attributes:
        seal: tells the key that items are sealed with from others, without giving it away; "" where there is none.
    """

    seal: str

    async def put(self, name: str, body: bytes, *, plain: bool = False) -> None:
        """Keep an item, whole or not at all; one of that name is replaced.

        Args:
            plain: not sealed, so that it is read without the key, too.
        """
        ...

    async def get(self, name: str) -> bytes:
        """An item as it was put; one that is not sealed comes whatever the key.

        Raises:
            NotFound: none such.
            Refused: it is sealed, and the key is missing or another one.
            Permanent: it is damaged.
        """
        ...

    async def has(self, name: str) -> bool:
        """Whether there is such an item."""
        ...

    def names(self, folder: str) -> AsyncIterator[str]:
        """Names of the items below a folder, in order."""
        ...

    async def remove(self, names: Sequence[str]) -> None:
        """Remove items; those that are not there are passed over."""
        ...

    def alone(self) -> AbstractContextManager[None]:
        """While nobody else writes here.

        Raises:
            Conflict: somebody does.
        """
        ...
