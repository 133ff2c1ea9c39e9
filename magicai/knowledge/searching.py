"""What is found for a question: by meaning, by words, and both together with the passages' texts from the records."""

from collections.abc import Mapping, Sequence

from pydantic import BaseModel, ConfigDict

from magicai.knowledge.asked import Asked, asked
from magicai.knowledge.document import PASSAGE, Passage, passage_in
from magicai.knowledge.evidence import features_of
from magicai.knowledge.learnt import version_of
from magicai.knowledge.memory import remembered
from magicai.knowledge.nearness import compared
from magicai.knowledge.ranking import Candidate, Ranked, closer, rank, ranker_of, semantic_features, voted
from magicai.ports import Embedder, EntityRecords, SearchIndex, Vectors

# Passages that each way contributes.
MOST_FOUND = 20
# Semantic search knows no collections: so many more are looked at, for those of others to be left out.
_WIDER = 10


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
    """A passage that an answer may be made of."""

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
        asked: the question as memory knows it.
        ranking: what was found, best first, each with its score before votes, for votes to be judged by later.
    """

    model_config = ConfigDict(frozen=True)

    passages: tuple[ContextPassage, ...]
    confidence: float
    threshold: float
    labels: int
    ranker: str
    asked: Asked = Asked()
    ranking: tuple[tuple[str, float], ...] = ()


async def by_meaning(
    vectors: Vectors, entities: EntityRecords, query: str, *, owner_id: str, collections: Sequence[str], encoder: str
) -> Hits:
    """Passages that mean something near."""
    wanted = MOST_FOUND * (_WIDER if collections else 1)
    found = await vectors.nearest(query, owner_id=owner_id, kinds=[PASSAGE], limit=wanted)
    scores = {hit.entity_id: hit.score for hit in found}
    if collections:
        there = await _passages(entities, list(scores), owner_id, collections)
        scores = {one: score for one, score in scores.items() if one in there}
    scores = dict(list(scores.items())[:MOST_FOUND])
    learnt = ranker_of(encoder).semantic
    sure = learnt.of(semantic_features(list(scores.values()))) if learnt and scores else 0.0
    return Hits(scores=scores, sure=sure, encoder=encoder)


async def by_words(search: SearchIndex, query: str, *, owner_id: str, collections: Sequence[str]) -> Hits:
    """Passages that have words of a question."""
    where = {"collection": collections} if collections else {}
    found = await search.search(query, owner_id=owner_id, kinds=[PASSAGE], where=where, match="any", limit=MOST_FOUND)
    return Hits(scores={hit.entity_id: hit.score for hit in found})


async def merged(
    entities: EntityRecords,
    query: str,
    semantic: Hits,
    full_text: Hits | None,
    *,
    owner_id: str,
    collections: Sequence[str],
    language: str,
    most: int,
    embedder: Embedder | None = None,
) -> Context:
    """Both ways together: ranked, with what the records say now.

    Args:
        embedder: compares the first passages with the question sentence by sentence.
    """
    by_full_text: Mapping[str, float] = full_text.scores if full_text else {}
    ids = list(dict.fromkeys([*semantic.scores, *by_full_text]))
    passages = await _passages(entities, ids, owner_id, collections)
    candidates = [
        Candidate(one, passage.title, passage.text, semantic.scores.get(one), by_full_text.get(one))
        for one in ids
        if (passage := passages.get(one)) is not None
    ]
    ranker = ranker_of(semantic.encoder)
    ranked = rank(query, candidates, ranker)
    question = asked(query)
    if embedder is not None:
        if ranker.closer:
            ranked = closer(await compared(query, ranked, embedder), ranker, language)
        question = asked(query, (await embedder.embed([query]))[0], embedder.name)
    learnt = await version_of(entities, owner_id=owner_id)
    said = await remembered(entities, question, [one.candidate.passage_id for one in ranked], owner_id=owner_id)
    before, ranked = ranked, voted(ranked, said, learnt.weight)
    sureness = learnt.calibrated(ranker.sureness(language), language)
    return Context(
        passages=tuple(_in_context(one, passages) for one in ranked[:most]),
        confidence=sureness.of(features_of(query, ranked), ranked[0].said) if ranked else 0.0,
        threshold=sureness.threshold,
        labels=sureness.labels,
        ranker=f"{semantic.encoder or 'none'}-{ranker.version}-{learnt.version}",
        asked=question,
        ranking=tuple((one.candidate.passage_id, round(one.score, 4)) for one in before[:MOST_FOUND]),
    )


def _in_context(one: Ranked, passages: Mapping[str, Passage]) -> ContextPassage:
    passage = passages[one.candidate.passage_id]
    return ContextPassage(passage=passage, text=passage.text, score=round(one.score, 4))


async def _passages(
    entities: EntityRecords, ids: Sequence[str], owner_id: str, collections: Sequence[str]
) -> dict[str, Passage]:
    """The owner's passages of these that are there now: an index may be behind."""
    found = [
        passage_in(one) for one in await entities.present([(PASSAGE, one) for one in ids]) if one.owner_id == owner_id
    ]
    return {
        one.passage_id: one for one in found if one is not None and (not collections or one.collection in collections)
    }
