"""Files, entities, and how results are shown."""

from typing import Literal

from pydantic import BaseModel, Field

from magicai.paging import Page
from magicai.runs.run import JSON
from magicai.stores.entity import Entity
from magicai.told import Said
from magicai.values.times import Moment


class FileShown(BaseModel):
    """A file that a run hands out."""

    name: str
    format: str
    title: str
    media_type: str
    href: str


class FileTaken(BaseModel):
    """A file that was handed in."""

    file_id: str = Field(description="The id to use in requests.")
    name: str
    size: int = Field(description="Bytes.")
    sha256: str
    created_at: Moment


class FileList(Page[FileShown]):
    """What a run hands out."""


class EntityShown(BaseModel):
    """Something that a run, or its owner, has made."""

    kind: str
    entity_id: str
    state: str = Field(description="Empty if its kind has no states.")
    title: str
    language: str
    url: str
    data: JSON

    @classmethod
    def of(cls, entity: Entity, say: Said) -> "EntityShown":
        """The shape of an entity."""
        return cls(
            kind=entity.kind,
            entity_id=entity.entity_id,
            state=entity.state,
            title=entity.title,
            language=entity.language,
            url=entity.url,
            data=say.data(entity.data),
        )


class EntityList(Page[EntityShown]):
    """Entities by id."""


class PanelShown(BaseModel):
    """A part of a run's page."""

    kind: Literal["document", "table", "files"]
    title: str
    source: str = Field(description="For a table: where its rows are in the result, such as `report.rows`.")
    columns: list[str] = Field(description="For a table: its columns in order; all if empty.")


class ViewShown(BaseModel):
    """How a run is shown, and what it hands out."""

    findings: list[str]
    panels: list[PanelShown]
    files: list[FileShown]
