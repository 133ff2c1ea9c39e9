"""How far the other stores are behind the records."""

from pydantic import BaseModel, ConfigDict


class Indexed(BaseModel):
    """Entries that still wait, by store."""

    model_config = ConfigDict(frozen=True)

    behind: dict[str, int]
