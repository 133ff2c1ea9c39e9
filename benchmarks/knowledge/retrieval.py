"""What is found for each question, by both ways and by their mix, with and without the passages that answer it."""

import math
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.knowledge.cases import Passage, Question, Set
from integrations.search.sqlite import SqliteSearch
from integrations.vectors.shown import words
from magicai.knowledge.ranking import Candidate
from magicai.knowledge.searching import MOST_FOUND
from magicai.ports import Embedder
from magicai.stores.entity import Entity, Versioned

_OWNER, _KIND = "benchmark", "passage"


@dataclass(frozen=True, slots=True)
class Found:
    """What is found for a question.

    Attributes:
        by_words, by_meaning: (passage, score) of each way by itself, the best first, of all that is there.
    """

    question: Question
    by_words: tuple[tuple[str, float], ...]
    by_meaning: tuple[tuple[str, float], ...]
    passages: dict[str, Passage]

    def candidates(self, *, without: Sequence[str] = (), most: int = MOST_FOUND) -> list[Candidate]:
        """What both ways find together, as if some passages were not there."""
        arms = [dict([one for one in arm if one[0] not in without][:most]) for arm in (self.by_meaning, self.by_words)]
        return [
            Candidate(one, self.passages[one].title, self.passages[one].text, arms[0].get(one), arms[1].get(one))
            for one in dict.fromkeys([*arms[0], *arms[1]])
        ]


async def find(of: Set, embedder: Embedder | None) -> list[Found]:
    """Ask every question of a set."""
    entities = [Entity(_KIND, one.id, _OWNER, title=one.title, text=one.text) for one in of.passages]
    passages = {one.id: one for one in of.passages}
    more = max((len(one.relevant) for one in of.questions), default=0)
    with tempfile.TemporaryDirectory() as folder:
        index = SqliteSearch(Path(folder) / "search.sqlite3")
        await index.apply([Versioned(_KIND, one.entity_id, _OWNER, 1, one.digest, one) for one in entities])
        vectors = asked = None
        if embedder is not None:
            vectors = await embedder.embed([words(one) for one in entities])
            asked = await embedder.embed([one.text for one in of.questions])
        found: list[Found] = []
        for number, question in enumerate(of.questions):
            hits = await index.search(question.text, owner_id=_OWNER, match="any", limit=MOST_FOUND + more)
            near: list[tuple[str, float]] = []
            if vectors is not None and asked is not None:
                cosines = vectors @ asked[number]
                order = np.argsort(-cosines, kind="stable")[: MOST_FOUND + more]
                near = [(of.passages[place].id, max(0.0, float(cosines[place]))) for place in map(int, order)]
            found.append(Found(question, tuple((one.entity_id, one.score) for one in hits), tuple(near), passages))
        await index.close()
    return found


def ndcg(order: Sequence[str], relevant: Sequence[str], *, at: int = 10) -> float:
    """NDCG of a ranking, every relevant passage worth the same."""
    gained = sum(1 / math.log2(place + 2) for place, one in enumerate(order[:at]) if one in relevant)
    return gained / sum(1 / math.log2(place + 2) for place in range(min(len(relevant), at)))
