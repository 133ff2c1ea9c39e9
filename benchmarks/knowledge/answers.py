"""What a model answers from what was found: how much of it code proves, and how often it is right to refuse."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from benchmarks.knowledge.retrieval import Found
from magicai.knowledge.answer import Answer
from magicai.knowledge.answering import MOST_SENT, QuestionWithPassages, answered
from magicai.knowledge.document import Passage as StoredPassage
from magicai.knowledge.parsed import Place
from magicai.knowledge.searching import Context, ContextPassage
from magicai.ports import Reporter, TextModel, Usage


@dataclass
class _Quiet:
    """Hears what a model took."""

    used: Usage

    async def spent(self, usage: Usage) -> None:
        self.used = self.used + usage


def context_of(found: Found) -> Context:
    """What was found, best first, as the product hands it on."""
    return Context(
        passages=tuple(
            ContextPassage(
                passage=StoredPassage(
                    passage_id=one.candidate.passage_id,
                    document_id=found.passages[one.candidate.passage_id].document,
                    collection="default",
                    document=found.passages[one.candidate.passage_id].document,
                    source=found.passages[one.candidate.passage_id].document,
                    title_path=tuple(one.candidate.title.split(" › ")),
                    place=Place(),
                    language=found.question.language,
                ),
                text=one.candidate.text,
                match=one.match,
                orders=one.candidate.orders,
            )
            for one in found.merged()[:MOST_SENT]
        )
    )


async def report(found: Sequence[Found], model: TextModel) -> None:
    """Ask the model each question, and print what became of it."""
    told = Counter[str]()
    hopeless = Counter[str]()
    left_out = sentences = 0
    heard = _Quiet(Usage())
    for one in found:
        asked = QuestionWithPassages.of(one.question.text, context_of(one), language=one.question.language)
        answer = await answered(
            asked, model, max_tokens=1_500, second_try=True, reporter=cast("Reporter", heard), on_sentence=_unheard
        )
        left_out, sentences = left_out + len(answer.left_out), sentences + len(answer.sentences)
        if one.question.relevant:
            told[_kind(answer, one.question.relevant)] += 1
        else:
            hopeless["answered" if answer.sentences else "refused" if answer.answerable == "no" else "unproved"] += 1
    print(f"\n{model.name}, {heard.used.prompt_tokens:,} + {heard.used.completion_tokens:,} tokens:\n")
    for kind, counts in (("with an answer", told), ("without an answer", hopeless)):
        print(f"Questions {kind}: {', '.join(f'{count} {name}' for name, count in counts.most_common())}.")
    print(f"Sentences: {sentences} proved, {left_out} left out.")


def _kind(answer: Answer, relevant: Sequence[str]) -> str:
    if not answer.sentences:
        return "refused" if answer.answerable == "no" else "unproved"
    cited = {source.passage_id for source in answer.sources}
    return "answered from others" if cited.isdisjoint(relevant) else "answered from a passage that answers"


def _unheard(_sentence: str) -> None:
    """Nobody watches."""
