"""What goes in and out of the routes about the columns of files."""

from pydantic import BaseModel, Field

from magicai.messages import Message
from magicai.paging import Page
from magicai.runs.file_preview import FilePreview, TakenBy
from magicai.shapes.base import Shown


class FileColumn(Shown):
    """A column of a file."""

    name: str
    samples: list[str] = Field(description="Its first values.")
    field: str = Field(description="What it is taken for; empty: nobody knows.")
    by: TakenBy = Field(description="Whether its name says so, or a mapping.")
    proposed: str = Field(description="What a language model takes it for; it is not read so unless `columns` says it.")


class FilePreviewShown(BaseModel):
    """A file as a run would read it."""

    file: str
    columns: list[FileColumn]
    fields: list[str] = Field(description="What a column may be taken for.")
    mapping_id: str = Field(description="Of the remembered mapping that was used; empty: none was.")
    rows: list[dict[str, str]] = Field(description="The first ten as they will be, by field.")
    count: int = Field(description="Rows that were read.")
    complete: bool = Field(description="Whether these are all of the file's.")
    notes: list[str]
    note_messages: list[Message] = Field(description="The codes of `notes`, in their order.")

    @classmethod
    def of(cls, made: FilePreview) -> "FilePreviewShown":
        """The shape of a preview."""
        return cls(
            file=made.file,
            columns=[FileColumn.of(column) for column in made.columns],
            fields=[*made.fields],
            mapping_id=made.mapping_id,
            rows=[*made.rows],
            count=made.count,
            complete=made.complete,
            notes=[str(note) for note in made.notes],
            note_messages=[*made.notes],
        )


class ColumnMappingShown(Shown):
    """What the columns of files from one source are."""

    mapping_id: str
    reader: str = Field(description="What reads the files, mostly a workflow.")
    source: str = Field(description="The address of a feed, or `header:` and the digest of a file's columns.")
    file: str = Field(description="What the last of them was called.")
    columns: dict[str, str]


class ColumnMappingList(Page[ColumnMappingShown]):
    """Remembered mappings."""
