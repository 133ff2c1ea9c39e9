"""Makes sets of public data, in the form of `--set`: `python3 -m benchmarks.knowledge.public_sets FOLDER TO`.

FOLDER holds checkouts of google-deepmind/xquad and ymcui/cmrc2018 (CC BY-SA 4.0), DataTalksClub/llm-zoomcamp and
anthropics/anthropic-cookbook (MIT), each under its own name. TO gets a JSON file for each set:

    python3 -m benchmarks.knowledge $(printf -- "--set %s " TO/*.json)
"""

import argparse
import csv
import json
import random
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

# Questions of a course; there are five to each of its answers.
_MOST_OF_COURSE = 500
# Characters of a section of documentation; more than a passage has are of no use.
_LONGEST = 2_500
_Made = tuple[str, list[dict[str, Any]], list[dict[str, Any]]]


def xquad(folder: Path, language: str) -> _Made:
    """Passages of Wikipedia with questions, the same in both languages."""
    articles = _read(folder / f"xquad.{language}.json")["data"]
    passages: list[dict[str, Any]] = []
    questions: list[dict[str, Any]] = []
    for number, article in enumerate(articles):
        title = str(article.get("title", ""))
        for place, paragraph in enumerate(article["paragraphs"]):
            passage = f"{number}-{place}"
            named = title.replace("_", " ") if language == "en" else ""
            passages.append(
                {"id": passage, "title": named, "text": paragraph["context"], "document": title or str(number)}
            )
            questions += [
                _question(
                    asked["id"], asked["question"], language, [passage], [one["text"] for one in asked["answers"]]
                )
                for asked in paragraph["qas"]
            ]
    return f"xquad-{language}", passages, questions


def across(folder: Path, asked: str, answered: str) -> _Made:
    """Questions of XQuAD in one language on its passages in the other."""
    _, passages, _ = xquad(folder, answered)
    _, _, questions = xquad(folder, asked)
    return f"xquad-{asked}-on-{answered}", passages, [{**question, "answers": []} for question in questions]


def cmrc(folder: Path) -> _Made:
    """The trial part of CMRC 2018: other passages than those of its development part."""
    found = _read(folder / "data" / "cmrc2018_trial.json")
    passages = [
        {"id": one["context_id"], "title": "", "text": one["context_text"], "document": one["context_id"]}
        for one in found
    ]
    questions = [
        _question(asked["query_id"], asked["query_text"], "zh", [one["context_id"]], asked["answers"])
        for one in found
        for asked in one["qas"]
    ]
    return "cmrc2018-trial", passages, questions


def courses(folder: Path) -> Iterator[_Made]:
    """The FAQs of three courses, with questions that rephrase theirs."""
    part = folder / "06-best-practices"
    documents = _read(part / "documents-with-ids.json")
    with (part / "ground-truth-data.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for course in dict.fromkeys(document["course"] for document in documents):
        its = {document["id"]: document for document in documents if document["course"] == course}
        passages = [
            {"id": name, "title": one["question"], "text": one["text"] or ".", "document": name}
            for name, one in its.items()
        ]
        questions = [
            _question(str(number), row["question"], "en", [row["document"]], [], row["document"])
            for number, row in enumerate(rows)
            if row["course"] == course and row["document"] in its
        ]
        random.Random(1).shuffle(questions)  # noqa: S311 - the same ones again
        yield course, passages, questions[:_MOST_OF_COURSE]


def documentation(folder: Path) -> _Made:
    """Sections of an API's documentation, with questions on them; some are answered by several."""
    part = folder / "skills" / "retrieval_augmented_generation"
    passages: dict[str, dict[str, Any]] = {}
    for one in _read(part / "data" / "anthropic_docs.json"):
        link, heading = one["chunk_link"], one["chunk_heading"]
        page = link.partition("#")[0]
        title = f"{page.rpartition('/')[2].replace('-', ' ')} › {heading}"
        text = one["text"].removeprefix(heading).strip()[:_LONGEST] or heading
        passages.setdefault(link, {"id": link, "title": title, "text": text, "document": page})
    asked = _read(part / "evaluation" / "docs_evaluation_dataset.json")
    questions = [
        _question(one["id"], one["question"], "en", relevant, [])
        for one in asked
        if (relevant := [link for link in one["correct_chunks"] if link in passages])
    ]
    return "api-documentation", list(passages.values()), questions


def _question(
    name: str, text: str, language: str, relevant: Sequence[str], answers: Sequence[str], group: str = ""
) -> dict[str, Any]:
    return {
        "id": name,
        "text": text,
        "language": language,
        "relevant": relevant,
        "answers": answers,
        "group": group or name,
    }


def _read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def main() -> int:
    """Write the sets."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("to", type=Path)
    wanted = parser.parse_args()
    wanted.to.mkdir(parents=True, exist_ok=True)
    made = [
        xquad(wanted.folder / "xquad", "en"),
        xquad(wanted.folder / "xquad", "zh"),
        across(wanted.folder / "xquad", "zh", "en"),
        across(wanted.folder / "xquad", "en", "zh"),
        cmrc(wanted.folder / "cmrc2018"),
        *courses(wanted.folder / "llm-zoomcamp"),
        documentation(wanted.folder / "anthropic-cookbook"),
    ]
    for name, passages, questions in made:
        body = {"passages": passages, "questions": questions}
        (wanted.to / f"{name}.json").write_text(json.dumps(body, ensure_ascii=False), encoding="utf-8")
        print(f"{name}: {len(passages)} passages, {len(questions)} questions")
    return 0


if __name__ == "__main__":
    sys.exit(main())
