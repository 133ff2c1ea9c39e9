"""What reviewers did with texts like one: how many they accepted as they were, edited first, or rejected."""

from dataclasses import dataclass

# Fewer say nothing.
_LEAST = 5
# An edited text was worth half of one that was accepted as it was.
_EDITED = 0.5


@dataclass(frozen=True, slots=True)
class Reviews:
    """Texts of one type and writer that somebody decided about."""

    accepted: int = 0
    edited: int = 0
    rejected: int = 0

    @property
    def count(self) -> int:
        """All of them."""
        return self.accepted + self.edited + self.rejected

    @property
    def rate(self) -> float | None:
        """0 to 1; None of too few."""
        return None if self.count < _LEAST else (self.accepted + _EDITED * self.edited) / self.count


NO_REVIEWS = Reviews()
