"""What is found for a question: by meaning, by words, and both together with the passages' texts from the records."""

from collections.abc import Awaitable, Callable, Mapping, Sequence

from pydantic import BaseModel, ConfigDict

from magicai.errors import OverBudget, Permanent, Temporary
from magicai.knowledge.collections import Readable
from magicai.knowledge.conversation import Question
from magicai.knowledge.document import DOCUMENT, PASSAGE, Document, Passage, document_in, passage_in
from magicai.knowledge.memory import VOTES, remembered
from magicai.knowledge.question_fingerprint import QuestionFingerprint, asked
from magicai.knowledge.ranking import Candidate, Ranked, rank, reranked, voted
from magicai.knowledge.untrusted import gives_orders
from magicai.ports import (
    NO_FACETS,
    EntityRecords,
    Facets,
    Hit,
    OnUsage,
    Reranker,
    SearchIndex,
    SemanticSearch,
    Spender,
    unheard,
)
from magicai.stores.entity import Versioned
from magicai.values.times import Moment

# Passages that each way contributes, and those of both together that a reranker reads.
MOST_FOUND, MOST_RERANKED = 20, 30


class Hits(BaseModel):
    """What one way found, the best first.

    Attributes:
        asked: of meaning: the question with its vector.
        missing: why this way was not gone.
    """

    model_config = ConfigDict(frozen=True)

    scores: Mapping[str, float] = {}
    asked: QuestionFingerprint | None = None
    missing: str = ""


class ContextPassage(BaseModel):
    """A passage that an answer may be made of.

    Attributes:
        match: how well it fits the question, 0 to 1.
        orders: whether it gives orders to language models, which read it last.
        address: of its document on the web; "" of a file.
        added_at: when its document was added, or changed last.
    """

    model_config = ConfigDict(frozen=True)

    passage: Passage
    text: str
    match: float
    orders: bool = False
    address: str = ""
    added_at: Moment | None = None


class Context(BaseModel):
    """What an answer may be made of, the best first; empty where nothing fits.

    Attributes:
        asked: the question as memory knows it.
        ranking: what was found, best first, each with its score before votes.
    """

    model_config = ConfigDict(frozen=True)

    passages: tuple[ContextPassage, ...] = ()
    asked: QuestionFingerprint = QuestionFingerprint()
    ranking: tuple[tuple[str, float], ...] = ()


async def by_meaning(
    vectors: SemanticSearch,
    question: Question,
    *,
    among: Sequence[Readable],
    spender: Spender | None = None,
    on_usage: OnUsage = unheard,
) -> Hits:
    """Passages that mean something near.

    Args:
        spender: who pays the embedding model; the installation's owner where None.
        on_usage: hears what it took.
    """
    near = await vectors.search(
        question.texts,
        among=[(one.owner_id, _where(one)) for one in among],
        kinds=[PASSAGE],
        limit=MOST_FOUND,
        spender=spender,
        on_usage=on_usage,
    )
    return Hits(scores=_best(near.hits), asked=asked(question.text, near.vector, near.made_by))


async def by_words(search: SearchIndex, question: Question, *, among: Sequence[Readable]) -> Hits:
    """Passages that have words of a question."""
    found: list[Hit] = []
    for one in among:
        for text in question.texts:
            found += await search.search(
                text, owner_id=one.owner_id, kinds=[PASSAGE], where=_where(one), match="any", limit=MOST_FOUND
            )
    return Hits(scores=_best(found))


async def merged(
    entities: EntityRecords,
    question: Question,
    semantic: Hits,
    full_text: Hits,
    *,
    among: Sequence[Readable],
    owner_id: str,
    most: int,
    reranker: Reranker | None = None,
    on_failure: Callable[[Temporary | Permanent], Awaitable[None]] | None = None,
) -> Context:
    """Both ways together: ranked, with what the records say now.

    Args:
        owner_id: who asks.
        most: passages.
        reranker: puts the first in order; they keep theirs where it fails.
        on_failure: hears why it failed.
    """
    ids = list(dict.fromkeys([*semantic.scores, *full_text.scores]))
    found = await entities.present([(kind, one) for kind in (PASSAGE, VOTES) for one in ids])
    passages = _passages(found, among)
    ranked = rank(question.text, [
        Candidate(
            one, passage.title, passage.text, semantic.scores.get(one), full_text.scores.get(one),
            orders=gives_orders(f"{passage.title}\n{passage.text}"),
        )
        for one in ids
        if (passage := passages.get(one)) is not None
    ], paraphrases=question.paraphrases, made_by=semantic.asked.encoder if semantic.asked else "")  # fmt: skip
    if reranker is not None and ranked:
        texts = [f"{one.candidate.title}\n{one.candidate.text}" for one in ranked[:MOST_RERANKED]]
        try:
            ranked = reranked(ranked, await reranker.scores(question.text, texts))
        except OverBudget:
            raise
        except (Temporary, Permanent) as exc:
            if on_failure is not None:
                await on_failure(exc)
    remembers = semantic.asked or asked(question.text)
    said = remembered(found, remembers, owner_id=owner_id)
    first = voted(ranked, said)[:most]
    documents = await _documents(entities, [passages[one.candidate.passage_id].document_id for one in first])
    return Context(
        passages=tuple(_in_context(one, passages, documents) for one in first),
        asked=remembers,
        ranking=tuple((one.candidate.passage_id, round(one.score, 4)) for one in ranked[:MOST_FOUND]),
    )


def _in_context(one: Ranked, passages: Mapping[str, Passage], documents: Mapping[str, Document]) -> ContextPassage:
    passage = passages[one.candidate.passage_id]
    document = documents.get(passage.document_id)
    return ContextPassage(
        passage=passage,
        text=passage.text,
        match=round(one.match, 4),
        orders=one.candidate.orders,
        address=passage.source if passage.source.startswith(("http://", "https://")) else "",
        added_at=None if document is None else document.added_at,
    )


def _where(one: Readable) -> Facets:
    return {"collection": one.collections} if one.collections else NO_FACETS


def _best(found: Sequence[Hit]) -> dict[str, float]:
    """The best of what was found, of several owners and by several wordings perhaps."""
    scores: dict[str, float] = {}
    for hit in sorted(found, key=lambda hit: -hit.score):
        scores.setdefault(hit.entity_id, hit.score)
    return dict(list(scores.items())[:MOST_FOUND])


async def _documents(entities: EntityRecords, ids: Sequence[str]) -> dict[str, Document]:
    present = await entities.present([(DOCUMENT, fromkey) for fromkey in dict.fromkeys(ids)])
    documents = [document_in(one.entity) for one in present if one.entity is not None]
    return {document.document_id: document for document in documents}


def _passages(found: Sequence[Versioned], among: Sequence[Readable]) -> dict[str, Passage]:
    """Those passages that are there now, and may be read: an index may be behind."""
    allowed = {one.owner_id: one.collections for one in among}
    readable: dict[str, Passage] = {}
    for one in found:
        passage = passage_in(one) if one.kind == PASSAGE and one.owner_id in allowed else None
        if passage is not None and (not allowed[one.owner_id] or passage.collection in allowed[one.owner_id]):
            readable[passage.passage_id] = passage
    return readable
