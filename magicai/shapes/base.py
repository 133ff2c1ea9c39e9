"""What shapes share: one pydantic model for each thing that goes in or out."""

from collections.abc import Mapping
from typing import Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationInfo


class Body(BaseModel):
    """A request's body: nothing but what it names."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Shown(BaseModel):
    """A thing as it is shown: its attributes of the same names."""

    model_config = ConfigDict(from_attributes=True)

    @classmethod
    def of(cls, thing: Any, names: Mapping[str, str] | None = None) -> Self:
        """The shape of a thing.

        Args:
            thing: what is shown.
            names: of users by id, for fields that are a `UserName`.
        """
        return cls.model_validate(thing, context=names)


def _name(value: Any, info: ValidationInfo) -> Any:
    return value if info.context is None else info.context.get(value, "")


# The id of a user where a thing is shown, and so the user's name; "" of nobody, and of a user who is gone.
UserName = Annotated[str, BeforeValidator(_name)]
