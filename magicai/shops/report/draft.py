from pydantic import BaseModel, ConfigDict

from magicai.shops.report.sentence import Sentence


class Draft(BaseModel):
    """The report's sentences."""

    model_config = ConfigDict(frozen=True)

    sentences: tuple[Sentence, ...]
