"""The language of a text: by its script, and among those in Latin letters by its commonest words."""

import re
from collections import Counter

_HAN = re.compile("[\u3400-\u9fff]")
_KANA = re.compile("[\u3040-\u30ff]")
_HANGUL = re.compile("[\uac00-\ud7a3]")
_SCRIPTS = {
    "ru": re.compile("[\u0400-\u04ff]"),
    "ar": re.compile("[\u0600-\u06ff]"),
    "el": re.compile("[\u0370-\u03ff]"),
}
_WORD = re.compile(r"[^\W\d_]+")
# Words that a text of some length can't do without, and other languages have not.
_COMMON = {
    "en": "the of and to is that it for with are be this you your not have has from by how what can does i my",
    "de": "der die und das ist nicht ein eine zu den von mit sich auf für dem im wie werden kann ich auch",
    "fr": "le la les et est une des dans pour que qui pas sur avec ce il du au vous comment sont",
    "es": "el los las y es una en para que del por con no se como su al está puede más",
    "it": "il gli che è una di per non con della sono si come più nel alla questo può anche",
    "pt": "o os as e é uma em para que não com do da se por mais como dos ao está",
    "nl": "de het en een van is niet dat op te zijn met voor die aan hoe kan ook worden",
}
_WORDS = {language: frozenset(words.split()) for language, words in _COMMON.items()}
_READ = 4_000
# A Chinese character says about as much as this many letters.
_LETTERS = 2.5
# From so many letters and words, a text is of some language; fewer may be a name or code.
_SURE_LETTERS, _SURE_WORDS = 15, 2


def language_of(text: str) -> str:
    """BCP 47, or "" where nothing tells."""
    read = text[:_READ]
    letters = sum(map(str.isalpha, read))
    han, kana, hangul = len(_HAN.findall(read)), len(_KANA.findall(read)), len(_HANGUL.findall(read))
    if not letters:
        return ""
    others = letters - han - kana - hangul
    if (han + kana + hangul) * _LETTERS > others:
        if kana > 0.1 * (han + kana):
            return "ja"
        return "ko" if hangul > han else "zh"
    for language, script in _SCRIPTS.items():
        if len(script.findall(read)) > letters / 2:
            return language
    (best, count), (_, second) = _counts(read).most_common(2)
    return best if count > second else ""


def is_foreign(text: str, language: str) -> bool:
    """Whether a text is certainly not in a language: in another script, or with many more words of another.

    Args:
        language: BCP 47; of one that is not known here only East Asian scripts are told.
    """
    read, spoken = text[:_READ], language.partition("-")[0].lower()
    letters = sum(map(str.isalpha, read))
    east_asian = {"zh": _HAN, "ja": _KANA, "ko": _HANGUL}
    if script := east_asian.get(spoken) or _SCRIPTS.get(spoken):
        if spoken == "zh" and language_of(read) in ("ja", "ko"):
            return True
        return not script.search(read) and letters >= _SURE_LETTERS and len(_WORD.findall(read)) > _SURE_WORDS
    others = sum(len(script.findall(read)) for script in east_asian.values())
    if others * _LETTERS > letters - others:
        return True
    counts = _counts(read)
    most = max(counts.values())
    return spoken in counts and most >= _SURE_WORDS and most > 2 * counts[spoken]


def _counts(text: str) -> Counter[str]:
    words = Counter(map(str.casefold, _WORD.findall(text)))
    return Counter({language: sum(words[one] for one in common & words.keys()) for language, common in _WORDS.items()})
