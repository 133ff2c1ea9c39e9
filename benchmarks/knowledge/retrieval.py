"""What is found for each question: by words, by meaning, by both merged, and reranked."""

import math
import random
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import fmean

import numpy as np

from benchmarks.knowledge.cases import Passage, Question, Set
from integrations.search.sqlite import SqliteSearch
from integrations.vectors.shown import words
from magicai.knowledge.ranking import Candidate, Ranked, rank, reranked
from magicai.knowledge.searching import MOST_FOUND, MOST_RERANKED
from magicai.ports import Embedder, Reranker
from magicai.stores.entity import Entity, Versioned

_OWNER, _KIND = "benchmark", "passage"
_LONG_WORD = 6


@dataclass(frozen=True, slots=True)
class Found:
    """What is found for a question.

    Attributes:
        by_words, by_meaning: scores by passage of each way by itself, the best first.
        relevance: of the first of the merged ones, by a reranker; empty without one.
    """

    question: Question
    passages: Mapping[str, Passage]
    by_words: Mapping[str, float]
    by_meaning: Mapping[str, float]
    relevance: Sequence[float] = field(default=())

    def merged(self) -> list[Ranked]:
        """Both ways together, as the product ranks them."""
        ids = dict.fromkeys([*self.by_meaning, *self.by_words])
        return rank(
            self.question.text,
            [
                Candidate(
                    one,
                    self.passages[one].title,
                    self.passages[one].text,
                    self.by_meaning.get(one),
                    self.by_words.get(one),
                )
                for one in ids
            ],
        )


WAYS: Mapping[str, Callable[[Found], list[str]]] = {
    "words": lambda found: list(found.by_words),
    "meaning": lambda found: list(found.by_meaning),
    "merged": lambda found: _order(found.merged()),
    "reranked": lambda found: _order(reranked(found.merged(), found.relevance)),
}


async def find(of: Set, embedder: Embedder | None, reranker: Reranker | None = None) -> list[Found]:
    """Ask every question of a set."""
    entities = [Entity(_KIND, passage.id, _OWNER, title=passage.title, text=passage.text) for passage in of.passages]
    passages = {passage.id: passage for passage in of.passages}
    with tempfile.TemporaryDirectory() as folder:
        index = SqliteSearch(Path(folder) / "search.sqlite3")
        await index.apply([Versioned(_KIND, entity.entity_id, _OWNER, 1, entity.digest, entity) for entity in entities])
        near: list[dict[str, float]] = [{} for _ in of.questions]
        if embedder is not None:
            vectors = await embedder.embed([words(entity) for entity in entities])
            asked = await embedder.embed([one.text for one in of.questions])
            near = [_nearest(of, vectors @ one) for one in asked]
        found: list[Found] = []
        for question, by_meaning in zip(of.questions, near, strict=True):
            hits = await index.search(question.text, owner_id=_OWNER, match="any", limit=MOST_FOUND)
            by_words = {hit.entity_id: hit.score for hit in hits}
            one = Found(question, passages, by_words, by_meaning)
            if reranker is not None:
                texts = [f"{each.candidate.title}\n{each.candidate.text}" for each in one.merged()[:MOST_RERANKED]]
                scores = await reranker.scores(question.text, texts)
                one = Found(question, passages, by_words, by_meaning, scores)
            found.append(one)
        await index.close()
    return found


def report(name: str, found: Sequence[Found], ways: Sequence[str]) -> None:
    """Print how much each way finds of what answers."""
    asked = [one for one in found if one.question.relevant]
    print(f"\n## {name}: {len(asked)} questions with an answer\n")
    print("| way | nDCG@10 | at 1 | in 3 | in 10 |\n|---|---:|---:|---:|---:|")
    for way in ways:
        orders = [(WAYS[way](one), one.question.relevant) for one in asked]
        gain = fmean(ndcg(order, relevant) for order, relevant in orders)
        shares = [
            fmean(not set(order[:most]).isdisjoint(relevant) for order, relevant in orders) for most in (1, 3, 10)
        ]
        print(f"| {way} | {gain:.3f} | {' | '.join(f'{share:.0%}' for share in shares)} |")


def misspelt(of: Set, *, seed: int = 1) -> Set:
    """The same questions, each with one letter of its longest word changed, left out, doubled or moved."""
    rng = random.Random(seed)  # noqa: S311 - the same ones again
    questions = [
        Question(one.id, _with_a_slip(one.text, rng), one.language, one.relevant, one.answers, one.group)
        for one in of.questions
        if any(len(word) >= _LONG_WORD and word.isascii() and word.isalpha() for word in one.text.split())
    ]
    return Set(f"{of.name}, misspelt", of.passages, tuple(questions))


def _with_a_slip(text: str, rng: random.Random) -> str:
    word = max((one for one in text.split() if one.isascii() and one.isalpha()), key=len)
    at = rng.randrange(1, len(word) - 1)
    slips = (
        word[:at] + rng.choice("aeiou") + word[at + 1 :],
        word[:at] + word[at + 1 :],
        word[:at] + word[at] + word[at:],
        word[:at] + word[at + 1] + word[at] + word[at + 2 :],
    )
    return text.replace(word, rng.choice(slips), 1)


def ndcg(order: Sequence[str], relevant: Sequence[str], *, at: int = 10) -> float:
    """NDCG of a ranking, every relevant passage worth the same."""
    gained = sum(1 / math.log2(place + 2) for place, one in enumerate(order[:at]) if one in relevant)
    return gained / sum(1 / math.log2(place + 2) for place in range(min(len(relevant), at)))


def _nearest(of: Set, alike: "np.ndarray") -> dict[str, float]:
    order = np.argsort(-alike, kind="stable")[:MOST_FOUND]
    return {of.passages[place].id: max(0.0, float(alike[place])) for place in map(int, order)}


def _order(ranked: Sequence[Ranked]) -> list[str]:
    return [one.candidate.passage_id for one in ranked]
