"""Language models, and text as vectors."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol, TypeVar

from pydantic import BaseModel

if TYPE_CHECKING:
    import numpy as np

Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Usage:
    """What a call took; `cost` in the model's currency, 0 where it runs here."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost: float = 0.0
    currency: str = "USD"

    def __add__(self, other: "Usage") -> "Usage":
        """Both together."""
        return Usage(
            self.prompt_tokens + other.prompt_tokens,
            self.completion_tokens + other.completion_tokens,
            self.cost + other.cost,
            self.currency,
        )


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a conversation."""

    role: Literal["system", "user", "assistant"]
    content: str


class TextModel(Protocol):
    """A language model."""

    name: str

    async def text(
        self, messages: Sequence[Message], *, max_tokens: int = 256, temperature: float = 0.0
    ) -> tuple[str, Usage]:
        """What the model says next."""
        ...

    async def typed(
        self, messages: Sequence[Message], shape: type[Model], *, max_tokens: int = 512, temperature: float = 0.0
    ) -> tuple[Model, Usage]:
        """A value of that shape.

        Raises:
            Temporary: what came back was not of the shape.
        """
        ...

    async def close(self) -> None:
        """Let go of the connection; a model server that is shared stays."""
        ...


class Embedder(Protocol):
    """Turns text into vectors."""

    name: str
    dimension: int

    async def embed(self, texts: Sequence[str]) -> "np.ndarray":
        """float32, shape (len(texts), dimension), unit length, in input order."""
        ...
