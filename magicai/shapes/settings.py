"""Settings that can be set while MagicAI runs."""

from typing import Annotated

from pydantic import BaseModel, Field, JsonValue

from magicai.accounts.own_settings import Origin
from magicai.models.choices import Role
from magicai.settable import Group, Kind, Scope
from magicai.shapes.base import Body
from magicai.shapes.models import ModelTried
from magicai.shapes.problems import MessageShown
from magicai.values.times import Moment

# What a change is made on; 0 of a setting that nobody has set yet.
Version = Annotated[int, Field(ge=0, le=2**31 - 2, description="The `version` that you have seen.")]


class SettingShown(BaseModel):
    """A setting, and what holds for the caller."""

    name: str
    variable: str = Field(description="The environment variable that takes precedence.")
    group: Group
    scope: Scope = Field(description="`workspace`: each user has their own. `installation`: admins set it for all.")
    level: Scope = Field(description="What is set or reset here: the caller's own, or what holds for all.")
    description: str
    kind: Kind = Field(description="Amounts of `money` are in US dollars.")
    choices: list[str] = Field(description="Of a choice or a list: what its values are chosen from; else empty.")
    value: JsonValue = Field(description="What holds now. Null if nothing is set, and of a secret.")
    hint: str = Field(description="Of a secret that is set: its last four characters.")
    default: JsonValue
    origin: Origin = Field(description="Where the value is from.")
    has_value: bool = Field(description="Whether there is a value; of a secret, all that is said beside `hint`.")
    is_set: bool = Field(description="Whether it is set at this level.")
    version: int = Field(description="Send it with a change.")
    changed_by: str = Field(description="Who changed it last at this level; else empty.")
    changed_at: Moment | None
    readable: bool = Field(description="False if what is set can't be read, for example with another secret key.")
    editable: bool = Field(description="Whether the caller may change it here.")
    limit: float | None = Field(description="The most that it may be: what admins have set for all.")
    used_by: list[Role] = Field(description="Of a key: the roles whose models it is for.")
    tested_at: Moment | None = Field(description="When what is set at this level was tested last.")
    error: str = Field(description='Why it did not work then; else "".')
    message: MessageShown | None = Field(None, description="What `error` says.")


class KeyTested(BaseModel):
    """What came of asking the models that a key is for."""

    tried: list[ModelTried]


class SettingList(BaseModel):
    """The settings that a caller sees."""

    settings: list[SettingShown]


class SettingChange(Body):
    """A value of a setting."""

    value: Annotated[JsonValue, Field(description="Text, a number, true or false, or a list of texts, as `kind` says.")]
    version: Version
    for_all: bool = Field(default=False, description="For admins: for all users, where each has their own.")
