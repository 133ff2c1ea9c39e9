"""An answer by a model, from passages alone: what it says is shown where code proves its quotes, and nothing else is.

A sentence that can't be proved goes back to the model once, with the reason; what fails again is left out, and told.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field

from magicai.errors import Permanent, Temporary
from magicai.knowledge.answer import (
    MOST_SENT,
    Answer,
    Confidence,
    LeftOut,
    Mark,
    Quote,
    Sentence,
    in_text,
    nearest,
    source_of,
    stands_alone,
)
from magicai.knowledge.partial import Partial
from magicai.knowledge.prompts import ANSWER, prompt
from magicai.knowledge.quotes import QuotedSentence, faults, foreign_links, unquoted_names
from magicai.knowledge.searching import Context, ContextPassage
from magicai.knowledge.untrusted import asks_for_secrets, cleaned, new_mark
from magicai.messages import Message as Reason
from magicai.messages import say
from magicai.ports import Message, Reporter, TextModel
from magicai.values.times import to_iso

# Of the whole passages that a model reads: about 6,000 tokens.
_MOST_CHARACTERS = 20_000
_MOST_SENTENCES, _LONGEST_SENTENCE = 30, 2_000
_LANGUAGES = {"zh": "Chinese", "en": "English", "de": "German", "fr": "French", "es": "Spanish"}


class Verdict(BaseModel):
    """What a model answers."""

    model_config = ConfigDict(frozen=True)

    answerable: Literal["yes", "partly", "no", "sources_disagree"]
    sentences: Annotated[tuple[QuotedSentence, ...], Field(max_length=_MOST_SENTENCES)] = ()
    confidence: Confidence = "not_sure"


@dataclass(frozen=True)
class QuestionWithPassages:
    """A question with the passages that a model is shown."""

    question: str
    language: str
    passages: tuple[ContextPassage, ...]
    texts: tuple[str, ...]

    @classmethod
    def of(cls, question: str, context: Context, *, language: str) -> "QuestionWithPassages":
        """As many whole passages, the best first, as a model reads with care; those that give orders come last."""
        passages: list[ContextPassage] = []
        texts: list[str] = []
        for passage in sorted(context.passages[:MOST_SENT], key=lambda one: one.orders):
            text = cleaned(passage.text).strip()
            if texts and sum(map(len, texts)) + len(text) > _MOST_CHARACTERS:
                break
            passages.append(passage)
            texts.append(text)
        return cls(question, language, tuple(passages), tuple(texts))

    @property
    def quotable(self) -> list[str]:
        """Each passage below its headings."""
        return [f"{_title(one)}\n{text}" for one, text in zip(self.passages, self.texts, strict=True)]

    @property
    def hosts(self) -> list[str]:
        """Where the documents are from, as far as they are from the web."""
        return sorted({host for passage in self.passages if (host := urlsplit(passage.address).hostname)})

    def messages(self) -> list[Message]:
        """What a model is asked."""
        question = cleaned(self.question)
        mark = new_mark(question, *self.texts)
        shown = [
            f"--- passage {number} {mark} ({_described(one)})\n{text}\n--- end of passage {number} {mark}"
            for number, (one, text) in enumerate(zip(self.passages, self.texts, strict=True), 1)
        ]
        language = _LANGUAGES.get(self.language, "the language of the question")
        return [
            Message("system", prompt(ANSWER).format(mark=mark, language=language)),
            Message("user", "\n\n".join((*shown, f"Question: {question}"))),
        ]

    def checked(self, sentence: QuotedSentence) -> tuple[Sentence | None, list[Reason]]:
        """A sentence with the numbers of passages as sources, or None and why it can't be proved."""
        if wrong := faults(sentence, self.quotable):
            return None, wrong
        marks: list[Mark] = []
        if asks_for_secrets(sentence.text):
            marks.append("asks_for_secrets")
        if foreign_links(sentence.text, self.hosts):
            marks.append("foreign_link")
        titles = [_title(self.passages[quote.passage - 1]) for quote in sentence.quotes]
        if unquoted_names(sentence.text, [self.question, *titles, *(quote.text for quote in sentence.quotes)]):
            marks.append("unquoted_name")
        quotes = tuple(Quote(source=quote.passage, quote=quote.text) for quote in sentence.quotes)
        lines = (" ".join(line.split()) for line in cleaned(sentence.text).splitlines())
        text = "\n".join(line for line in lines if line)[:_LONGEST_SENTENCE]
        return Sentence(text=text, quotes=quotes, marks=tuple(marks)), []


