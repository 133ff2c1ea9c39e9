"""Which settings can be set while MagicAI runs, and whose they are: each field of `Settings` says so itself.

    budget: float = Field(1.0, ge=0, description="...", json_schema_extra=workspace("budgets", "money"))

What a field does not say is set in the environment alone: what a process starts with, and what guards the machine.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal, cast

from pydantic.fields import FieldInfo

# Whose a setting is: of whoever has the runs, or of all who use this installation.
Scope = Literal["workspace", "installation"]
Group = Literal[
    "general",
    "models",
    "budgets",
    "crawling",
    "publishing",
    "reviews",
    "notifications",
    "mail",
    "sign_in",
    "limits",
    "retention",
]
# What a text or a number is of: an amount in US dollars, the address of a server.
Form = Literal["", "money", "address"]
Kind = Literal["text", "number", "money", "choice", "list", "boolean", "secret"]
Extra = dict[str, Any]

# The most that an amount may be, in US dollars; 0 is one, too.
MOST_MONEY = 1_000_000

_MARK = "settable"


@dataclass(frozen=True, slots=True)
class Settable:
    """How a setting can be set.

    Attributes:
        scope: the lowest level that it can be set at; one of a workspace can be set for the installation, too.
        form: what its values must be, beyond their type.
        guarded: whether only admins set it for a workspace: it decides what others must look at.
        capped: whether a workspace can't have more of it than an admin has set for the installation.
    """

    scope: Scope
    group: Group
    form: Form = ""
    guarded: bool = False
    capped: bool = False


def per_workspace(group: Group, form: Form = "", *, guarded: bool = False, capped: bool = False) -> Extra:
    """Mark a field that each workspace may set for itself."""
    return {_MARK: asdict(Settable("workspace", group, form, guarded, capped))}


def installation(group: Group, form: Form = "") -> Extra:
    """Mark a field that admins set for all."""
    return {_MARK: asdict(Settable("installation", group, form))}


def settable_of(field: FieldInfo) -> Settable | None:
    """How a field of `Settings` can be set; None where only the environment does."""
    extra = field.json_schema_extra
    found = cast("Mapping[str, Any]", extra).get(_MARK) if isinstance(extra, Mapping) else None
    return None if found is None else Settable(**found)
