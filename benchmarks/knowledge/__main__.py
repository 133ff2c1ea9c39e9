"""How well questions are answered from documents.

    python3 -m benchmarks.knowledge DATA                           the public sets in the folder DATA
    python3 -m benchmarks.knowledge --set FILE                     {passages: [...], questions: [...]} of anybody's
    python3 -m benchmarks.knowledge --folder DIR --questions FILE  documents as people have them (help_centre.py)

With `--model`, a language model answers each question from what was found, and what code proves of that is counted.
"""

import argparse
import asyncio
import sys
from dataclasses import replace
from pathlib import Path

from benchmarks.knowledge import answers, retrieval
from benchmarks.knowledge.cases import Set, chinese, faq, read_set
from benchmarks.knowledge.help_centre import read_help_centre
from benchmarks.knowledge.opening import Models, open_models
from benchmarks.knowledge.retrieval import find, misspelt


def main() -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(
        prog="python3 -m benchmarks.knowledge",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("data", type=Path, nargs="?", help="the folder with faq/ and qa-zh/")
    parser.add_argument("--set", type=Path, metavar="FILE", action="append", default=[], help="may be repeated")
    parser.add_argument("--folder", type=Path, metavar="DIR", help="documents")
    parser.add_argument("--questions", type=Path, metavar="FILE", help="questions on the documents of --folder")
    parser.add_argument("--embedder", metavar="NAME", default="embedded", help="as MAGICAI_EMBEDDER, or none")
    parser.add_argument("--reranker", metavar="NAME", default="none", help="as MAGICAI_RERANKER")
    parser.add_argument("--model", metavar="NAME", default="none", help="as MAGICAI_MODEL")
    parser.add_argument("--misspelt", action="store_true", help="also with a slip in each question's longest word")
    parser.add_argument("--each", type=int, metavar="N", default=150, help="questions of each set")
    wanted = parser.parse_args()
    if (wanted.folder is None) != (wanted.questions is None):
        parser.error("--folder and --questions belong together")
    sets = [*([faq(wanted.data), chinese(wanted.data)] if wanted.data else []), *map(read_set, wanted.set)]
    if wanted.folder:
        sets.append(read_help_centre(wanted.folder, wanted.questions))
    if not sets:
        parser.error("give the folder of the data, --set FILE, or --folder DIR with --questions FILE")
    asyncio.run(_report(sets, wanted))
    return 0


async def _report(sets: list[Set], wanted: argparse.Namespace) -> None:
    async with open_models(embedder=wanted.embedder, reranker=wanted.reranker, model=wanted.model) as models:
        await _report_with(sets, wanted, models)


async def _report_with(sets: list[Set], wanted: argparse.Namespace, models: Models) -> None:
    embedder, reranker, model = models.embedder, models.reranker, models.text
    print(f"Embedder: {wanted.embedder}. Reranker: {wanted.reranker}. Model: {wanted.model}.")
    ways = ["words", *(["meaning", "merged"] if embedder else []), *(["reranked"] if reranker else [])]
    for whole in sets:
        step = max(1, len(whole.questions) // wanted.each)
        one = replace(whole, questions=whole.questions[::step][: wanted.each])
        found = await find(one, embedder, reranker)
        retrieval.report(f"{one.name} ({len(one.passages)} passages)", found, ways)
        if wanted.misspelt:
            slips = misspelt(one)
            retrieval.report(slips.name, await find(slips, embedder, reranker), ways)
        if model is not None:
            await answers.report(found, model)


if __name__ == "__main__":
    sys.exit(main())
