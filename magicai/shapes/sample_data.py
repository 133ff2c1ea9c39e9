"""Sample data of a workspace."""

from pydantic import BaseModel, Field

from magicai.runs.run import RunStatus


class SamplePart(BaseModel):
    """A run that adds a part of the sample data."""

    workflow: str
    run_id: str
    status: RunStatus
    progress: float = Field(description="0 to 100.")


class SampleDataShown(BaseModel):
    """The sample data of the workspace."""

    parts: list[SamplePart] = Field(description="None: there is no sample data.")
    has_model: bool = Field(
        description="Whether a language model writes. Without one, texts are lists of facts, and answers the closest "
        "passages."
    )


class SampleDataRemoved(BaseModel):
    """What was removed."""

    removed: int = Field(description="Runs, each with what it added.")
    kept: list[str] = Field(description="Runs that stay, because people have edited or published what they added.")
