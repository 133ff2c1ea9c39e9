"""How a question falls into words, the same for every index: nothing in it is special."""

import re

# Unified ideographs with their extensions, kana, hangul.
CJK = re.compile(r"([぀-ヿ㐀-䶿一-鿿豈-﫿가-힯\U00020000-\U000323af])")
CJK_RUN = re.compile(rf"(?:{CJK.pattern})+")
LONGEST_QUERY = 400


def spaced(query: str) -> str:
    """As much of a question as is looked at, with spaces around each run of Chinese, Japanese or Korean."""
    return CJK_RUN.sub(lambda run: f" {run.group()} ", query[:LONGEST_QUERY])


def pairs(run: str) -> list[str]:
    """Every two neighbours of a run of Chinese: what a question and a text have in common where no phrase is."""
    return [run[place : place + 2] for place in range(max(1, len(run) - 1))]
