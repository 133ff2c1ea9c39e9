"""What keeps secrets of requests unreadable in the records."""

from typing import Protocol


class Seal(Protocol):
    """Seals text with a key of this installation; the same text of the same owner is sealed to the same."""

    def seal(self, text: str, *, owner_id: str) -> str:
        """The text, sealed: nobody reads it without the key, and for another owner it does not open."""
        ...

    def open(self, sealed: str, *, owner_id: str) -> str:
        """The text.

        Raises:
            Permanent: it was sealed with another key, for another owner, or is damaged.
        """
        ...
