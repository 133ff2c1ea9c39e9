"""What a report means and what to do about it, in a model's words: a few sentences, each resting on findings."""

from magicai.shops.crawl_result import LeftOut, ReportSummary, SummarySentence
from magicai.shops.report.numerals import Language
from magicai.shops.report.vocabulary import Words, agreed
from magicai.shops.report.words import words_of

# Of language models: the writer, once more with what was wrong, and the verifier.
MOST_CALLS = 3
MOST_SECONDS = 300.0
_BETWEEN: dict[Language, str] = {"en": " ", "zh": ""}


def summary_of(
    sentences: tuple[SummarySentence, ...],
    left_out: tuple[LeftOut, ...],
    language: Language,
    *,
    written_by: str,
    checked_by: str = "",
) -> ReportSummary:
    """A summary, with what its reader must know of it."""
    words = words_of(language)
    return ReportSummary(
        text=_BETWEEN[language].join(sentence.text for sentence in sentences),
        written_by=written_by,
        notes=tuple(_notes(sentences, left_out, words, checked_by)),
        sentences=sentences,
        left_out=left_out,
        checked_by=checked_by,
    )


def _notes(
    sentences: tuple[SummarySentence, ...], left_out: tuple[LeftOut, ...], words: Words, checked_by: str
) -> list[str]:
    unchecked = sum(not sentence.checked for sentence in sentences)
    if unchecked == len(sentences):
        notes = [words.not_checked]
    elif unchecked:
        notes = [words.partly_checked.format(unchecked, len(sentences), checked_by)]
    else:
        notes = [words.checked_by.format(checked_by)]
    if left_out:
        why = words.semicolon.join(dict.fromkeys(one.why for one in left_out))
        notes.append(agreed(words.left_out, len(left_out)).format(len(left_out), why))
    return notes
