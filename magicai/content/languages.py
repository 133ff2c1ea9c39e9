"""Languages of texts: any that a model writes. Templates are in English and Chinese, and so is what code reads."""

import re
from typing import Literal

from magicai.messages.validation import InvalidValue

Language = Literal["en", "zh"]
LONGEST = 35
# "Not known", "several", "none", "without a code": nobody writes them.
_NONE = frozenset(("und", "mul", "zxx", "mis"))
# What is surely a number with a decimal comma, in whatever language: 39,90 · 1.299,00 · 1 299,00.
_DECIMAL_COMMA = re.compile(
    r"(?<![\d.,])(?:\d{1,3}(?:([. \u00a0\u2009\u202f'’])\d{3}(?:\1\d{3})*)|\d+),\d{1,2}(?![\d.,]\d|\d)"
)
_POINTS = str.maketrans(". \u00a0\u2009\u202f'’,", ",,,,,,,.")


def check_language(code: str) -> str:
    """A language as BCP 47 writes it: `de`, `pt-BR`, `zh-Hant`.

    Raises:
        ValueError: there is no such language.
    """
    language, territory, script = _parts(code)
    return "-".join(part for part in (language, script, territory) if part)


def language_name(code: str, shown_in: Language = "en") -> str:
    """What a language is called: `Portuguese (Brazil)`.

    Raises:
        ValueError: there is no such language.
    """
    from babel import Locale

    language, territory, script = _parts(code)
    words = Locale(shown_in)
    if language == "zh" and not territory and not script:
        script = "Hans"
    name = str(words.languages[language])
    beside = [str(names[part]) for part, names in ((script, words.scripts), (territory, words.territories)) if part]
    if not beside:
        return name
    return f"{name}（{'，'.join(beside)}）" if shown_in == "zh" else f"{name} ({', '.join(beside)})"


def of_template(code: str) -> Language:
    """The language of the template that a text in this language is written by: English, but for Chinese."""
    return "zh" if code.partition("-")[0] == "zh" else "en"


def is_another(code: str) -> bool:
    """Whether it is neither English nor Chinese: there are no templates in it, and code reads only its figures."""
    return code.partition("-")[0] not in ("en", "zh")


def with_points(text: str) -> str:
    """The text as long as it is, each number that surely has a decimal comma as English writes it: 1,299.00."""
    return _DECIMAL_COMMA.sub(lambda number: number[0].translate(_POINTS), text)


def _parts(code: str) -> tuple[str, str, str]:
    """Language, territory and script."""
    from babel import Locale
    from babel.core import parse_locale

    known = Locale("en")
    try:
        language, territory, script, variant = parse_locale(code, sep="-")[:4]
    except ValueError:
        language, territory, script, variant = "", None, None, None
    there = language in known.languages and language not in _NONE and not variant
    if not there or (territory and territory not in known.territories) or (script and script not in known.scripts):
        raise InvalidValue("language_code_invalid", code=code[:LONGEST])
    return language, territory or "", script or ""
