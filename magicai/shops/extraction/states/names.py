"""Names in scripts' states: a text, or its translations, of which the page's language chooses."""

import re
from typing import Any

from magicai.shops.extraction.json_values import is_array, is_object

_TAG = re.compile(r"[a-z]{2,3}(?:[-_][A-Za-z]{2,4})?")
_LANGUAGES = ("locale", "language", "lang", "languageCode", "languagecode")
_TEXTS = ("value", "text", "name", "title", "content")


def named(value: Any, language: str) -> str:
    """The text of a name, "" where it is none.

    Args:
        value: a text, an object of texts by language tags, or a list of objects that name language and text.
        language: BCP 47, of the page; where no translation is in it, the first one stands.
    """
    if isinstance(value, str):
        return value
    translations = dict(_translations(value))
    if not translations:
        return ""
    wanted = language.replace("_", "-").lower()
    for tag in (wanted, wanted.partition("-")[0]):
        if tag and tag in translations:
            return translations[tag]
    stem = wanted.partition("-")[0]
    alike = (text for tag, text in translations.items() if stem and tag.partition("-")[0] == stem)
    return next(alike, next(iter(translations.values())))


def _translations(value: Any) -> list[tuple[str, str]]:
    if is_object(value):
        texts = [(key, text) for key, text in value.items() if isinstance(text, str) and text]
        tagged = [(key, text) for key, text in texts if _TAG.fullmatch(key)]
        # An object without tags is a name under one more key.
        return [(key.replace("_", "-").lower(), text) for key, text in tagged or texts]
    found: list[tuple[str, str]] = []
    for member in value if is_array(value) else []:
        if is_object(member):
            tag = next((member[key] for key in _LANGUAGES if isinstance(member.get(key), str)), "")
            text = next((member[key] for key in _TEXTS if isinstance(member.get(key), str) and member[key]), "")
            if tag and text:
                found.append((tag.replace("_", "-").lower(), text))
    return found
