"""Language models as they are listed: in the API, on the page, in the terminal."""

from pydantic import BaseModel, Field

from magicai.messages import Message
from magicai.models.choices import Origin
from magicai.ports import HostConsent, ModelInfo, Price
from magicai.values.times import Moment


class PriceShown(BaseModel):
    """US dollars per million tokens."""

    prompt: float
    completion: float
    source: str = Field(description="Where it is from.")

    @classmethod
    def of(cls, price: Price) -> "PriceShown":
        """The shape of a price."""
        return cls(prompt=price.prompt, completion=price.completion, source=price.source)


class ModelShown(BaseModel):
    """A language model that may be used here."""

    name: str = Field(description="What a request names it by.")
    provider: str
    ready: bool
    why_not: str = Field(description="Why it can't be used now, and what to do. Empty if it is ready.")
    message: Message | None = Field(description="What `why_not` says.")
    context_tokens: int | None = Field(description="Prompt and answer together; null where it is unknown.")
    price: PriceShown | None = Field(description="Null where it is unknown; such a model is not used within a budget.")
    capabilities: tuple[str, ...] = Field(description="streaming: text comes while it is written; schema: JSON by one.")
    leaves_machine: bool = Field(description="Whether what it is asked leaves this machine.")

    @classmethod
    def of(cls, model: ModelInfo) -> "ModelShown":
        """The shape of a model."""
        return cls(
            name=model.name,
            provider=model.provider,
            ready=model.ready,
            why_not=str(model.why_not or ""),
            message=model.why_not,
            context_tokens=model.context_tokens,
            price=None if model.price is None else PriceShown.of(model.price),
            capabilities=model.capabilities,
            leaves_machine=model.leaves_machine,
        )


class ConsentShown(BaseModel):
    """Who has allowed that documents are sent to a host, and when."""

    by: str
    at: Moment

    @classmethod
    def of(cls, consent: HostConsent) -> "ConsentShown":
        """The shape of a consent."""
        return cls(by=consent.allowed_by, at=consent.allowed_at)


class RoleShown(BaseModel):
    """The model of a role."""

    role: str
    name: str = Field(description="As it is set, such as auto or openai:gpt-4o-mini.")
    model: str = Field(description="The model that is used now; empty if there is none.")
    origin: Origin
    setting: str = Field(description="The setting that applies unless another model is chosen.")
    ready: bool
    why_not: str = Field(description="Why it can't be used now, and what to do. Empty if it is ready.")
    message: Message | None = Field(description="What `why_not` says.")
    price: PriceShown | None = Field(description="Null where it is unknown; such a model is not used within a budget.")
    host: str = Field(description="Where texts are sent. Empty if they stay on this machine.")
    needs_consent: bool = Field(description="Whether it reads documents, and its host must be allowed first.")
    consent: ConsentShown | None
    words: tuple[str, ...] = Field(description="Names that need no model.")
    providers: tuple[str, ...] = Field(description="What may precede :NAME.")
    at_hand: tuple[str, ...] = Field(description="Models that are ready to be chosen.")
    searched: str = Field("", description="Of the embedder: the model whose vectors are searched.")
    making: str = Field("", description="Of the embedder: the model whose vectors are being made.")


class Models(BaseModel):
    """Language models, of which the composer, which needs no model, is one; and the model of each role."""

    models: list[ModelShown]
    roles: list[RoleShown] = Field(default_factory=list[RoleShown])
