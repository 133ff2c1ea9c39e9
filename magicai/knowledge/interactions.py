"""Questions that were asked, what was answered, and those that nobody could answer."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from pydantic import BaseModel, ConfigDict

from magicai.errors import NotFound
from magicai.knowledge.answer import Answer
from magicai.knowledge.asked import Asked
from magicai.knowledge.searching import Context
from magicai.knowledge.terms import terms_of
from magicai.ports import EntityRecords
from magicai.stores.entity import Entity
from magicai.values.times import Moment

INTERACTION = "interaction"
_PAGE = 200
_MOST = 2_000
# Questions that share so much of their terms ask the same.
_ALIKE = 0.5


class Interaction(BaseModel):
    """A question and what became of it; its id is that of its run.

    Attributes:
        passages: what its answer cites, or what was nearest, by number.
        cited: those of them that the answer cites.
        ranking: what was found, best first, each with its score before votes.
    """

    model_config = ConfigDict(frozen=True)

    interaction_id: str
    query: str
    language: str
    collections: tuple[str, ...]
    abstained: bool
    confidence: float
    answer: str
    passages: tuple[str, ...]
    cited: tuple[str, ...] = ()
    asked: Asked = Asked()
    ranking: tuple[tuple[str, float], ...] = ()
    ranker: str
    at: Moment


class Gap(BaseModel):
    """Questions that ask the same, and had no answer; the first is the latest."""

    model_config = ConfigDict(frozen=True)

    questions: tuple[str, ...]
    asked: int
    last: Moment


def interaction_entity(one: Interaction, *, owner_id: str) -> Entity:
    """An interaction as the records keep it."""
    state: Literal["abstained", "answered"] = "abstained" if one.abstained else "answered"
    return Entity(
        INTERACTION,
        one.interaction_id,
        owner_id,
        title=one.query[:200],
        text="",
        language=one.language,
        data={"schema_version": 1, **one.model_dump(mode="json")},
        stores=(),
        state=state,
    )


def interaction_in(entity: Entity) -> Interaction:
    """The interaction of an entity."""
    return entity.as_model(Interaction)


async def interaction_by_id(entities: EntityRecords, interaction_id: str, *, owner_id: str) -> Interaction:
    """An owner's question with what became of it.

    Raises:
        NotFound: there is none of theirs.
    """
    try:
        found = await entities.get(INTERACTION, interaction_id, owner_id=owner_id)
    except NotFound as exc:
        what = f"There is no answer {interaction_id[:80]!r} of yours."
        raise NotFound(what, way_out="Send the interaction_id of an answer's result.") from exc
    assert found.entity is not None
    return interaction_in(found.entity)


def interaction_of(
    run_id: str, query: str, answer: Answer, context: Context, *, language: str, collections: Sequence[str], at: int
) -> Interaction:
    """What is kept of an answer."""
    cited = sorted({number for sentence in answer.sentences for number in sentence.sources})
    return Interaction(
        interaction_id=run_id,
        query=query,
        language=language,
        collections=tuple(collections),
        abstained=answer.abstained,
        confidence=answer.confidence,
        answer=answer.answer,
        passages=tuple(one.passage_id for one in answer.sources),
        cited=tuple(answer.sources[number - 1].passage_id for number in cited),
        asked=context.asked,
        ranking=context.ranking,
        ranker=context.ranker,
        at=at,
    )


async def gaps(entities: EntityRecords, *, owner_id: str) -> list[Gap]:
    """What an owner asked and had no answer to, grouped, the most frequent first."""
    groups: list[tuple[set[str], list[Interaction]]] = []
    for one in sorted(await _unanswered(entities, owner_id), key=lambda one: -one.at):
        same = next((group for terms, group in groups if _alike(terms, one.query)), None)
        if same is None:
            groups.append((_terms(one.query), [one]))
        else:
            same.append(one)
    made = [
        Gap(questions=tuple(dict.fromkeys(one.query for one in group))[:10], asked=len(group), last=group[0].at)
        for _, group in groups
    ]
    return sorted(made, key=lambda gap: (-gap.asked, -gap.last))


async def close_gap(entities: EntityRecords, question: str, *, owner_id: str) -> int:
    """Let questions like this one be a gap no more; answers how many there were."""
    terms = _terms(question)
    closed = [one for one in await _unanswered(entities, owner_id) if _alike(terms, one.query)]
    await entities.save([replace(interaction_entity(one, owner_id=owner_id), state="closed") for one in closed])
    return len(closed)


async def _unanswered(entities: EntityRecords, owner_id: str) -> list[Interaction]:
    found: list[Interaction] = []
    after = ""
    while len(found) < _MOST:
        page = await entities.listed(owner_id, INTERACTION, state="abstained", after=after, limit=_PAGE)
        found += [interaction_in(one.entity) for one in page.items if one.entity is not None]
        if page.next is None:
            break
        after = page.next
    return found


def _terms(question: str) -> set[str]:
    return set(terms_of(question)) or {question.casefold()}


def _alike(terms: set[str], question: str) -> bool:
    other = _terms(question)
    return len(terms & other) >= _ALIKE * len(terms | other)
