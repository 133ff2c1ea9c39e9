"""Lists of sensitive words: those of MagicAI, and files of the user's own."""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache
from importlib import resources

from magicai.errors import Invalid
from magicai.publishing.checks.sensitive.automaton import Automaton, Entry

_SECTION = re.compile(r"\[(?P<category>[a-z-]+)(?:\s+[a-z]+)?\]")
_ARROW = "=>"
_MOST = 100_000


def read_list(text: str) -> tuple[Entry, ...]:
    """The words of a list: one a line, `word => what to write instead`; `[category]` begins a section.

    Raises:
        Invalid: it has more words than a list may.
    """
    entries = tuple(_entries(text.splitlines()))
    if len(entries) > _MOST:
        raise Invalid("too_many_sensitive_words", count=len(entries), limit=_MOST)
    return entries


def _entries(lines: Iterable[str]) -> Iterator[Entry]:
    category = "own"
    for line in map(str.strip, lines):
        if section := _SECTION.fullmatch(line):
            category = section["category"]
        elif line and not line.startswith("#"):
            word, _, instead = (part.strip() for part in line.partition(_ARROW))
            yield Entry(word, category, instead=instead)


def read_words(text: str) -> Mapping[str, str]:
    """The words of a user's list with what to write instead, as a context takes them."""
    return {entry.word: entry.instead for entry in read_list(text)}


@cache
def automaton() -> Automaton:
    """The lists that come with MagicAI."""
    folder = resources.files("magicai.publishing.checks.sensitive") / "words"
    files = sorted((one for one in folder.iterdir() if one.name.endswith(".txt")), key=lambda one: one.name)
    return Automaton(entry for file in files for entry in read_list(file.read_text(encoding="utf-8")))


@lru_cache(maxsize=64)
def own_automaton(words: tuple[tuple[str, str], ...]) -> Automaton:
    """A user's words: who lists one wants a person to see where it stands."""
    return Automaton(Entry(word, "own", "review", instead) for word, instead in words)
