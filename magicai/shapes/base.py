"""What shapes share: one pydantic model for each thing that goes in or out."""

from typing import Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationInfo


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
            thing: whose attributes are the fields.
            more: fields that are no attributes of it.
        """
        if not more:
            return cls.model_validate(thing)
        own = {name: getattr(thing, name) for name in cls.model_fields if name not in more and hasattr(thing, name)}
        return cls.model_validate({**own, **more})


def _name(value: Any, info: ValidationInfo) -> Any:
    return value if info.context is None else info.context.get(value, "")


# Of a user's id, the name, by the names that validation's context has; "" of nobody, and of a user who is gone.
UserName = Annotated[str, BeforeValidator(_name)]
