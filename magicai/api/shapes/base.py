"""What the shapes of all routes share."""

from pydantic import BaseModel, ConfigDict


class Body(BaseModel):
    """A request's body: nothing but what it names."""

    model_config = ConfigDict(extra="forbid", frozen=True)
