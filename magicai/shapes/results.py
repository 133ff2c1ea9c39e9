"""Files, entities, and how results are shown."""

from collections.abc import Sequence
from dataclasses import asdict, fields
from typing import Literal, Self

from pydantic import BaseModel, Field

from magicai.messages import Message
from magicai.paging import Page
from magicai.runs.panel import ColumnKind, Panel, PanelKind
from magicai.runs.run import JSON
from magicai.runs.workflow import Workflow
from magicai.shapes.base import Shown
from magicai.stores.entity import Entity
from magicai.surfaces import SurfaceWords
from magicai.values.sealed import without_secrets
from magicai.values.times import Moment


class FileShown(Shown):
    """A file of a run."""

    name: str
    format: str
    title: str
    media_type: str
    href: str


class FileTaken(BaseModel):
    """An uploaded file."""

    file_id: str = Field(description="The id to use in requests.")
    name: str
    size: int = Field(description="Bytes.")
    sha256: str
    created_at: Moment


class FileList(Page[FileShown]):
    """The files of a run."""


class EntityShown(Shown):
    """Something that a run, or its owner, created."""

    kind: str
    entity_id: str
    state: str = Field(description="Empty if its kind has no states.")
    title: str
    language: str
    url: str
    data: JSON

    @classmethod
    def shown_to(cls, entity: Entity, say: SurfaceWords) -> Self:
        """The shape of an entity, in the words of who asks."""
        return cls.of(entity, data=say.data(without_secrets(entity.data)))


class EntityList(Page[EntityShown]):
    """Entities by id."""


class HitShown(Shown):
    """An entity that was found."""

    kind: str
    entity_id: str
    title: str
    url: str
    highlight: str = Field(description="The passage that fits, as plain text.")


class HitList(Page[HitShown]):
    """Entities that match, best first."""


class ColumnShown(BaseModel):
    """A column of a table or a queue."""

    name: str
    kind: ColumnKind
    unit: str = Field(description="Of `money`: an ISO 4217 code, or the field of the row that has it.")


class ButtonShown(BaseModel):
    """A decision that a person can take about an entity of a queue."""

    title: str
    values: JSON = Field(description="Fields of the message.")
    form: JSON | None = Field(description="JSON Schema of the fields of the message that the person fills in.")


class PanelShown(BaseModel):
    """A part of a run's page; docs/how-to/add-a-workflow.md describes what each kind has."""

    kind: PanelKind
    title: str
    source: str = Field(description="Where in the result its rows or its text are, such as `report.rows`.")
    columns: list[ColumnShown] = Field(description="In order; all where there is none.")
    shape: Literal["line", "bar", "scatter"]
    x: str
    y: list[str]
    series: str
    unit: str
    format: Literal["markdown", "plain"]
    sources: str
    entity: str
    state: str
    message: str
    key: dict[str, str]
    buttons: list[ButtonShown]
    step: str

    @classmethod
    def of(cls, panel: Panel, workflow: Workflow) -> "PanelShown":
        """The shape of a panel."""
        shown = {field.name: getattr(panel, field.name) for field in fields(panel)}
        shown["columns"] = [asdict(column) for column in panel.shown_columns]
        body = workflow.messages[panel.message].body if panel.message else None
        shown["buttons"] = [
            {"title": button.title, "values": button.values, "form": body and _form(body, button.asks)}
            for button in panel.buttons
        ]
        return cls.model_validate(shown)


def _form(body: type[BaseModel], asks: Sequence[str]) -> JSON | None:
    if not asks:
        return None
    schema = body.model_json_schema()
    properties = {name: schema["properties"][name] for name in asks}
    return {
        **schema,
        "properties": properties,
        "required": [name for name in schema.get("required", ()) if name in asks],
    }


class ViewShown(BaseModel):
    """How a page shows a run, and its files."""

    findings: list[str]
    finding_messages: list[Message] = Field(description="Their codes, in their order; empty if they have none.")
    panels: list[PanelShown]
    files: list[FileShown]
