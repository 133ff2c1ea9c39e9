"""How well questions are answered from documents: `python3 -m benchmarks.knowledge DATA`, or `--set FILE` for others'.

With `--fit`, what ranks is learnt anew from DATA and all sets, and written to magicai/knowledge/ranking.json.
"""

import argparse
import asyncio
import sys
from dataclasses import replace
from pathlib import Path

from benchmarks.knowledge import fitting
from benchmarks.knowledge.cases import Set, chinese, faq, read_set
from benchmarks.knowledge.learning import report_learning
from benchmarks.knowledge.reporting import report
from benchmarks.knowledge.retrieval import Found, find
from integrations.embedder.usem3 import UsemEmbedder
from magicai.knowledge.ranking import WITHOUT
from magicai.ports import Embedder


def main() -> int:
    """Print the tables; 0 where every goal was reached, or there is none."""
    parser = argparse.ArgumentParser(prog="python3 -m benchmarks.knowledge", description=__doc__)
    parser.add_argument("data", type=Path, nargs="?", help="the folder with faq/ and qa-zh/")
    parser.add_argument(
        "--set",
        type=Path,
        metavar="FILE",
        action="append",
        default=[],
        help="JSON of {passages: [...], questions: [...]}; may be given several times",
    )
    parser.add_argument("--fit", action="store_true", help="learn what ranks from all of them, and write it down")
    parser.add_argument("--without", action="store_true", help="without semantic search")
    wanted = parser.parse_args()
    if not wanted.set and wanted.data is None:
        parser.error("give the folder of the data, or --set FILE")
    sets = [*([faq(wanted.data), chinese(wanted.data)] if wanted.data else []), *map(read_set, wanted.set)]
    if wanted.fit:
        _fit(sets)
    embedder: Embedder | None = None if wanted.without else UsemEmbedder()
    met = True
    for one in sets:
        found = asyncio.run(find(one, embedder))
        encoder = WITHOUT if embedder is None else embedder.name
        met &= report(one, found, encoder=encoder, goals=wanted.data is not None)
        learnt = asyncio.run(report_learning(found, embedder, encoder=encoder))
        met &= learnt is not False or wanted.data is None
    return 0 if met else 1


def _fit(sets: list[Set]) -> None:
    embedders: tuple[Embedder | None, ...] = (None, UsemEmbedder())
    learnt: dict[str, dict[str, dict[str, list[Found]]]] = {}
    for embedder in embedders:
        by_language = learnt.setdefault(WITHOUT if embedder is None else embedder.name, {})
        for one in sets:
            some = replace(one, questions=tuple(fitting.evenly(one.questions)))
            by_language.setdefault(one.language, {})[one.name] = asyncio.run(find(some, embedder))
    fitting.fit(learnt)


if __name__ == "__main__":
    sys.exit(main())
