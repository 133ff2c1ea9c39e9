"""Answer a question from the documents of the knowledge base."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, cast

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from magicai import messages
from magicai.knowledge import calls
from magicai.knowledge.add_documents import Collection
from magicai.knowledge.answer import MOST_SENT, Answerable, AnswerSource, Confidence, LeftOut, Sentence
from magicai.knowledge.feedback import Feedback
from magicai.knowledge.feedback_changes import give_feedback, undo_feedback
from magicai.knowledge.ports import KnowledgeRecords
from magicai.messages import plain, say
from magicai.messages.validation import InvalidValue
from magicai.ports import Records
from magicai.runs.findings import in_short
from magicai.runs.panel import Panel
from magicai.runs.run import JSON, RunResult
from magicai.runs.workflow import Message, MessageHandler, Workflow

_LONGEST = 2_000


def _check_query(query: str) -> str:
    if not any(map(str.isalnum, query)):
        raise InvalidValue("question_without_words")
    return query


class SearchAndAnswer(BaseModel):
    """Answer a question from your documents, with sources, or show the closest passages."""

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
        int, Field(ge=1, le=MOST_SENT, title="Passages", description="Maximum number of passages that a model reads.")
    ] = MOST_SENT
    model: Annotated[
        Literal["auto", "none"],
        Field(title="Model", description="none: the closest passages, without a language model."),
    ] = "auto"


class SearchAndAnswerResult(RunResult):
    """The answer with its sources.

    Attributes:
        answer: sentences, each with the numbers of its sources; "" where there is none.
        answerable: the model's verdict; not_judged without a model.
        confidence: in words; null where no model judged.
        confidence_score: the probability that an answer of this kind is right, by at least 50 votes; else null.
        sources: the passages that the answer cites, or the closest ones.
        left_out: sentences of the model that its quotes don't prove.
        understood_as: the question that was searched for: in a conversation, with what it refers to.
        prompt: the version of what the model was asked.
        cached: whether a model wrote it before, from the same passages.
    """

    answer: str
    answerable: Answerable
    sentences: tuple[Sentence, ...]
    confidence: Confidence | None
    confidence_score: float | None
    sources: tuple[AnswerSource, ...]
    left_out: tuple[LeftOut, ...]
    interaction_id: str
    understood_as: str
    written_by: str
    prompt: str
    cached: bool
    in_short: tuple[str, ...]
    in_short_messages: tuple[messages.Message, ...] = Field(
        default=(), description="The codes of `in_short`, in its order."
    )


def make_result(given: Mapping[str, Any]) -> JSON:
    """The answer, and what was kept of it."""
    if (answer := given.get("answered")) is None:
        return {}
    noted: JSON = given.get("noted") or {}
    sure = {name: noted[name] for name in ("confidence", "confidence_score") if name in noted}
    answer = {**answer, **sure}
    return {
        **answer,
        "interaction_id": noted.get("interaction_id", ""),
        "understood_as": noted.get("understood_as", ""),
        **in_short(_in_short(answer)),
    }


_VERDICTS = {"partly": "answered_partly", "no": "not_answered", "sources_disagree": "sources_disagree"}
_MARKS = {
    "asks_for_secrets": "asks_for_secrets",
    "foreign_link": "links_elsewhere",
    "unquoted_name": "name_not_quoted",
}
_SNIPPET = 160


def _in_short(answer: JSON) -> list[messages.Message]:
    """The answer with its sources; or that there is none, with the closest passages."""
    sources = [f"[{number}] {source['title']}" for number, source in enumerate(answer["sources"], 1)]
    verdict = [say(_VERDICTS[answer["answerable"]])] if answer["answerable"] in _VERDICTS else []
    left_out = len(answer["left_out"])
    told = [say("sentences_not_proved", n=left_out)] if left_out else []
    marks = {mark for sentence in answer["sentences"] for mark in sentence["marks"]}
    told += [say(code) for mark, code in _MARKS.items() if mark in marks]
    orders = sum(source["orders"] for source in answer["sources"])
    if orders:
        told.append(say("instructions_in_sources", n=orders))
    if answer["sentences"]:
        sure = [say(f"confidence_{answer['confidence']}")] if answer["confidence"] else []
        return [*verdict, plain(answer["answer"]), *map(plain, sources), *sure, *told]
    if not sources:
        return [*(verdict or [say("no_passage_matches")]), *told]
    shown = [plain(f"{title}: {_snippet(one)}") for title, one in zip(sources, answer["sources"], strict=True)]
    return [*verdict, say("closest_passages"), *shown, *told]


def _snippet(source: JSON) -> str:
    """A few words of a passage, from a little before the first word of the question."""
    text: str = source["text"]
    first = source["words"][0][0] if source["words"] else 0
    start = 0 if first < _SNIPPET // 2 else text.rfind(" ", 0, first - _SNIPPET // 4) + 1
    words = " ".join(text[start : start + _SNIPPET].split())
    return f"{'…' if start else ''}{words}{'…' if start + _SNIPPET < len(text) else ''}"


_QUALITY = {"sure": 0.95, "likely": 0.75, "not_sure": 0.4}


def quality(result: Mapping[str, Any]) -> float:
    """How sure an answer is; none where no model judged."""
    score = result.get("confidence_score")
    if score is None:
        score = _QUALITY.get(result.get("confidence") or "", 0.0)
    return float(score)


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
    models=calls.models,
    most_calls=calls.most_calls,
    cost=calls.cost,
)
