"""How near the first passages come to a question, sentence by sentence."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from magicai.claims.reading import sentences
from magicai.knowledge.ranking import COMPARED, Candidate, Ranked
from magicai.ports import Embedder

if TYPE_CHECKING:
    import numpy as np

# Sentences of a passage that are compared; of more than these, the first.
_MOST = 24


async def compared(question: str, ranked: Sequence[Ranked], embedder: Embedder) -> list[Ranked]:
    """The same, the first of them with the cosines of their titles and nearest sentences."""
    texts = {one.candidate.passage_id: parts_of(one.candidate.title, one.candidate.text) for one in ranked[:COMPARED]}
    places = {text: place for place, text in enumerate(dict.fromkeys(t for parts in texts.values() for t in parts))}
    if not places:
        return list(ranked)
    vectors = await embedder.embed([question, *places])
    cosines = vectors[1:] @ vectors[0]
    by_text = {text: float(cosines[place]) for text, place in places.items()}
    return [
        replace(one, candidate=with_nearness(one.candidate, texts[one.candidate.passage_id], by_text))
        if one.candidate.passage_id in texts
        else one
        for one in ranked
    ]


def parts_of(title: str, text: str) -> list[str]:
    """What of a passage is compared: its title, where it has one, and its sentences."""
    return [title, *(sentence.text for sentence in sentences(text)[:_MOST])]


def with_nearness(one: Candidate, parts: Sequence[str], cosines: Mapping[str, float]) -> Candidate:
    """A candidate with the cosines of its parts, its title first."""
    title = max(0.0, cosines[parts[0]]) if one.title else 0.0
    return replace(one, title_near=title, sentence_near=max((cosines[part] for part in parts[1:]), default=0.0))


def cosines_of(question: "np.ndarray", parts: Sequence[str], vectors: Mapping[str, "np.ndarray"]) -> dict[str, float]:
    """The cosines of a question with texts whose vectors are known."""
    return {part: float(vectors[part] @ question) for part in parts}
