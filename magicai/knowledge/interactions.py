"""Questions that were asked, what was answered, and those that nobody could answer."""

from collections.abc import Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict

from magicai.knowledge.answer import Answer
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
    """A question and what became of it; its id is that of its run."""

    model_config = ConfigDict(frozen=True)

    interaction_id: str
    query: str
    language: str
    collections: tuple[str, ...]
    abstained: bool
    confidence: float
    answer: str
    passages: tuple[str, ...]
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


def interaction_of(
    run_id: str, query: str, answer: Answer, *, language: str, collections: Sequence[str], ranker: str, at: int
) -> Interaction:
    """What is kept of an answer."""
    return Interaction(
        interaction_id=run_id,
        query=query,
        language=language,
        collections=tuple(collections),
        abstained=answer.abstained,
        confidence=answer.confidence,
        answer=answer.answer,
        passages=tuple(one.passage_id for one in answer.sources),
        ranker=ranker,
        at=at,
    )


async def gaps(entities: EntityRecords, *, owner_id: str) -> list[Gap]:
    """What an owner asked and had no answer to, grouped, the most frequent first."""
    found: list[Interaction] = []
    after = ""
    while len(found) < _MOST:
        page = await entities.listed(owner_id, INTERACTION, state="abstained", after=after, limit=_PAGE)
        for one in page.items:
            if one.entity is not None:
                data = {name: value for name, value in one.entity.data.items() if name != "schema_version"}
                found.append(Interaction.model_validate(data))
        if page.next is None:
            break
        after = page.next
    groups: list[tuple[set[str], list[Interaction]]] = []
    for one in sorted(found, key=lambda one: -one.at):
        terms = set(terms_of(one.query)) or {one.query.casefold()}
        same = next((group for shared, group in groups if len(shared & terms) >= _ALIKE * len(shared | terms)), None)
        if same is None:
            groups.append((terms, [one]))
        else:
            same.append(one)
    made = [
        Gap(questions=tuple(dict.fromkeys(one.query for one in group))[:10], asked=len(group), last=group[0].at)
        for _, group in groups
    ]
    return sorted(made, key=lambda gap: (-gap.asked, -gap.last))
