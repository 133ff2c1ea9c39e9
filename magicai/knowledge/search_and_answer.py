"""Answer a question from the documents of the knowledge base."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, cast

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from magicai.knowledge.add_documents import Collection
from magicai.knowledge.answer import AnswerSource, Cited
from magicai.knowledge.feedback import Feedback
from magicai.knowledge.giving import give_feedback, undo_feedback
from magicai.knowledge.ports import KnowledgeRecords
from magicai.ports import Records
from magicai.runs.panel import Panel
from magicai.runs.run import JSON, RunResult
from magicai.runs.workflow import Message, MessageHandler, Workflow
from magicai.values.units import so_many

_LONGEST = 2_000


def _check_query(query: str) -> str:
    if not any(map(str.isalnum, query)):
        raise ValueError("The question has no words.")
    return query


class SearchAndAnswer(BaseModel):
    """Answer a question from your documents, with sources, or say that they hold no answer."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        title="Search and answer",
        json_schema_extra={"examples": [{"query": "How long is the warranty?"}]},
    )

    query: Annotated[
        str,
        Field(min_length=1, max_length=_LONGEST, title="Question", description="In any language."),
        AfterValidator(_check_query),
    ]
    collections: Annotated[
        tuple[Collection, ...],
        Field(
            max_length=50,
            title="Collections",
            description="Only documents of these; all your own if empty. A shared one is OWNER/NAME.",
        ),
    ] = ()
    conversation_id: Annotated[
        str | None,
        Field(
            min_length=1,
            max_length=64,
            title="Conversation",
            description="Any name; a follow-up question is understood with the earlier ones of its conversation.",
        ),
    ] = None
    language: Annotated[Literal["auto", "en", "zh"], Field(title="Language", description="Language of the answer.")] = (
        "auto"
    )
    top_k: Annotated[
        int, Field(ge=1, le=20, title="Passages", description="Maximum passages that the answer is made of.")
    ] = 5
    model: Annotated[
        Literal["auto", "none"],
        Field(title="Model", description="none: sentences of the documents as they are, without a language model."),
    ] = "auto"


class SearchAndAnswerResult(RunResult):
    """The answer with its sources.

    Attributes:
        answer: sentences, each with the numbers of its sources; "" if the documents hold no answer.
        confidence: the probability that the first passage answers the question, 0 to 1.
        guarantee: what is known of that, in a sentence.
        understood_as: the question that was searched for: in a conversation, with what it refers to.
        cached: whether a model wrote it before, from the same passages.
        sources: what the answer cites, or what was nearest.
        disagreements: sentences of the sources that answer the same, and differ; where there is no answer, both sides.
        ordering: how many of them have orders to a language model, which were left out.
    """

    answer: str
    abstained: bool
    why: str
    confidence: float
    guarantee: str
    sources: tuple[AnswerSource, ...]
    sentences: tuple[Cited, ...]
    disagreements: tuple[Cited, ...] = ()
    interaction_id: str
    understood_as: str
    written_by: str
    cached: bool
    dropped: tuple[str, ...]
    ordering: int
    in_short: tuple[str, ...]


def make_result(given: Mapping[str, Any]) -> JSON:
    """The answer, and what was kept of it."""
    if (answer := given.get("answered")) is None:
        return {}
    noted: JSON = given.get("noted") or {}
    return {
        **answer,
        "interaction_id": noted.get("interaction_id", ""),
        "understood_as": noted.get("understood_as", ""),
        "guarantee": noted.get("guarantee", ""),
        "in_short": _in_short(answer),
    }


def _in_short(answer: JSON) -> list[str]:
    """The answer with its sources; or that there is none, with what is nearest."""
    said = (*answer["sentences"], *answer.get("disagreements", ()))
    cited = {number for sentence in said for number in sentence["sources"]}
    named = [
        (number, ", ".join(part for part in (source["document"], source["place"]) if part))
        for number, source in enumerate(answer["sources"], 1)
    ]
    ordering = answer.get("ordering", 0)
    warned = [f"Instructions to language models were left out of {so_many(ordering, 'sources')}."] if ordering else []
    if not answer["abstained"]:
        return [answer["answer"], *(f"[{number}] {name}" for number, name in named if number in cited), *warned]
    if sides := answer.get("disagreements"):
        marked = [f"“{one['text']}” [{one['sources'][0]}]" for one in sides]
        names = [f"[{number}] {name}" for number, name in named if number in cited]
        return ["The sources disagree.", *marked, *names, *warned]
    nearest = "; ".join(dict.fromkeys(name for _, name in named))
    return ["The documents do not answer this question.", *([f"Nearest: {nearest}"] if nearest else []), *warned]


def quality(result: Mapping[str, Any]) -> tuple[float, tuple[str, ...]]:
    """The confidence of an answer; how sure it is that there is none, where it abstains."""
    confidence = float(result.get("confidence", 0.0))
    disagree = ("the sources disagree",) if result.get("disagreements") else ()
    if result.get("abstained", True):
        return 1 - confidence, disagree or ("the documents do not answer the question",)
    if disagree:
        return confidence, disagree
    return confidence, (f"the answer has {len(result.get('sources', ()))} sources",)


class UndoFeedback(BaseModel):
    """Take back what was said of an answer."""

    model_config = ConfigDict(frozen=True, extra="forbid")


async def _give(records: Records, message: Message[Feedback]) -> JSON:
    run = message.run
    # Whoever opens records opens all of them.
    knowledge = cast("KnowledgeRecords", records)
    given = await give_feedback(knowledge, run.run_id, message.body, owner_id=run.owner_id, weights=message.weights)
    return given.model_dump(mode="json")


async def _undo(records: Records, message: Message[UndoFeedback]) -> JSON:
    return (await undo_feedback(records, message.run.run_id, owner_id=message.run.owner_id)).model_dump(mode="json")


WORKFLOW = Workflow(
    name="search-and-answer",
    request=SearchAndAnswer,
    result=SearchAndAnswerResult,
    quality=quality,
    make_result=make_result,
    findings="in_short",
    messages={
        "feedback": MessageHandler(body=Feedback, handle=_give),
        "undo_feedback": MessageHandler(body=UndoFeedback, handle=_undo),
    },
    panels=(Panel(kind="answer", title="Answer", source="answer", sources="sources"),),
    actions={"answer": ("answered", "noted")},
    words={"answer": ("answer", "question", "回答", "问题", "提问")},
)
