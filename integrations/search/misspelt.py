"""Words of a question that no document has, and those that documents have in their place: an index of SQLite's."""

import sqlite3
from collections.abc import Iterator, Sequence

# Of shorter words, one other letter makes another word.
SHORTEST = 4
_TOKENIZER = "porter unicode61 remove_diacritics 2"
_MOST = 3


def spelled_otherwise(connection: sqlite3.Connection, words: Sequence[str]) -> list[str]:
    """Terms of documents that are one letter away from a word that none of them has, the most frequent first.

    Args:
        connection: has the table `vocabulary`, made by fts5vocab as `row`.
        words: of one question; those with digits are numbers of something, and have no other spelling.
    """
    found: list[str] = []
    for stem in _stems([word for word in words if word.isalpha() and word.isascii() and len(word) >= SHORTEST]):
        if connection.execute("SELECT 1 FROM vocabulary WHERE term = ?", (stem,)).fetchone():
            continue
        near = connection.execute(
            "SELECT term, doc FROM vocabulary WHERE term >= ? AND term < ? AND length(term) BETWEEN ? AND ?",
            (stem[0], chr(ord(stem[0]) + 1), len(stem) - 1, len(stem) + 1),
        )
        shorter = set(_without_a_letter(stem))
        alike = [(-count, term) for term, count in near if not shorter.isdisjoint(_without_a_letter(term))]
        found += [term for _, term in sorted(alike)[:_MOST]]
    return found


def _without_a_letter(word: str) -> Iterator[str]:
    """The word, and all that it is with a letter less: words that are a letter apart have one of these in common."""
    yield word
    for place in range(len(word)):
        yield word[:place] + word[place + 1 :]


def _stems(words: Sequence[str]) -> list[str]:
    """Words as the index keeps them."""
    if not words:
        return []
    with sqlite3.connect(":memory:") as memory:
        memory.execute(f"CREATE VIRTUAL TABLE asked USING fts5 (word, tokenize='{_TOKENIZER}')")
        memory.execute("CREATE VIRTUAL TABLE terms USING fts5vocab ('asked', 'row')")
        memory.executemany("INSERT INTO asked VALUES (?)", [(word,) for word in words])
        stems = [term for (term,) in memory.execute("SELECT term FROM terms")]
    memory.close()
    return stems
