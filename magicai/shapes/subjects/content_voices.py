"""What goes in and out of the routes about voices."""

from typing import Annotated

from pydantic import Field

from magicai.content.voice import Manner, VoiceVersion
from magicai.content.voice_learning import LONGEST_SAMPLE, MOST_SAMPLES
from magicai.content.voices import KeptVoice
from magicai.paging import Page
from magicai.shapes.base import Body
from magicai.values.times import Moment

Row = Annotated[
    int | None, Field(ge=0, description="Refused where the voice has changed since; 0: where there is one.")
]
ForLanguage = Annotated[
    str | None,
    Field(
        max_length=20, description="Of the texts that it is for, such as de; empty: all. Left out: as it was, or all."
    ),
]


class VoiceVersionShown(Manner):
    """One version of a voice."""

    number: int
    at: Moment
    by: str = Field(description="The model that learned it, or user.")
    samples: int = Field(description="How many texts it was learned from; 0 where it was written.")
    left_out: int = Field(description="Examples of the model that do not stand in the texts.")
    copy_of: int = Field(description="The version that it brings back; 0 of others.")

    @classmethod
    def of(cls, version: VoiceVersion) -> "VoiceVersionShown":
        """The shape of a version."""
        return cls(**version.model_dump(exclude={"manner"}), **version.manner.model_dump())


class VoiceShown(Manner):
    """A voice: how texts sound, whatever their template."""

    name: str
    language: str = Field(description="Of the texts that it is for; empty: all.")
    in_use: bool = Field(description="Whether texts that name no voice may be written in it.")
    in_use_since: Moment = Field(description="The one that was put to use last is used; 0 where it is not in use.")
    row: int = Field(description="Give it with a change, so that nobody's work is lost.")
    versions: list[VoiceVersionShown]

    @classmethod
    def of(cls, kept: KeptVoice) -> "VoiceShown":
        """The shape of a voice."""
        voice = kept.voice
        return cls(
            name=voice.name,
            language=voice.language,
            in_use=bool(voice.in_use_since),
            in_use_since=voice.in_use_since,
            row=kept.row,
            **voice.latest.manner.model_dump(),
            versions=[VoiceVersionShown.of(version) for version in voice.versions],
        )


class VoiceList(Page[VoiceShown]):
    """Voices by name."""


class NewVoice(Manner, Body):
    """A voice as its user wants it."""

    language: ForLanguage = None
    row: Row = None

    @property
    def manner(self) -> Manner:
        """What the use case takes."""
        return Manner(rules=self.rules, examples=self.examples, use=self.use, avoid=self.avoid)


class SampleTexts(Body):
    """Texts that a voice is learned from."""

    samples: Annotated[
        list[Annotated[str, Field(min_length=1, max_length=LONGEST_SAMPLE)]],
        Field(min_length=1, max_length=MOST_SAMPLES, description="They are not kept beyond the examples."),
    ]
    language: ForLanguage = None
    model: Annotated[str, Field(max_length=200, description="Of GET /api/models; empty: the writer.")] = ""
    row: Row = None


class VoiceVersionWanted(Body):
    """An earlier version of a voice."""

    version: Annotated[int, Field(ge=1)]
    row: Row = None
