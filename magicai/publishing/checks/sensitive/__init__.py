"""Sensitive words: the lists that come with MagicAI and the user's own, however they are disguised.

A word is found in full and half width, traditional and simplified characters, with look-alikes, unseen characters,
spaces and signs between its letters, and a Chinese one in pinyin. A Latin word is found whole: not inside of another.
"""

from collections.abc import Iterable, Iterator

from magicai.messages import say
from magicai.publishing.checks.context import Context
from magicai.publishing.checks.folding import Folded, folded, is_han
from magicai.publishing.checks.manuscript import FieldText, Manuscript, OccupiedPlaces
from magicai.publishing.checks.sensitive.automaton import Automaton, Entry, Match
from magicai.publishing.checks.sensitive.lists import automaton, own_automaton
from magicai.publishing.findings import Finding

_DISGUISED, _SPOKEN = 0.9, 0.7
_LONGEST_GAP = 3  # characters between two letters of a word, such as " * "
_SENTENCE_ENDS = frozenset("。！？!?；;\n")

Found = tuple[int, int, Entry, float]


def find(script: Manuscript, context: Context) -> Iterable[Finding]:
    """Every sensitive word; of several at one place the surest, then the longest."""
    own = own_automaton(tuple(sorted(context.words.items())))
    allowed = own_automaton(tuple((phrase, "") for phrase in context.allowed))
    for written in script:
        taken = OccupiedPlaces(written.text)
        for start, end, *_ in _found(written, allowed):
            taken.take(start, end)
        # A word of one language is harmless in another.
        shipped = _found(written, automaton()) if written.languages else ()
        found = [*_found(written, own), *shipped]
        for start, end, entry, confidence in sorted(found, key=lambda one: (-one[3], one[0] - one[1])):
            if taken.take(start, end):
                yield _finding(written, start, end, entry, confidence)


def _finding(written: FieldText, start: int, end: int, entry: Entry, confidence: float) -> Finding:
    return written.finding(
        f"sensitive.{entry.category}",
        entry.severity,
        start,
        end,
        message=say("word_sensitive", word=entry.word, list=entry.category),
        suggestion=entry.instead or None,
        confidence=confidence,
    )


def _found(written: FieldText, words: Automaton) -> Iterator[Found]:
    """Where words stand in the text, and how sure that is."""
    if not words:
        return
    plain, letters = written.squeezed, written.unleeted
    for view in [plain] if plain.text == letters.text else [plain, letters]:
        for match in words.find(view.text):
            if _is_whole(written.text, view, match):
                start, end = view.span(match.start, match.end)
                as_listed = written.text[start:end].casefold() == match.entry.word.casefold()
                yield start, end, match.entry, 1.0 if as_listed else _DISGUISED
    spoken = written.spoken
    for match in words.find(spoken.text, way="spoken"):
        start, end = spoken.span(match.start, match.end)
        latin, han = _scripts(written.text[start:end])
        # All in other Chinese characters it is a homophone, and may well be meant.
        if latin and (han or match.spoken_alone) and _is_whole(written.text, spoken, match):
            yield start, end, match.entry, _SPOKEN


def _scripts(text: str) -> tuple[bool, bool]:
    return any(one.isascii() and one.isalpha() for one in text), any(map(is_han, text))


def _is_whole(text: str, view: Folded, match: Match) -> bool:
    """Whether what matches is a word of its own whose letters stand together.

    Between the parts of the word anything may stand that ends no sentence; elsewhere only between Chinese characters,
    and between letters that stand alone.
    """
    if _goes_on(text, view, match.start) or _goes_on(text, view, match.end):
        return False
    alone: list[bool] = []
    piece = match.start
    spelled_out = False
    for index in range(match.start + 1, match.end):
        before, here = view.places[index - 1], view.places[index]
        gap = text[before + 1 : here]
        if before == here or not folded(gap).text:
            continue
        if len(gap) > _LONGEST_GAP or not _SENTENCE_ENDS.isdisjoint(gap):
            return False
        if index - match.start in match.breaks or is_han(text[before]) or is_han(text[here]):
            continue
        spelled_out = True
        alone.append(index - piece == 1)
        piece = index
    return not spelled_out or (all(alone) and match.end - piece == 1)


def _goes_on(text: str, view: Folded, border: int) -> bool:
    """Whether a Latin word, a number or a character goes on over this border."""
    if not 0 < border < len(view.text):
        return False
    left, right = view.places[border - 1], view.places[border]
    if left == right:
        return True
    together = not folded(text[left + 1 : right]).text
    latin = view.text[border - 1].isascii() and view.text[border].isascii()
    return together and latin and not is_han(text[left]) and not is_han(text[right])
