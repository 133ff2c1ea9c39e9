"""Settings that people have set, for themselves or for the whole installation."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from magicai.messages import Message

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
        tested_at: when this version was tested last; None where it was not.
        test_error: why it does not work, as a stored message; None where it does, or was not tested.
    """

    owner_id: str
    name: str
    value: str | None
    set_by: str
    set_at: int
    version: int
    tested_at: int | None = None
    test_error: str | None = None


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

    async def record_test(self, owner_id: str, name: str, *, version: int, error: Message | None) -> None:
        """Keep what came of a test of this version."""
        ...
