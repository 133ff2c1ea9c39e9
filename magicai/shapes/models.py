"""The local language model, and the models of roles."""

from pydantic import BaseModel, Field

from magicai.messages import Message
from magicai.shapes.base import Body
from magicai.values.money import DecimalString


class LocalModel(BaseModel):
    """The local language model."""

    title: str
    size: int = Field(description="Bytes of its download.")
    installed: bool
    done: int | None = Field(description="Bytes that are here while it is downloaded, else null.")
    problem: str = Field(description="Why the last download failed; else empty.")
    message: Message | None = Field(description="What `problem` says.")


class ModelChosen(Body):
    """The model of a role from now on."""

    name: str | None = Field(max_length=300, description="Null: the one that the setting names.")


class HostAllowed(Body):
    """Whether documents may be sent to a host."""

    allowed: bool


class ModelHost(BaseModel):
    """Where a model of a role is."""

    host: str = Field(description="Where texts would be sent. Empty if they stay on this machine.")
    allowed: bool = Field(description="False if the role reads documents, and nobody has allowed this host.")


class EmbedderChange(BaseModel):
    """What another embedding model means."""

    name: str
    texts: int = Field(description="How many it must read; 0 if its vectors are searched already.")
    cost: DecimalString | None = Field(description="About; null if the price is unknown.")
    currency: str = "USD"
    host: str = Field(description="Where texts are sent. Empty if they stay on this machine.")


class ModelTried(BaseModel):
    """What came of asking a model once."""

    name: str
    answer: str
    duration_s: float
    cost: DecimalString | None = Field(description="Null if the price is unknown.")
    currency: str = "USD"