async def answered(
    asked: QuestionWithPassages,
    model: TextModel,
    *,
    max_tokens: int,
    second_try: bool,
    reporter: Reporter,
    on_sentence: Callable[[str], None],
) -> Answer:
    """What a model answers.

    Args:
        second_try: whether what can't be read or proved may go back to the model, once.
        on_sentence: hears each sentence that was proved, while the model goes on.

    Raises:
        Temporary: the model gave no answer that can be read.
        Permanent: it refuses, or a budget is spent; after a sentence was proved, that is a problem of the run instead.
    """
    messages = asked.messages()
    partial = Partial(lambda sentence: _tell(asked, sentence, on_sentence))
    allowed = 2 if second_try else 1
    verdict, usage = await model.typed(
        messages, Verdict, max_tokens=max_tokens, on_text=partial.hear, exchanges=allowed
    )
    await reporter.spent(usage)
    kept, wrong = _split(asked, verdict)
    if (wrong or not kept) and usage.exchanges < allowed and verdict.answerable != "no":
        try:
            second, usage = await model.typed(
                _again(messages, verdict, wrong), Verdict, max_tokens=max_tokens, exchanges=1
            )
            await reporter.spent(usage)
        except (Temporary, Permanent) as exc:
            if not kept:
                raise
            what = say("answer_not_corrected", model=model.name, why=exc.message)
            await reporter.problem("model", what, exc.way, missing=False)
        else:
            better, still = _split(asked, second)
            if len(better) >= len(kept) or second.answerable == "no":
                verdict, kept, wrong = second, better, still
    return _made(asked, verdict, kept, wrong, by=model.name)


def _again(messages: Sequence[Message], verdict: Verdict, wrong: Sequence[LeftOut]) -> list[Message]:
    """The same question once more, with what was wrong with its answer."""
    told = "\n".join(f"- {one.text!r}: {one.why}." for one in wrong) or "- There is none."
    return [
        *messages,
        Message("assistant", verdict.model_dump_json()),
        Message(
            "user",
            f"These sentences can't be shown:\n{told}\nAnswer the question again, whole. Quote exactly, and leave"
            " out what no passage says.",
        ),
    ]


def _tell(asked: QuestionWithPassages, sentence: QuotedSentence, on_sentence: Callable[[str], None]) -> None:
    proved, _ = asked.checked(sentence)
    if proved is not None:
        begins = "\n" if stands_alone(proved.text) else ""
        on_sentence(f"{begins}{proved.text} ")


def _split(asked: QuestionWithPassages, verdict: Verdict) -> tuple[list[Sentence], list[LeftOut]]:
    """The sentences that are proved, and the others."""
    kept: list[Sentence] = []
    wrong: list[LeftOut] = []
    for one in verdict.sentences:
        proved, why = asked.checked(one)
        if proved is not None:
            kept.append(proved)
        else:
            wrong.append(LeftOut(text=one.text[:_LONGEST_SENTENCE], why="; ".join(map(str, why)), messages=tuple(why)))
    return kept, wrong


def _made(
    asked: QuestionWithPassages, verdict: Verdict, kept: Sequence[Sentence], wrong: Sequence[LeftOut], *, by: str
) -> Answer:
    closest = nearest(asked.question, asked.passages, language=asked.language)
    answer = Answer(sources=closest, written_by=by, prompt=ANSWER, left_out=tuple(wrong))
    if verdict.answerable == "no":
        return answer.model_copy(update={"answerable": "no", "confidence": verdict.confidence, "left_out": ()})
    if not kept:
        return answer
    cited = list(dict.fromkeys(quote.source for one in kept for quote in one.quotes))
    number = {passage: place for place, passage in enumerate(cited, 1)}
    sentences = tuple(
        one.model_copy(
            update={"quotes": tuple(quote.model_copy(update={"source": number[quote.source]}) for quote in one.quotes)}
        )
        for one in kept
    )
    return answer.model_copy(
        update={
            "answerable": verdict.answerable,
            "answer": in_text(sentences, asked.language),
            "sentences": sentences,
            "confidence": _confidence(asked, verdict.confidence, cited, kept, wrong),
            "sources": tuple(
                source_of(
                    asked.question,
                    asked.passages[one - 1],
                    asked.language,
                    [quote.quote for said in kept for quote in said.quotes if quote.source == one],
                )
                for one in cited
            ),
        }
    )


def _confidence(
    asked: QuestionWithPassages,
    own: Confidence,
    cited: Sequence[int],
    kept: Sequence[Sentence],
    wrong: Sequence[LeftOut],
) -> Confidence:
    """The model's own, but for what rests on a passage that gives orders, or could not all be proved."""
    if any(asked.passages[number - 1].orders for number in cited):
        return "not_sure"
    doubtful = bool(wrong) or any("unquoted_name" in one.marks for one in kept)
    return "likely" if doubtful and own == "sure" else own


def _described(one: ContextPassage) -> str:
    dated = "" if one.added_at is None else f", {to_iso(one.added_at)[:10]}"
    return f"{_title(one)}{dated}"


def _title(one: ContextPassage) -> str:
    return " ".join(cleaned(one.passage.title).split())
