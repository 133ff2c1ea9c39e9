"""A folder of documents as people have it, with questions on it: read and cut as the product does.

Questions are a JSON list of `{question, documents, quotes}`: what a customer asks, the files that answer it, and words
copied from them that do. Questions without quotes have no answer in the folder.
"""

import json
from pathlib import Path
from typing import Any

from benchmarks.knowledge.cases import Passage, Question, Set
from integrations.parsing.formats import parse
from magicai.errors import MagicError
from magicai.knowledge.folder import files_in, why_not
from magicai.knowledge.passages import cut
from magicai.knowledge.quotes import folded
from magicai.values.languages import language_of


def read_help_centre(folder: Path, questions: Path) -> Set:
    """The folder's passages; of each question, those that contain one of its quotes are relevant."""
    passages = [
        passage
        for source, path in files_in(folder).files.items()
        if not why_not(source, path, folder)
        for passage in _of(source, path)
    ]
    asked: list[dict[str, Any]] = json.loads(questions.read_text(encoding="utf-8"))
    return Set(
        folder.name,
        tuple(passages),
        tuple(
            Question(
                str(number),
                one["question"],
                language_of(one["question"]),
                _relevant(passages, one),
                tuple(one.get("quotes", ())),
                str(number),
            )
            for number, one in enumerate(asked, 1)
        ),
    )


def _of(source: str, path: Path) -> list[Passage]:
    try:
        parsed = parse(path.name, path.read_bytes())
        pieces = cut(parsed, title=path.stem)
    except MagicError as exc:
        print(f"{source}: {exc.what}")
        return []
    return [Passage(f"{source}:{number}", piece.title, piece.text, source) for number, piece in enumerate(pieces, 1)]


def _relevant(passages: list[Passage], asked: dict[str, Any]) -> tuple[str, ...]:
    quotes = [folded(quote) for quote in asked.get("quotes", ())]
    sources = asked.get("documents", ())
    return tuple(
        passage.id
        for passage in passages
        if any(passage.document.endswith(source) for source in sources)
        and any(quote in folded(f"{passage.title} {passage.text}") for quote in quotes)
    )
