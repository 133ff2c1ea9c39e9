"""How often the quality score puts two texts in the order in which an editor put them."""

from typing import cast

from benchmarks.content.pairs import PAIRS
from magicai.content.assessment import assess
from magicai.content.brief import brief_of
from magicai.content.content_types import built_in
from magicai.content.template import Language
from magicai.content.text import parse


def agreements() -> tuple[int, int, list[str]]:
    """In how many of how many pairs the better text scores higher, and what sets the others apart."""
    others: list[str] = []
    for content_type, language, variables, better, worse, why in PAIRS:
        brief = brief_of(built_in()[content_type, cast("Language", language)], variables)
        scores = [assess(parse(text), brief).score for text in (better, worse)]
        if scores[0] <= scores[1]:
            others.append(f"{why}: {scores[0]:.3f} and {scores[1]:.3f}")
    return len(PAIRS) - len(others), len(PAIRS), others
