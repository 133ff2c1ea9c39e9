"""Many patterns at once: only those are tried of whose words a text has some.

Python's `re` tries every alternative at every place, without regard to case: some hundred microseconds for a passage.
What a match must have is told from the patterns themselves, and found in one pass.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from importlib import import_module
from typing import Any

_parser: Any = import_module("re._parser")  # private: what `re` itself reads patterns with
_codes: Any = import_module("re._constants")

# What `re` takes for an ASCII letter when it ignores case, and lower() does not.
_FOLD = str.maketrans("İıſK", "iisk")
# More than these a part may not say in different words, or it counts as saying nothing.
_MOST_WORDINGS = 64
_Wordings = frozenset[str]
_NOTHING: _Wordings = frozenset({""})


class Phrases:
    """Finds what `re.compile("|".join(patterns), flags)` finds, the leftmost match.

    Args:
        patterns: regular expressions without groups that they refer to.
        flags: with `re.IGNORECASE`.
    """

    def __init__(self, *patterns: str, flags: int = 0) -> None:
        self._patterns = [part for one in patterns for part in _alternatives(one)]
        self._flags = re.IGNORECASE | flags

    def search(self, text: str) -> re.Match[str] | None:
        """The leftmost match; of several at one place, the first pattern's."""
        always, words, compiled = self._prepared
        tried = set(always)
        if words is not None:
            for _, places in words.iter(text.translate(_FOLD).lower()):
                tried.update(places)
        found = [match for place in sorted(tried) if (match := compiled[place].search(text)) is not None]
        return min(found, key=lambda match: match.start(), default=None)

    @cached_property
    def _prepared(self) -> tuple[list[int], Any, list[re.Pattern[str]]]:
        library: Any = import_module("ahocorasick")  # brings no types
        always: list[int] = []
        by_word: dict[str, list[int]] = {}
        for place, pattern in enumerate(self._patterns):
            wordings = needed(pattern, self._flags)
            if not wordings:
                always.append(place)
            for word in wordings:
                by_word.setdefault(word, []).append(place)
        words: Any = library.Automaton()
        for word, places in by_word.items():
            words.add_word(word, tuple(places))
        words.make_automaton()
        return always, words if by_word else None, [re.compile(one, self._flags) for one in self._patterns]


def needed(pattern: str, flags: int = re.IGNORECASE) -> _Wordings:
    """Words in lower case of which every match has one; none where that can't be told."""
    return _needed(_parser.parse(pattern, flags))


def _alternatives(pattern: str) -> Iterator[str]:
    """A pattern's alternatives at its top."""
    depth, start, at, in_class = 0, 0, 0, False
    while at < len(pattern):
        character = pattern[at]
        if character == "\\":
            at += 1
        elif in_class:
            in_class = character != "]"
        elif character == "[":
            in_class = True
            at += pattern.startswith(("]", "^]"), at + 1) and (2 if pattern[at + 1] == "^" else 1)
        elif character in "()":
            depth += 1 if character == "(" else -1
        elif character == "|" and not depth:
            yield pattern[start:at]
            start = at + 1
        at += 1
    yield pattern[start:]


def _needed(nodes: Sequence[Any]) -> _Wordings:
    """The best of what the parts of a sequence need: the longer its shortest word, the rarer."""
    found: list[_Wordings] = []
    run = _NOTHING
    for code, given in nodes:
        said = _said(code, given)
        if said is not None and len(longer := {a + b for a in run for b in said}) <= _MOST_WORDINGS:
            run = frozenset(longer)
            continue
        found.append(run)
        run = said if said is not None else _NOTHING
        if said is None:
            found.append(_inside(code, given))
    found.append(run)
    useful = [one for one in found if one and "" not in one]
    return max(useful, key=lambda words: (min(map(len, words)), -len(words)), default=frozenset[str]())


def _inside(code: Any, given: Any) -> _Wordings:
    """What a part needs that has no end of wordings."""
    if code is _codes.SUBPATTERN:
        return _needed(given[-1])
    if code is _codes.ATOMIC_GROUP:
        return _needed(given)
    if code in _REPEATS and given[0] > 0:
        return _needed(given[2])
    if code is _codes.BRANCH:
        each = [_needed(one) for one in given[1]]
        return frozenset[str]().union(*each) if all(each) else frozenset()
    return frozenset()


_REPEATS = (_codes.MAX_REPEAT, _codes.MIN_REPEAT, _codes.POSSESSIVE_REPEAT)


def _said(code: Any, given: Any) -> _Wordings | None:
    """All that a part may say, in lower case; None where that is too much to tell."""
    said: _Wordings | None = None
    if code in (_codes.AT, _codes.ASSERT, _codes.ASSERT_NOT):  # says nothing of its own
        said = _NOTHING
    elif code is _codes.LITERAL:
        said = _letter(given)
    elif code is _codes.IN:
        said = _together([_letter(value) if kind is _codes.LITERAL else None for kind, value in given])
    elif code is _codes.SUBPATTERN:
        said = _in_sequence(given[-1])
    elif code is _codes.ATOMIC_GROUP:
        said = _in_sequence(given)
    elif code is _codes.BRANCH:
        said = _together([_in_sequence(one) for one in given[1]])
    elif code in _REPEATS and given[1] <= 1:
        said = _in_sequence(given[2])
        if said is not None and not given[0]:
            said |= _NOTHING
    return said


def _in_sequence(nodes: Sequence[Any]) -> _Wordings | None:
    run = _NOTHING
    for code, given in nodes:
        said = _said(code, given)
        if said is None or len(longer := {a + b for a in run for b in said}) > _MOST_WORDINGS:
            return None
        run = frozenset(longer)
    return run


def _together(each: Sequence[_Wordings | None]) -> _Wordings | None:
    """What any of several says."""
    found = [one for one in each if one is not None]
    if len(found) < len(each):
        return None
    words = frozenset[str]().union(*found)
    return words if len(words) <= _MOST_WORDINGS else None


def _letter(code: int) -> _Wordings | None:
    """A character; None of a letter beyond ASCII that has a case, which other letters may equal."""
    letter = chr(code)
    return frozenset({letter.lower()}) if letter.isascii() or letter.lower() == letter.upper() else None
