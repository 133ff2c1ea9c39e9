"""Passages with questions: those of the folder of data, or of a file of anybody's."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from magicai.values.languages import language_of

ACROSS = "across"


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage, and the document of which it is."""

    id: str
    title: str
    text: str
    document: str


@dataclass(frozen=True, slots=True)
class Question:
    """A question.

    Attributes:
        relevant: ids of the passages that answer it; empty where nothing does.
        answers: texts that are right.
        group: questions of one group ask the same.
    """

    id: str
    text: str
    language: str
    relevant: tuple[str, ...]
    answers: tuple[str, ...]
    group: str


@dataclass(frozen=True, slots=True)
class Set:
    """Questions on passages."""

    name: str
    passages: tuple[Passage, ...]
    questions: tuple[Question, ...]

    @property
    def language(self) -> str:
        """That of the questions; `ACROSS` where the passages are in another."""
        asked = self.questions[0].language
        told = Counter(language_of(passage.text) for passage in self.passages)
        return ACROSS if told.most_common(1)[0][0] not in ("", asked) else asked


def read_set(path: Path) -> Set:
    """The set in a file: `{passages: [...], questions: [...]}`."""
    body: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    passages = tuple(
        Passage(str(one["id"]), one.get("title", ""), one["text"], str(one.get("document", one["id"])))
        for one in body["passages"]
    )
    questions = tuple(
        Question(
            str(one["id"]),
            one["text"],
            one.get("language", ""),
            tuple(map(str, one.get("relevant", ()))),
            tuple(one.get("answers", ())),
            str(one.get("group", one["id"])),
        )
        for one in body["questions"]
    )
    return Set(path.stem, passages, questions)


def faq(data: Path) -> Set:
    """Support threads: the passage is the first question with its answers, the questions rephrase it."""
    threads = json.loads((data / "faq" / "stackfaq-dev.json").read_text(encoding="utf-8"))
    passages = [
        Passage(f"f{place}", thread["question"], "\n".join(thread["answers"]), f"f{place}")
        for place, thread in enumerate(threads)
    ]
    questions = [
        Question(f"f{place}-{number}", text, "en", (f"f{place}",), tuple(thread["answers"]), f"f{place}")
        for place, thread in enumerate(threads)
        for number, text in enumerate(thread["rephrasings"])
    ]
    return Set("faq/stackfaq-dev", tuple(passages), tuple(questions))


def chinese(data: Path) -> Set:
    """Chinese passages with questions, each answered by a span."""
    body = json.loads((data / "qa-zh" / "cmrc2018-dev-half.json").read_text(encoding="utf-8"))
    found = [paragraph for one in body["data"] for paragraph in one["paragraphs"]]
    passages = [Passage(one["id"], "", one["context"], one["id"]) for one in found]
    questions = [
        Question(
            asked["id"],
            asked["question"],
            "zh",
            (one["id"],),
            tuple(dict.fromkeys(answer["text"] for answer in asked["answers"])),
            asked["id"],
        )
        for one in found
        for asked in one["qas"]
    ]
    return Set("qa-zh/cmrc2018-dev-half", tuple(passages), tuple(questions))
