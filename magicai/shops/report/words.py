"""The report's words by language."""

from magicai.shops.report.numerals import Language
from magicai.shops.report.vocabulary import Words
from magicai.shops.report.words_en import EN
from magicai.shops.report.words_zh import ZH

_WORDS: dict[Language, Words] = {"en": EN, "zh": ZH}


def words_of(language: Language) -> Words:
    """The report's words in that language."""
    return _WORDS[language]
