"""What is found for a question: by meaning, by words, and both together with the passages' texts from the records."""

import asyncio
from collections.abc import Mapping, Sequence

from pydantic import BaseModel, ConfigDict

from magicai.knowledge.asked import Asked, asked
from magicai.knowledge.collections import Readable
from magicai.knowledge.document import DOCUMENT, PASSAGE, Passage, document_in, passage_in
from magicai.knowledge.evidence import features_of
from magicai.knowledge.learnt import version_of
from magicai.knowledge.memory import VOTES, remembered
from magicai.knowledge.nearness import compared
from magicai.knowledge.orders import without_orders
from magicai.knowledge.ranking import Candidate, Ranked, closer, rank, ranker_of, semantic_features, voted
from magicai.ports import NO_FACETS, Embedder, EntityRecords, Facets, Hit, SearchIndex, Vectors
from magicai.stores.entity import Versioned
from magicai.values.times import Moment

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
        ordering: whether it has such orders.
        added_at: when its document was added, or changed last.
    """

    model_config = ConfigDict(frozen=True)

    passage: Passage
    text: str
    score: float
    ordering: bool = False
    added_at: Moment | None = None


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
    owner_id: str,
    language: str,
    most: int,
    embedder: Embedder | None = None,
) -> Context:
    """Both ways together: ranked, with what the records say now.

    Args:
        owner_id: who asks.
        embedder: compares the first passages with the question sentence by sentence.
    """
    by_full_text: Mapping[str, float] = full_text.scores if full_text else {}
    ids = list(dict.fromkeys([*semantic.scores, *by_full_text]))
    found, learnt = await asyncio.gather(
        entities.present([(kind, one) for kind in (PASSAGE, VOTES) for one in ids]),
        version_of(entities, owner_id=owner_id),
    )
    passages = _passages(found, among)
    candidates = [
        Candidate(one, passage.title, passage.quotable, semantic.scores.get(one), by_full_text.get(one))
        for one in ids
        if (passage := passages.get(one)) is not None
    ]
    ranker = ranker_of(semantic.encoder).suited(language, candidates)
    ranked = rank(query, candidates, ranker)
    question = asked(query)
    if embedder is not None:
        if ranker.closer:
            ranked = closer(await compared(query, ranked, embedder), ranker, language)
        question = asked(query, (await embedder.embed([query]))[0], embedder.name)
    said = remembered(found, question, owner_id=owner_id)
    before, ranked = ranked, voted(ranked, said, learnt.weight)
    sureness = learnt.calibrated(ranker.sureness(language), language)
    added = await _added(entities, [passages[one.candidate.passage_id].document_id for one in ranked[:most]])
    return Context(
        passages=tuple(one for each in ranked[:most] if (one := _in_context(each, passages, query, added)).text),
        confidence=sureness.of(features_of(query, ranked), ranked[0].said) if ranked else 0.0,
        threshold=sureness.threshold,
        labels=sureness.labels,
        ranker=f"{semantic.encoder or 'none'}-{ranker.version}-{learnt.version}",
        asked=question,
        ranking=tuple((one.candidate.passage_id, round(one.score, 4)) for one in before[:MOST_FOUND]),
    )


def _in_context(
    one: Ranked, passages: Mapping[str, Passage], query: str, added: Mapping[str, Moment]
) -> ContextPassage:
    passage = passages[one.candidate.passage_id]
    evidence = passage.quotable
    return ContextPassage(
        passage=passage,
        text=without_orders(evidence, query, passage.title),
        score=round(one.score, 4),
        ordering=len(evidence) < len(passage.text),
        added_at=added.get(passage.document_id),
    )


def _where(one: Readable) -> Facets:
    return {"collection": one.collections} if one.collections else NO_FACETS


def _best(found: Sequence[Hit]) -> dict[str, float]:
    """The best of what was found, by several owners perhaps."""
    best = sorted(found, key=lambda hit: -hit.score)[:MOST_FOUND]
    return {hit.entity_id: hit.score for hit in best}


async def _added(entities: EntityRecords, ids: Sequence[str]) -> dict[str, Moment]:
    """When documents were added."""
    present = await entities.present([(DOCUMENT, one) for one in dict.fromkeys(ids)])
    documents = [document_in(one.entity) for one in present if one.entity is not None]
    return {one.document_id: one.added_at for one in documents}


def _passages(found: Sequence[Versioned], among: Sequence[Readable]) -> dict[str, Passage]:
    """Those passages that are there now, and may be read: an index may be behind."""
    allowed = {one.owner_id: one.collections for one in among}
    readable: dict[str, Passage] = {}
    for one in found:
        passage = passage_in(one) if one.kind == PASSAGE and one.owner_id in allowed else None
        if passage is not None and (not allowed[one.owner_id] or passage.collection in allowed[one.owner_id]):
            readable[passage.passage_id] = passage
    return readable
