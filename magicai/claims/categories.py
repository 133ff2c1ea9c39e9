"""Words of a text against the values of the input's keys, where one value excludes the others."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from magicai.claims.category_words import CATEGORIES, Category
from magicai.claims.sources import Source

_CAMEL = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[\u4e00-\u9fff]+")
_BESIDE = re.compile("(?:搭配|内搭|外搭|配上|配|搭)[^，。；]{0,6}$")  # what it is worn with
_LONGEST = 200  # characters of a value
_NEAR = 24  # characters between a key's word and what is said of it
_UNKNOWN = ("", "none", "null", "unknown", "n/a")


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Words that name another value than the input does."""

    start: int
    end: int
    reason: str


@dataclass(slots=True)
class Categories:
    """The categories that an input has a value of."""

    sources: Sequence[Source]
    all_text: str
    _known: list[tuple[Category, list[Source]]] = field(default_factory=list[tuple[Category, list[Source]]])

    def __post_init__(self) -> None:
        for category in CATEGORIES:
            own = [source for source in self.sources if _is_of(category, source)]
            if own:
                self._known.append((category, own))

    def contradicted(
        self, plain: str, sentence: tuple[int, int], spoken_at: Callable[[int, int], Sequence[Source] | None]
    ) -> Iterator[Contradiction]:
        """Words of a sentence that exclude what the input says under the same key.

        Args:
            spoken_at: the sources of the one of several things that a place speaks of; None where of none of them.
        """
        text = plain[sentence[0] : sentence[1]]
        for category, sources in self._known:
            if category.within is not None and not category.within.search(text):
                continue
            for option in category.options:
                for match in option.said.finditer(text):
                    if _BESIDE.search(text, 0, match.start()) or not _near(category, sources, text, match):
                        continue
                    spoken = spoken_at(sentence[0] + match.start(), sentence[0] + match.end())
                    own = sources if spoken is None else [source for source in sources if source in spoken] or sources
                    said = self.all_text if own is sources else "\n".join(source.text for source in spoken or ())
                    if any(option.known.search(source.text) for source in own) or option.said.search(said):
                        continue
                    shown = ", ".join(dict.fromkeys(source.text for source in own[:3]))
                    yield Contradiction(
                        sentence[0] + match.start(),
                        sentence[0] + match.end(),
                        f"the input says {own[0].name}: {shown}, the text “{match[0]}”",
                    )


def _is_of(category: Category, source: Source) -> bool:
    keys = [part for part in source.path if isinstance(part, str)]
    if not keys or len(source.text) > _LONGEST or source.text.strip().lower() in _UNKNOWN:
        return False
    if not category.near_its_key and source.truth is not None:
        return False
    if not category.near_its_key and not any(char.isalpha() for char in source.text):
        return False
    return any(category.key.fullmatch(form) for key in keys[-2:] for form in (key, _words(key)))


def _words(key: str) -> str:
    return " ".join(_CAMEL.findall(key)).lower()


def _near(category: Category, sources: Sequence[Source], text: str, match: re.Match[str]) -> bool:
    if not category.near_its_key:
        return True
    around = text[max(0, match.start() - _NEAR) : match.end() + _NEAR].lower()
    keys = {part for source in sources for part in source.path if isinstance(part, str)}
    return any(word.removesuffix("s") in around for key in keys for word in _words(key).split())
