"""The language of a text, as py3langid knows it, where it is sure; of others nothing is said."""

from functools import cache
from typing import Any

_READ = 4_000
# Of a text whose language is told, all others together are less likely.
_MOST_LIKELY = 0.5
# How many times likelier another language must be, so that a text is certainly not in the one that is asked for: a text
# that is thought foreign is lost, and names of other languages make a short one look so. The library's own scores.
_CERTAIN = 10_000


def language_of(text: str) -> str:
    """BCP 47, or "" where that is not sure."""
    language, probability = _most_likely(_probabilities(text))
    return language if probability > _MOST_LIKELY else ""


def is_foreign(text: str, language: str) -> bool:
    """Whether a text is certainly not in a language; False of a short or mixed one, and where that is not known.

    Args:
        language: BCP 47.
    """
    spoken = language.partition("-")[0].lower()
    probabilities = _probabilities(text)
    _, probability = _most_likely(probabilities)
    return spoken in probabilities and probability > _CERTAIN * probabilities[spoken]


def prepare() -> None:
    """Load the library, which takes a second, so that no event loop waits for it later."""
    _identifier()


def _probabilities(text: str) -> dict[str, float]:
    """Of each language that has a code of two letters; others are dialects of these, in texts of shops."""
    return dict(_identifier().rank(text[:_READ]))


def _most_likely(probabilities: dict[str, float]) -> tuple[str, float]:
    return max(probabilities.items(), key=lambda one: one[1])


@cache
def _identifier() -> Any:  # it has no types
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier: Any = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)  # pyright: ignore[reportUnknownMemberType]
    identifier.set_languages([label for label in identifier.labels if len(label) == 2])  # noqa: PLR2004
    return identifier
