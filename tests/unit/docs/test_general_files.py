"""Machinery names no workflow and imports no subject; what only one subject has lies in files named after it."""

import re
from pathlib import Path

from magicai.runs import registry

MAGICAI = Path(__file__).parents[3] / "magicai"
MACHINERY = ("brain", "runs", "stores", "accounts", "ports", "api", "cli", "mcp", "operations", "shapes")
# Rooms that have files of subjects; elsewhere, a file that is called like a subject is a general one.
WITH_SUBJECTS = ("api", "cli", "mcp", "operations", "shapes")
WORKFLOWS = registry.names()
SUBJECTS = {registry.workflow(name).request.__module__.split(".")[1] for name in WORKFLOWS}


def general() -> dict[str, str]:
    """The text of all general files, by path."""
    found = {
        str(path.relative_to(MAGICAI)): path.read_text(encoding="utf-8")
        for room in MACHINERY
        for path in (MAGICAI / room).rglob("*.py")
        if room not in WITH_SUBJECTS
        or not any(path.stem == subject or path.stem.startswith(f"{subject}_") for subject in SUBJECTS)
    }
    assert len(found) > 100
    return found


def named(text: str) -> set[str]:
    """The workflows that a text names, however they are spelled."""
    spelled = {name: name.replace("-", "[-_ ]?") for name in WORKFLOWS}
    return {name for name, pattern in spelled.items() if re.search(pattern, text, re.IGNORECASE)}


def of_subjects(text: str) -> set[str]:
    """The subjects that a text imports: their rooms, or files of the machinery that are theirs.

    By words, not by syntax: Python 3.11 may fail to build a syntax tree while garbage is collected (gh-106905).
    """
    rooms = "|".join(sorted(SUBJECTS))
    own = rf"({rooms})(?:_\w+)?\b"
    patterns = (
        rf"\bmagicai\.({rooms})\b",
        rf"\bmagicai\.(?:{'|'.join(WITH_SUBJECTS)})(?:\.\w+)*\.{own}",
        rf"\bfrom magicai(?:\.(?:{'|'.join(WITH_SUBJECTS)})[\w.]*)? import (?:\([^)]*|[^\n(]*)\b{own}",
    )
    return {room for pattern in patterns for room in re.findall(pattern, text)}


def test_general_files_name_no_workflow_and_import_no_subject() -> None:
    offenders = {path: (named(text), of_subjects(text)) for path, text in general().items()}
    assert {path: what for path, what in offenders.items() if any(what)} == {}


def test_every_spelling_and_import_is_seen() -> None:
    (name, *_), (subject, *_) = WORKFLOWS, sorted(SUBJECTS)
    for text in (f"run {name}", name.replace("-", "_"), name.replace("-", " ").title().replace(" ", "")):
        assert named(f"# {text}") == {name}, text
    for text in (
        f"import magicai.{subject}",
        f"from magicai import {subject}",
        f"def f():\n    from magicai.{subject}.x import y",
        f"from magicai.api.routes import runs, {subject}",
        f"from magicai.api.routes import (\n    runs,\n    {subject},\n)",
        f"from magicai.shapes.subjects.{subject} import X",
    ):
        assert of_subjects(text), text
    assert not of_subjects("from magicai.runs import registry\nimport magicai.stores.entity")
