"""A request that has a field of every shape, for the tests of every way in."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from magicai.errors import Invalid
from magicai.runs.requests.choices import ChoiceFrom, Source
from magicai.runs.requests.fields import LongText
from magicai.runs.requests.files_in import InputFile
from magicai.runs.run import RunResult
from magicai.runs.workflow import Workflow
from magicai.settings import Settings

MOST = 2_000


def offered(_settings: Settings) -> Sequence[str]:
    """The models that this installation has."""
    return ("none", "local:small")


SOURCES: dict[str, Source] = {"models": offered}


def must_have_rows(body: bytes, name: str) -> None:
    """A check that looks into a file."""
    if b"\n" not in body:
        raise Invalid(f"{name} has no rows.", way_out="Give it some.")


class Inventory(BaseModel):
    """Where the stock is."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    warehouse: Annotated[str, Field(title="Warehouse", description="Its name.")]
    count: Annotated[int, Field(ge=0, le=9)] = 1
    key: SecretStr | None = None
    plan: Annotated[str | None, InputFile((".csv",), max_bytes=MOST)] = None


class EveryShape(BaseModel):
    """Takes anything."""

    model_config = ConfigDict(frozen=True, extra="forbid", title="Every shape")

    topics: Annotated[tuple[str, ...], Field(min_length=1, title="Topics", description="What to write of.")]
    rows: Annotated[
        str | None, InputFile((".csv",), max_bytes=MOST, check=must_have_rows), Field(title="Rows", description="CSV.")
    ] = None
    pictures: tuple[Annotated[str, InputFile((".png",), max_bytes=MOST)], ...] = ()
    notes: Annotated[str, LongText(), Field(title="Notes", max_length=100)] = ""
    token: Annotated[SecretStr | None, Field(title="Token", description="Lets in.", min_length=4)] = None
    keys: tuple[SecretStr, ...] = ()
    shape: Annotated[Literal["round", "square"], Field(title="Shape")] = "round"
    model: Annotated[str | None, ChoiceFrom("models")] = None
    enrich: bool = False
    share: Annotated[float, Field(ge=0, le=1)] = 0.5
    variables: Annotated[dict[str, str], Field(title="Variables", description="Put into the text.")] = {}
    inventory: Inventory | None = None
    stores: tuple[Inventory, ...] = ()


class EveryShapeResult(RunResult):
    """What comes of it."""


def quality(_result: Mapping[str, Any]) -> float:
    """As good as it gets."""
    return 1.0


WORKFLOW = Workflow(name="every-shape", request=EveryShape, result=EveryShapeResult, quality=quality)
