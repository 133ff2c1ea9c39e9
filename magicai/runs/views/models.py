"""Language models as they are listed: in the API, on the page, in the terminal."""

from pydantic import BaseModel, Field

from magicai.ports import ModelInfo, Price


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
            why_not=model.why_not,
            context_tokens=model.context_tokens,
            price=None if model.price is None else PriceShown.of(model.price),
            capabilities=model.capabilities,
            leaves_machine=model.leaves_machine,
        )


class Models(BaseModel):
    """All of them; the composer, which needs no model, is one."""

    models: list[ModelShown]
