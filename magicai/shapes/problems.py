"""What went wrong, as problem details (RFC 9457)."""

from typing import Any

from pydantic import BaseModel, Field

from magicai.messages import PLAIN, Message, Surface


class MessageShown(BaseModel):
    """What is said, for whoever words it themselves: docs/reference/errors.md lists all codes."""

    code: str
    params: dict[str, Any] = Field(default_factory=dict[str, Any])

    @classmethod
    def of(cls, message: Message | None) -> "MessageShown | None":
        """The shape of a message; none where it has no code."""
        return cls(code=message.code, params=dict(message.params)) if message and message.code != PLAIN else None


class Fault(BaseModel):
    """One value that is wrong."""

    where: str = Field(description="The name of the value, with dots between its parts.")
    what: str
    message: MessageShown | None = Field(default=None, description="What `what` says.")

    @classmethod
    def of(cls, where: str, why: Message) -> "Fault":
        """The shape of why a value is wrong."""
        return cls(where=where, what=why.text(Surface.API), message=MessageShown.of(why))


class ProblemDetails(BaseModel):
    """What went wrong, and the way out."""

    type: str = Field(
        description="Stable. docs/reference/api.md lists all.", examples=["urn:magicai:problem:not-found"]
    )
    title: str
    status: int
    detail: str
    way_out: str = ""
    message: MessageShown | None = Field(default=None, description="What `detail` says.")
    way: MessageShown | None = Field(default=None, description="What `way_out` says.")
    errors: list[Fault] = Field(default_factory=list[Fault], description="If several values are wrong.")
