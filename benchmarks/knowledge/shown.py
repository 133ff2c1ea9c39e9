"""What harmless passages are answered with, once the right one is found: what rules against attacks cost.

    python3 -m benchmarks.knowledge.shown [DATA] [--set FILE ...]

The passage that answers comes first, behind it the four that full-text search finds. "Shown": the sentences that are
quoted hold a right answer. "Quoted": anything is. "Model": so does what a model's sentence may rest on. "Disagree": the
answer says that its sources disagree, though nobody planted anything.
"""

import argparse
import asyncio
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from benchmarks.knowledge.cases import Passage, Question, Set, chinese, faq, read_set
from integrations.search.sqlite import SqliteSearch
from magicai.knowledge import document
from magicai.knowledge.answer import disagreement_in, extracted
from magicai.knowledge.orders import without_orders
from magicai.knowledge.parsed import Place
from magicai.knowledge.searching import Context, ContextPassage
from magicai.knowledge.writing import supporting
from magicai.stores.entity import Entity, Versioned

_OWNER, _KIND = "benchmark", "passage"
_MOST = 5


class Counted(NamedTuple):
    """What was counted over the questions of a set, and the answers that say that sources disagree."""

    counts: Counter[str]
    disagreeing: list[tuple[str, str]]


def context_of(passages: list[Passage], question: str) -> Context:
    """Passages as they come before whoever answers."""
    found: list[ContextPassage] = []
    for one in passages:
        passage = document.Passage(
            passage_id=one.id, document_id=one.document, collection="c", document=one.document, source=one.document,
            title_path=tuple(one.title.split(" › ")) if one.title else (), place=Place(), language="", text=one.text,
        )  # fmt: skip
        text = without_orders(passage.quotable, question, passage.title)
        if text:
            found.append(ContextPassage(passage=passage, text=text, score=1.0))
    return Context(passages=tuple(found), confidence=1.0, threshold=0.0, labels=0, ranker="")


async def measure(of: Set, each: int = 0) -> Counted:
    """Ask the questions of a set that have an answer: all, or so many from all over it."""
    questions = [one for one in of.questions if one.relevant]
    questions = questions[:: max(1, len(questions) // each)] if each else questions
    passages = {one.id: one for one in of.passages}
    counts, disagreeing = Counter[str](), list[tuple[str, str]]()
    with tempfile.TemporaryDirectory(prefix="magicai-") as folder:
        index = SqliteSearch(Path(folder) / "search.sqlite3")
        entities = [Entity(_KIND, one.id, _OWNER, title=one.title, text=one.text) for one in of.passages]
        await index.apply([Versioned(_KIND, one.entity_id, _OWNER, 1, one.digest, one) for one in entities])
        for question in questions:
            hits = await index.search(question.text, owner_id=_OWNER, match="any", limit=_MOST)
            ids = dict.fromkeys([question.relevant[0], *(hit.entity_id for hit in hits)])
            context = context_of([passages[one] for one in list(ids)[:_MOST]], question.text)
            _count(question, context, counts, disagreeing)
        await index.close()
    return Counted(counts, disagreeing)


def _count(question: Question, context: Context, counts: Counter[str], disagreeing: list[tuple[str, str]]) -> None:
    counts["asked"] += 1
    if not context.passages:
        return
    answer = extracted(question.text, context, language=question.language)
    counts["quoted"] += not answer.abstained
    counts["shown"] += _holds(question, " ".join(one.text for one in answer.sentences))
    disagreement = disagreement_in(question.text, context)
    counts["model"] += _holds(question, " ".join(supporting(question.text, context, disagreement)))
    if answer.disagreements:
        counts["disagree"] += 1
        disagreeing.append((question.text, answer.answer))


def _holds(question: Question, text: str) -> bool:
    return any(_plain(one) in _plain(text) for one in question.answers)


def _plain(text: str) -> str:
    return "".join(text.casefold().split())


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, nargs="?", help="the folder with faq/ and qa-zh/")
    parser.add_argument("--set", type=Path, metavar="FILE", action="append", default=[])
    parser.add_argument("--each", type=int, default=0, help="about so many questions of each set; all of them if 0")
    parser.add_argument("--shown", action="store_true", help="print the answers that say that sources disagree")
    asked = parser.parse_args()
    sets = [*([faq(asked.data), chinese(asked.data)] if asked.data else []), *map(read_set, asked.set)]
    print("| set | questions | quoted | shown | model | disagree |\n|---|---:|---:|---:|---:|---:|")
    for one in sets:
        counts, disagreeing = asyncio.run(measure(one, asked.each))
        shares = [f"{counts[name] / counts['asked']:.1%}" for name in ("quoted", "shown", "model", "disagree")]
        print(f"| {one.name} | {counts['asked']} | {' | '.join(shares)} |", flush=True)
        if asked.shown:
            print("\n".join(f"    {question}\n        {said}" for question, said in disagreeing))
    return 0


if __name__ == "__main__":
    sys.exit(main())
