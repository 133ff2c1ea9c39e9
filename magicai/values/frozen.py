"""The base of models that are values."""

from pydantic import BaseModel, ConfigDict


class Frozen(BaseModel):
    """A model whose fields don't change."""

    model_config = ConfigDict(frozen=True)
