"""What the shapes of all routes share."""

from pydantic import BaseModel, ConfigDict

from magicai.values.times import to_iso


class Body(BaseModel):
    """A request's body: nothing but what it names."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def iso(us: int | None) -> str | None:
    """UTC microseconds in ISO 8601."""
    return None if us is None else to_iso(us)
