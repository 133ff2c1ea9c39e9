from pydantic import BaseModel, ConfigDict

from magicai.shops.report.sentence import Sentence


class Draft(BaseModel):
    """The report's sentences, before a model had its say."""

    model_config = ConfigDict(frozen=True)

    sentences: tuple[Sentence, ...]


class PhrasedSentences(BaseModel):
    """The sentences after a language model had its say."""

    model_config = ConfigDict(frozen=True)

    written_by: str
    sentences: tuple[Sentence, ...]
