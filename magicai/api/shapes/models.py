"""The local language model."""

from pydantic import BaseModel, Field


class LocalModel(BaseModel):
    """The local language model."""

    title: str
    size: int = Field(description="Bytes of its download.")
    installed: bool
    done: int | None = Field(description="Bytes that are here while it is downloaded, else null.")
    problem: str = Field(description="Why the last download failed; else empty.")
