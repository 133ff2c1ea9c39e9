"""What is found for each question, by both ways and by their mix, with and without the passages that answer it."""

import math
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.knowledge.cases import Passage, Question, Set
from integrations.search.sqlite import SqliteSearch
from integrations.vectors.shown import words
from magicai.knowledge.nearness import cosines_of, parts_of, with_nearness
from magicai.knowledge.ranking import Candidate, Ranked, Ranker, closer, rank
from magicai.knowledge.searching import MOST_FOUND
from magicai.ports import Embedder
from magicai.stores.entity import Entity, Versioned

_OWNER, _KIND = "benchmark", "passage"


@dataclass(frozen=True, slots=True)
class Found:
    """What is found for a question.

    Attributes:
        by_words, by_meaning: (passage, score) of each way by itself, the best first, of all that is there.
        near: of each passage found, the cosines of its title and its nearest sentence; empty without an encoder.
    """

    question: Question
    by_words: tuple[tuple[str, float], ...]
    by_meaning: tuple[tuple[str, float], ...]
    passages: dict[str, Passage]
    near: Mapping[str, tuple[float, float]]

    def candidates(self, *, without: Sequence[str] = (), most: int = MOST_FOUND) -> list[Candidate]:
        """What both ways find together, as if some passages were not there."""
        arms = [dict([one for one in arm if one[0] not in without][:most]) for arm in (self.by_meaning, self.by_words)]
        return [
            Candidate(
                one,
                self.passages[one].title,
                self.passages[one].text,
                arms[0].get(one),
                arms[1].get(one),
                *self.near.get(one, ()),
            )
            for one in dict.fromkeys([*arms[0], *arms[1]])
        ]

    def ranked(self, ranker: Ranker, *, without: Sequence[str] = ()) -> list[Ranked]:
        """What is found, as the product ranks it."""
        candidates = self.candidates(without=without)
        suited = ranker.suited(self.question.language, candidates)
        return closer(rank(self.question.text, candidates, suited), suited, self.question.language)


async def find(of: Set, embedder: Embedder | None) -> list[Found]:
    """Ask every question of a set."""
    entities = [Entity(_KIND, one.id, _OWNER, title=one.title, text=one.text) for one in of.passages]
    passages = {one.id: one for one in of.passages}
    more = max((len(one.relevant) for one in of.questions), default=0)
    with tempfile.TemporaryDirectory() as folder:
        index = SqliteSearch(Path(folder) / "search.sqlite3")
        await index.apply([Versioned(_KIND, one.entity_id, _OWNER, 1, one.digest, one) for one in entities])
        vectors = asked = None
        parts = {one.id: parts_of(one.title, one.text) for one in of.passages}
        sentences: dict[str, np.ndarray] = {}
        if embedder is not None:
            vectors = await embedder.embed([words(one) for one in entities])
            asked = await embedder.embed([one.text for one in of.questions])
            texts = list(dict.fromkeys(text for its in parts.values() for text in its))
            sentences = dict(zip(texts, await embedder.embed(texts), strict=True))
        found: list[Found] = []
        for number, question in enumerate(of.questions):
            hits = await index.search(question.text, owner_id=_OWNER, match="any", limit=MOST_FOUND + more)
            near: list[tuple[str, float]] = []
            if vectors is not None and asked is not None:
                alike = vectors @ asked[number]
                order = np.argsort(-alike, kind="stable")[: MOST_FOUND + more]
                near = [(of.passages[place].id, max(0.0, float(alike[place]))) for place in map(int, order)]
            nearness: dict[str, tuple[float, float]] = {}
            if asked is not None:
                for one in {*(hit.entity_id for hit in hits), *(passage for passage, _ in near)}:
                    cosines = cosines_of(asked[number], parts[one], sentences)
                    its = with_nearness(Candidate(one, passages[one].title, ""), parts[one], cosines)
                    nearness[one] = (its.title_near or 0.0, its.sentence_near or 0.0)
            by_words = tuple((one.entity_id, one.score) for one in hits)
            found.append(Found(question, by_words, tuple(near), passages, nearness))
        await index.close()
    return found


def ndcg(order: Sequence[str], relevant: Sequence[str], *, at: int = 10) -> float:
    """NDCG of a ranking, every relevant passage worth the same."""
    gained = sum(1 / math.log2(place + 2) for place, one in enumerate(order[:at]) if one in relevant)
    return gained / sum(1 / math.log2(place + 2) for place in range(min(len(relevant), at)))
