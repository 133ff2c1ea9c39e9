"""Which model each role uses, and which model made the vectors."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

# `serving`: it is searched. `filling`: another model's, until it holds all. `left`: it was replaced.
SpaceState = Literal["serving", "filling", "left"]


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """A model that somebody chose for a role.

    Attributes:
        name: `PROVIDER:MODEL`, or a word such as `none`.
        chosen_at: UTC microseconds.
    """

    role: str
    name: str
    chosen_at: int


@dataclass(frozen=True, slots=True)
class VectorSpace:
    """The vectors that one model made.

    Attributes:
        space_id: by which the vector store names them.
        embedder: the model as a setting spells it, such as `compatible:bge-m3`.
        dimension: of each vector.
        digest: of the model: its file's, or its server's address; another one makes other vectors.
        skipped: how many writes a space that is filling has missed, because its model did not answer.
    """

    space_id: str
    embedder: str
    dimension: int
    digest: str
    state: SpaceState
    skipped: int = 0


@dataclass(frozen=True, slots=True)
class HostConsent:
    """A host that documents may be sent to.

    Attributes:
        allowed_by: name of the user who has allowed it.
        allowed_at: UTC microseconds.
    """

    host: str
    allowed_by: str
    allowed_at: int


class ModelChoices(Protocol):
    """The installation's choices; they have no owner."""

    async def chosen(self) -> Sequence[ModelChoice]:
        """All that somebody chose, by role."""
        ...

    async def choose(self, role: str, name: str) -> None:
        """Use a model for a role from now on."""
        ...

    async def forget(self, role: str) -> bool:
        """Use again what the settings say; answers whether something else was chosen."""
        ...

    async def consents(self) -> Sequence[HostConsent]:
        """Hosts that documents may be sent to, by name."""
        ...

    async def allow(self, host: str, allowed_by: str) -> None:
        """Allow that documents are sent to a host; whoever allowed it first stays on record."""
        ...

    async def withdraw(self, host: str) -> bool:
        """Allow it no longer; answers whether it was allowed."""
        ...

    async def spaces(self) -> Sequence[VectorSpace]:
        """The vectors that there are, by id; none before the first other embedder was chosen."""
        ...

    async def fill(self, space: VectorSpace, *, instead_of: VectorSpace) -> None:
        """Begin to fill a space, or continue; another one that was being filled is left.

        Args:
            instead_of: the space that is searched until then.
        """
        ...

    async def skip(self, space_id: str) -> None:
        """Count a write that a space which is filling has missed."""
        ...

    async def serve(self, space_id: str, *, skipped: int) -> bool:
        """Search this space from now on, in one transaction; the one before is left.

        Args:
            skipped: how many writes it had missed before it was seen to be complete.

        Answers False, and changes nothing, if it has missed more since, or is not being filled any more.
        """
        ...

    async def stop(self, space_id: str) -> bool:
        """Fill it no more; answers whether it was being filled."""
        ...

    async def drop(self, space_id: str) -> None:
        """Forget a space that was left."""
        ...
