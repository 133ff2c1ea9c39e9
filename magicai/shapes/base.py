"""What shapes share: one pydantic model for each thing that goes in or out."""

from typing import Any, Self

from pydantic import BaseModel, ConfigDict


class Body(BaseModel):
    """A request's body: nothing but what it names."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Shown(BaseModel):
    """A thing as it is shown: its attributes of the same names."""

    model_config = ConfigDict(from_attributes=True)

    @classmethod
    def of(cls, thing: Any, **more: Any) -> Self:
        """The shape of a thing.

        Args:
            more: fields that are no attributes of it.
        """
        own = {name: getattr(thing, name) for name in cls.model_fields if name not in more and hasattr(thing, name)}
        return cls.model_validate({**own, **more})
