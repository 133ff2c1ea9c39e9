"""English sentences to learn from: said of groups and of people, offensive and not; and of what shops sell.

Written for this, by patterns (`offensive_english.toml`): HateCheck is for the test alone.
"""

import random
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.publishing.labelled import Labelled

_SEED = 20261128
_SLOT = re.compile(r"\{(\w)\}")
_STARTS = ("", "", "", "", "Honestly, ", "Sorry, but ", "Well, ", "So ", "And ", "Look, ")
_ENDS = (".", ".", "", "!", "?!", " lol", "...")


def sentences(each: int = 80) -> Iterator[Labelled]:
    """Each pattern so many times, filled by chance; every sentence once."""
    chance = random.Random(_SEED)  # noqa: S311 - no secret
    data: dict[str, Any] = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    for label in ("offensive", "harmless"):
        found: dict[str, None] = {}
        for pattern in data[label]["patterns"]:
            for _ in range(each):
                text = _SLOT.sub(lambda slot: chance.choice(data["slots"][slot[1]]), pattern)
                start = chance.choice(_STARTS)
                text = start + (text[:1].lower() + text[1:] if start and text[:2] != "I " else text)
                found[_mistyped(text + chance.choice(_ENDS), chance)] = None
        for text in found:
            yield Labelled(text, label == "offensive", "en")


def _mistyped(text: str, chance: random.Random) -> str:
    """A text in other letters now and then: swapped, left out, spaced."""
    if chance.random() > 0.12:  # noqa: PLR2004
        return text[:1].upper() + text[1:] if chance.random() > 0.3 else text.lower()  # noqa: PLR2004
    place = chance.randrange(1, max(2, len(text) - 2))
    ways = (
        text[:place] + text[place + 1 :],
        text[:place] + text[place + 1 : place + 2] + text[place] + text[place + 2 :],
        text[:place] + " " + text[place:],
        text.replace("e", "3").replace("a", "4"),
    )
    return chance.choice(ways)
