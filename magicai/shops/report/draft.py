from pydantic import BaseModel, ConfigDict

from magicai.shops.crawl_result import Report
from magicai.shops.report.sentence import Sentence


class Draft(BaseModel):
    """A report and its sentences, before or after a model had its say."""

    model_config = ConfigDict(frozen=True)

    report: Report
    sentences: tuple[Sentence, ...]


class PhrasedSentences(BaseModel):
    """The sentences after a language model had its say."""

    model_config = ConfigDict(frozen=True)

    written_by: str
    sentences: tuple[Sentence, ...]
