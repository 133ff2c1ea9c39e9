"""What is found for a question: by meaning, by words, and both together with the passages' texts from the records."""

from collections.abc import Mapping, Sequence

from pydantic import BaseModel, ConfigDict

from magicai.knowledge.collections import Readable
from magicai.knowledge.document import PASSAGE, Passage, passage_in
from magicai.knowledge.ranking import Candidate, Ranked, features_of, rank, ranker_of, semantic_features
from magicai.ports import NO_FACETS, EntityRecords, Facets, Hit, SearchIndex, Vectors

# Passages that each way contributes.
MOST_FOUND = 20


class Hits(BaseModel):
    """What one way found, the best first.

    Attributes:
        sure: how likely the first one answers, where that is known.
        encoder: of meaning; "" where there was none.
        missing: why this way was not gone.
    """

    model_config = ConfigDict(frozen=True)

    scores: Mapping[str, float] = {}
    sure: float = 0.0
    encoder: str = ""
    missing: str = ""


class ContextPassage(BaseModel):
    """A passage that an answer may be made of.

    Attributes:
        text: without orders to a model.
    """

    model_config = ConfigDict(frozen=True)

    passage: Passage
    text: str
    score: float


class Context(BaseModel):
    """What an answer may be made of, the best first, and how likely that answers.

    Attributes:
        confidence: 0 to 1, calibrated on labelled questions.
        threshold: below it, no answer is given.
        labels: of how many answers the threshold was learnt.
        ranker: the version of what ranked.
    """

    model_config = ConfigDict(frozen=True)

    passages: tuple[ContextPassage, ...]
    confidence: float
    threshold: float
    labels: int
    ranker: str


async def by_meaning(vectors: Vectors, query: str, *, among: Sequence[Readable], encoder: str) -> Hits:
    """Passages that mean something near."""
    found: list[Hit] = []
    for one in among:
        where = _where(one)
        found += await vectors.nearest(query, owner_id=one.owner_id, kinds=[PASSAGE], where=where, limit=MOST_FOUND)
    scores = _best(found)
    learnt = ranker_of(encoder).semantic
    sure = learnt.of(semantic_features(list(scores.values()))) if learnt and scores else 0.0
    return Hits(scores=scores, sure=sure, encoder=encoder)


async def by_words(search: SearchIndex, query: str, *, among: Sequence[Readable]) -> Hits:
    """Passages that have words of a question."""
    found: list[Hit] = []
    for one in among:
        found += await search.search(
            query, owner_id=one.owner_id, kinds=[PASSAGE], where=_where(one), match="any", limit=MOST_FOUND
        )
    return Hits(scores=_best(found))


async def merged(
    entities: EntityRecords,
    query: str,
    semantic: Hits,
    full_text: Hits | None,
    *,
    among: Sequence[Readable],
    language: str,
    most: int,
) -> Context:
    """Both ways together: ranked, with what the records say now."""
    by_full_text: Mapping[str, float] = full_text.scores if full_text else {}
    ids = list(dict.fromkeys([*semantic.scores, *by_full_text]))
    passages = await _passages(entities, ids, among)
    candidates = [
        Candidate(one, passage.title, passage.text, semantic.scores.get(one), by_full_text.get(one))
        for one in ids
        if (passage := passages.get(one)) is not None
    ]
    ranker = ranker_of(semantic.encoder)
    ranked = rank(query, candidates, ranker)
    sureness = ranker.sureness(language)
    return Context(
        passages=tuple(said for one in ranked[:most] if (said := _in_context(one, passages)).text),
        confidence=sureness.of(features_of(query, ranked)) if ranked else 0.0,
        threshold=sureness.threshold,
        labels=sureness.labels,
        ranker=f"{semantic.encoder or 'none'}-{ranker.version}",
    )


def _in_context(one: Ranked, passages: Mapping[str, Passage]) -> ContextPassage:
    passage = passages[one.candidate.passage_id]
    return ContextPassage(passage=passage, text=passage.quotable, score=round(one.score, 4))


def _where(one: Readable) -> Facets:
    return {"collection": one.collections} if one.collections else NO_FACETS


def _best(found: Sequence[Hit]) -> dict[str, float]:
    """The best of what was found, by several owners perhaps."""
    best = sorted(found, key=lambda hit: -hit.score)[:MOST_FOUND]
    return {hit.entity_id: hit.score for hit in best}


async def _passages(entities: EntityRecords, ids: Sequence[str], among: Sequence[Readable]) -> dict[str, Passage]:
    """Those of these passages that are there now, and may be read: an index may be behind."""
    allowed = {one.owner_id: one.collections for one in among}
    found: dict[str, Passage] = {}
    for one in await entities.present([(PASSAGE, one) for one in ids]):
        passage = passage_in(one) if one.owner_id in allowed else None
        if passage is not None and (not allowed[one.owner_id] or passage.collection in allowed[one.owner_id]):
            found[passage.passage_id] = passage
    return found
