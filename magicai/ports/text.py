"""Language models, and text as vectors."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeVar

from pydantic import BaseModel

from magicai.errors import Temporary
from magicai.messages import Message as Reason
from magicai.values.money import added

if TYPE_CHECKING:
    import numpy as np

Model = TypeVar("Model", bound=BaseModel)
# Hears a text while it is written, piece by piece.
OnText = Callable[[str], None]

_MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Usage:
    """What a call took; `cost` in the model's currency: 0 where it runs here, None where the price is unknown.

    Attributes:
        cut: whether its text ended at `max_tokens`, before the model had ended it; no sum of calls is.
        exchanges: how often the model was asked for a value; 0 where none was asked for, or it was kept.
    """

    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost: float | None = 0.0
    currency: str = "USD"
    cut: bool = False
    exchanges: int = 0

    def __add__(self, other: "Usage") -> "Usage":
        """Both together; the cost is unknown where one of them is."""
        return Usage(
            self.prompt_tokens + other.prompt_tokens,
            self.completion_tokens + other.completion_tokens,
            None if self.cost is None or other.cost is None else added(self.cost, other.cost),
            self.currency,
            exchanges=self.exchanges + other.exchanges,
        )


class UnusableAnswer(Temporary):
    """A language model answered, and not with what it was asked for.

    Attributes:
        fault: `cut` off at its limit, `empty`, or not of the shape (`malformed`).
        answer: all of it, which may repeat what was asked: for no log.
        usage: what it took.
    """

    def __init__(
        self, code: str, *, fault: str = "malformed", answer: str = "", usage: Usage = Usage(), **params: Any
    ) -> None:
        super().__init__(code, **params)
        self.fault, self.answer, self.usage = fault, answer, usage


# Hears what a call took.
OnUsage = Callable[[Usage], Awaitable[None]]


async def unheard(_usage: Usage) -> None:
    """Nobody needs to hear what a call took."""


@dataclass(frozen=True, slots=True)
class Price:
    """US dollars per million tokens.

    Attributes:
        cached: per million tokens of a prompt that the provider had kept from an earlier one; None: like others.
        longer: prices for longer prompts, each with the number of tokens above which it holds; ascending.
        source: where it is from.
    """

    prompt: float
    completion: float
    cached: float | None = None
    longer: "tuple[tuple[int, Price], ...]" = ()
    source: str = field(default="", compare=False)

    def of(self, prompt_tokens: int, completion_tokens: int, cached_tokens: int = 0) -> float:
        """US dollars for a call; `cached_tokens` are those of the prompt that had been kept."""
        price = self
        for above, other in self.longer:
            if prompt_tokens > above:
                price = other
        kept = price.prompt if price.cached is None else price.cached
        anew = max(0, prompt_tokens - cached_tokens)
        counts = ((anew, price.prompt), (cached_tokens, kept), (completion_tokens, price.completion))
        return float(sum(count * Decimal(str(each)) for count, each in counts) / _MILLION)

    @property
    def free(self) -> bool:
        """Whether a call costs nothing."""
        return self.prompt == 0 and self.completion == 0


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """A language model that may be used here.

    Attributes:
        name: as MAGICAI_MODEL spells it.
        context_tokens: prompt and answer together; None where it is unknown.
        capabilities: of `streaming`, `schema` (it is held to a JSON schema while it writes).
        price: None where it is unknown.
        leaves_machine: whether what it is asked leaves this machine.
        why_not: why it can't be used now, and the way out; None where it is ready.
    """

    name: str
    provider: str
    context_tokens: int | None
    capabilities: tuple[str, ...]
    price: Price | None
    leaves_machine: bool
    ready: bool
    why_not: Reason | None = None


@dataclass(frozen=True, slots=True)
class Picture:
    """An image that a model is shown, of at most 768 pixels a side."""

    body: bytes
    media_type: str


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a conversation; a user's may show pictures, which not every model sees."""

    role: Literal["system", "user", "assistant"]
    content: str
    pictures: tuple[Picture, ...] = ()

    @property
    def identity(self) -> tuple[str, ...]:
        """What tells it from any other: its role, its words, and the SHA-256 of each picture."""
        return (self.role, self.content, *(sha256(picture.body).hexdigest() for picture in self.pictures))


class TextModel(Protocol):
    """A language model."""

    @property
    def name(self) -> str:
        """The model that answers; of several, the one that answered last."""
        ...

    async def text(
        self,
        messages: Sequence[Message],
        *,
        max_tokens: int = 256,
        temperature: float = 0.0,
        on_text: OnText | None = None,
    ) -> tuple[str, Usage]:
        """What the model says next, without the space around it; `on_text` hears it while it is written."""
        ...

    async def typed(
        self,
        messages: Sequence[Message],
        shape: type[Model],
        *,
        max_tokens: int = 512,
        temperature: float = 0.0,
        on_text: OnText | None = None,
        exchanges: int = 2,
    ) -> tuple[Model, Usage]:
        """A value of that shape; `on_text` hears its JSON while it is written, of the first try alone.

        Args:
            exchanges: how often the model may be asked: what is not of the shape goes back to it with the reason.

        Raises:
            UnusableAnswer: what came back was cut off, empty or not of the shape.
        """
        ...

    async def close(self) -> None:
        """Let go of the connection; a model server that is shared stays."""
        ...


class Embedder(Protocol):
    """Turns text into vectors."""

    @property
    def name(self) -> str:
        """The model."""
        ...

    @property
    def dimension(self) -> int:
        """Of each vector; 0 where only the model's first answer tells."""
        ...

    async def embed(self, texts: Sequence[str], *, as_queries: bool = False) -> "np.ndarray":
        """Embed texts; an empty one has a vector too.

        Args:
            texts: whatever their length; what is beyond the model's own limit is not read.
            as_queries: whether they are what is searched for, and not what is found: some models tell these apart.

        Returns:
            float32, shape (len(texts), dimension), unit length, in input order.

        Raises:
            Temporary: the model did not answer, or not with one vector for each text.
            Missing: its package or its file is not installed.
            Invalid: it refuses the key, the model or a text.
            Permanent: its vectors have another dimension than those that it was opened for.
        """
        ...
