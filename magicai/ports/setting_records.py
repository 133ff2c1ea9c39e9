"""Settings that people have set, for themselves or for the whole installation."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

# Whose the settings of the installation are.
INSTALLATION = ""


@dataclass(frozen=True, slots=True)
class SetValue:
    """A setting that somebody has set, or reset.

    Attributes:
        owner_id: whose runs it holds for; INSTALLATION for all.
        value: JSON, of a secret its sealed text; None once it was reset.
        set_by: id of the user.
        set_at: UTC microseconds.
        version: counts its changes, from 1; resetting is one, so that no version comes twice.
    """

    owner_id: str
    name: str
    value: str | None
    set_by: str
    set_at: int
    version: int


class SettingRecords(Protocol):
    """What is set beside the environment."""

    async def of(self, owner_id: str) -> Sequence[SetValue]:
        """The settings of an owner and of the installation, by name; those that were reset, too."""
        ...

    async def put(self, owner_id: str, name: str, value: str | None, *, set_by: str, version: int) -> SetValue | None:
        """Set a value, or reset it with None.

        Args:
            version: the one that this change is made on; 0 of a setting that nobody has set yet.

        Answers what there is now, or None, and changes nothing, if it has another version.
        """
        ...
