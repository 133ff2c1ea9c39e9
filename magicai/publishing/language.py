"""In which language a piece is: what code can't read, it does not check."""

import re
import unicodedata

from magicai.values.languages import language_of as told_by_words

# What the checks have rules and words of.
READ = frozenset(("en", "zh"))
_HAN = re.compile(r"[\u3400-\u9fff]")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]")
_LOOKED_AT = 4_000


def language_of(text: str) -> str:
    """BCP 47: English where nothing tells otherwise, "" where its letters are others and nothing tells which."""
    # As it is read: full width and bold letters are letters.
    looked_at = unicodedata.normalize("NFKC", text[:_LOOKED_AT])
    told = told_by_words(looked_at)
    # What is another language by its accents alone may be English in disguise.
    if told and told not in READ and told_by_words(_without_accents(looked_at)) == told:
        return told
    readable = len(_LATIN.findall(looked_at)) + len(_HAN.findall(looked_at))
    return script_language(looked_at) if readable >= sum(map(str.isalpha, looked_at)) / 2 else ""


def _without_accents(text: str) -> str:
    return "".join(one for one in unicodedata.normalize("NFKD", text) if not unicodedata.combining(one))


def script_language(text: str) -> str:
    """Chinese where a fifth of the letters is, else English; a character says as much as three letters."""
    return "zh" if len(_HAN.findall(text)) * 3 > len(_LATIN.findall(text)) / 2 else "en"
