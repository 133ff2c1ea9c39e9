"""What rerankers' servers answer: a score for each text, in one of three shapes.

{"results": [{"index": 0, "relevance_score": 0.9}]}   Cohere, Jina, vLLM, llama.cpp
{"data": [{"index": 0, "relevance_score": 0.9}]}      Voyage
[{"index": 0, "score": 0.9}]                          TEI
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any, cast

from magicai.errors import Temporary


def scores_of(answer: Any, count: int, *, name: str) -> list[float]:
    """The scores of `count` texts, in their order.

    Raises:
        Temporary: there is not one finite score for each text.
    """
    rows = answer
    if isinstance(answer, Mapping):
        named = cast("Mapping[str, Any]", answer)
        rows = named.get("results", named.get("data"))
    if not isinstance(rows, Sequence) or isinstance(rows, str):
        raise Temporary("reranker_answer_invalid", name=name)
    found: dict[int, float] = {}
    for row in cast("Sequence[Any]", rows):
        place, score = _read(row)
        if place is None or score is None:
            raise Temporary("reranker_result_incomplete", name=name)
        if not 0 <= place < count or place in found:
            raise Temporary("reranker_index_invalid", name=name, place=place, count=count)
        found[place] = score
    if len(found) != count:
        raise Temporary("reranker_count_mismatch", name=name, count=len(found), expected=count)
    return [found[place] for place in range(count)]


def tokens_of(answer: Any) -> int | None:
    """How many tokens a server counted, where it says so."""
    usage: Any = cast("Mapping[str, Any]", answer).get("usage") if isinstance(answer, Mapping) else None
    told: Any = cast("Mapping[str, Any]", usage).get("total_tokens") if isinstance(usage, Mapping) else None
    return told if isinstance(told, int) and not isinstance(told, bool) and told > 0 else None


def _read(row: Any) -> tuple[int | None, float | None]:
    if not isinstance(row, Mapping):
        return None, None
    one = cast("Mapping[str, Any]", row)
    place, score = one.get("index"), one.get("relevance_score", one.get("score"))
    whole = isinstance(place, int) and not isinstance(place, bool)
    number = isinstance(score, int | float) and not isinstance(score, bool) and math.isfinite(score)
    return place if whole else None, float(score) if number else None
