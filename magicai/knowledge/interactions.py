"""Questions that were asked, what was answered, those that nobody could answer, and those whose sources disagree."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, model_validator

from magicai.errors import NotFound
from magicai.knowledge.answer import Answer, Answerable, Confidence
from magicai.knowledge.document import PASSAGE
from magicai.knowledge.question_fingerprint import QuestionFingerprint
from magicai.knowledge.searching import Context
from magicai.knowledge.terms import terms_of
from magicai.ports import EntityRecords
from magicai.stores.entity import Entity
from magicai.values.times import Moment

INTERACTION = "interaction"
State = Literal["abstained", "answered", "disputed", "open"]
# Of a question that no model judged, nobody knows whether it is a gap.
_STATES: Mapping[Answerable, State] = {
    "yes": "answered",
    "partly": "answered",
    "no": "abstained",
    "sources_disagree": "disputed",
    "not_judged": "open",
}
_PAGE = 200
_MOST = 2_000
# Questions that share so much of their terms ask the same.
_ALIKE = 0.5


class Interaction(BaseModel):
    """A question and what became of it; its id is that of its run.

    Attributes:
        confidence: the model's own; None where none judged.
        match: how well its first passage fitted, 0 to 1.
        passages: what its answer cites, or what came closest, by number.
        cited: those of them that the answer cites.
        ranking: what was found, best first, each with its score before votes.
    """

    model_config = ConfigDict(frozen=True)

    interaction_id: str
    query: str
    language: str
    collections: tuple[str, ...]
    answerable: Answerable
    confidence: Confidence | None = None
    match: float = 0.0
    answer: str
    passages: tuple[str, ...]
    cited: tuple[str, ...] = ()
    asked: QuestionFingerprint = QuestionFingerprint()
    ranking: tuple[tuple[str, float], ...] = ()
    at: Moment

    @model_validator(mode="before")
    @classmethod
    def _from_version_1(cls, before: dict[str, Any]) -> dict[str, Any]:
        """Answers that rules made said whether they abstained, and were sure in numbers."""
        if "abstained" not in before:
            return before
        answerable = "sources_disagree" if before.get("disagreeing") else "no" if before["abstained"] else "yes"
        return {**before, "answerable": answerable, "confidence": None}


class Gap(BaseModel):
    """Questions that ask the same, and had no answer; the first is the latest."""

    model_config = ConfigDict(frozen=True)

    questions: tuple[str, ...]
    asked: int
    last: Moment


class Disputed(Gap):
    """Questions that ask the same, whose sources disagree, with the latest answer."""

    answer: str
    interaction_id: str


def interaction_entity(one: Interaction, *, owner_id: str) -> Entity:
    """An interaction as the records keep it."""
    return Entity(
        INTERACTION,
        one.interaction_id,
        owner_id,
        title=one.query[:200],
        text="",
        language=one.language,
        data={"schema_version": 2, **one.model_dump(mode="json")},
        stores=(),
        state=_state(one),
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
        raise NotFound("answer_not_found", interaction_id=interaction_id[:80]) from exc
    assert found.entity is not None
    return interaction_in(found.entity)


def interaction_of(
    run_id: str, query: str, answer: Answer, context: Context, *, language: str, collections: Sequence[str], at: int
) -> Interaction:
    """What is kept of an answer."""
    cited = sorted({quote.source for sentence in answer.sentences for quote in sentence.quotes})
    return Interaction(
        interaction_id=run_id,
        query=query,
        language=language,
        collections=tuple(collections),
        answerable=answer.answerable,
        confidence=answer.confidence,
        match=max((passage.match for passage in context.passages), default=0.0),
        answer=answer.answer,
        passages=tuple(source.passage_id for source in answer.sources),
        cited=tuple(answer.sources[number - 1].passage_id for number in cited),
        asked=context.asked,
        ranking=context.ranking,
        at=at,
    )


async def gaps(entities: EntityRecords, *, owner_id: str) -> list[Gap]:
    """What an owner asked and had no answer to, grouped, the most frequent first."""
    made = [
        Gap(questions=_questions(group), asked=len(group), last=group[0].at)
        for group in _grouped(await _in_state(entities, owner_id, "abstained"))
    ]
    return sorted(made, key=lambda gap: (-gap.asked, -gap.last))


async def disputed(entities: EntityRecords, *, owner_id: str) -> list[Disputed]:
    """What an owner asked where sources disagree, grouped, the most frequent first, as long as these are there."""
    found = await _in_state(entities, owner_id, "disputed")
    sides = {passage for one in found for passage in one.cited}
    present = await entities.present([(PASSAGE, side) for side in sorted(sides)])
    there = {one.entity_id for one in present if one.entity is not None}
    still = [one for one in found if there.issuperset(one.cited)]
    made = [
        Disputed(
            questions=_questions(group),
            asked=len(group),
            last=group[0].at,
            answer=group[0].answer,
            interaction_id=group[0].interaction_id,
        )
        for group in _grouped(still)
    ]
    return sorted(made, key=lambda one: (-one.asked, -one.last))


async def close_gap(entities: EntityRecords, *questions: str, owner_id: str) -> int:
    """Let questions like one of these be a gap no more; answers how many there were."""
    answered = [_terms(question) for question in questions if question]
    open_ones = await _in_state(entities, owner_id, "abstained")
    closed = [one for one in open_ones if any(_alike(terms, one.query) for terms in answered)]
    await entities.save([replace(interaction_entity(one, owner_id=owner_id), state="closed") for one in closed])
    return len(closed)


async def note_interaction(entities: EntityRecords, one: Interaction, *, owner_id: str) -> None:
    """Keep a question with its answer; one that was answered closes the gap of questions like it."""
    # Version 0: a second try keeps what the first one did.
    await entities.replace(interaction_entity(one, owner_id=owner_id), version=0)
    if _state(one) == "answered":
        await close_gap(entities, one.query, owner_id=owner_id)


def _state(one: Interaction) -> State:
    return _STATES[one.answerable] if one.passages else "abstained"


def _grouped(asked: Sequence[Interaction]) -> list[list[Interaction]]:
    """Questions that ask the same together, the latest first."""
    groups: list[tuple[set[str], list[Interaction]]] = []
    for one in sorted(asked, key=lambda one: -one.at):
        same = next((group for terms, group in groups if _alike(terms, one.query)), None)
        if same is None:
            groups.append((_terms(one.query), [one]))
        else:
            same.append(one)
    return [group for _, group in groups]


def _questions(group: Sequence[Interaction]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.query for one in group))[:10]


async def _in_state(entities: EntityRecords, owner_id: str, state: State) -> list[Interaction]:
    found: list[Interaction] = []
    after = ""
    while len(found) < _MOST:
        page = await entities.listed(owner_id, INTERACTION, state=state, after=after, limit=_PAGE)
        found += [interaction_in(item.entity) for item in page.items if item.entity is not None]
        if page.next is None:
            break
        after = page.next
    return found


def _terms(question: str) -> set[str]:
    return set(terms_of(question)) or {question.casefold()}


def _alike(terms: set[str], question: str) -> bool:
    other = _terms(question)
    return len(terms & other) >= _ALIKE * len(terms | other)
