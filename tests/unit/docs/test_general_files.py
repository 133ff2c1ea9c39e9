"""Machinery names no workflow and imports no subject; what only one subject has lies in files named after it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from magicai.runs import catalogue

MAGICAI = Path(__file__).parents[3] / "magicai"
MACHINERY = ("brain", "runs", "stores", "accounts", "ports", "api", "cli", "mcp")
WORKFLOWS = catalogue.names()
SUBJECTS = {catalogue.workflow(name).request.__module__.split(".")[1] for name in WORKFLOWS}

# Still to be moved: files that a request names, and files that a run makes.
KNOWN = {
    "api/routes/files.py", "api/routes/workflows.py", "cli/files.py", "cli/here.py", "cli/remote/installation.py",
    "mcp/answers.py", "mcp/local.py",
}  # fmt: skip


def general() -> dict[str, str]:
    """The text of all general files, by path."""
    found = {
        str(path.relative_to(MAGICAI)): path.read_text(encoding="utf-8")
        for room in MACHINERY
        for path in (MAGICAI / room).rglob("*.py")
        if not any(path.stem == subject or path.stem.startswith(f"{subject}_") for subject in SUBJECTS)
    }
    assert len(found) > 100
    return found


def named(text: str) -> set[str]:
    """The workflows that a text names, however they are spelled."""
    spelled = {name: name.replace("-", "[-_ ]?") for name in WORKFLOWS}
    return {name for name, pattern in spelled.items() if re.search(pattern, text, re.IGNORECASE)}


def imported(text: str) -> Iterator[str]:
    """The modules that a text imports, and the names that it takes from them."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def of_subjects(text: str) -> set[str]:
    """What a text imports of subjects: of their rooms, or files of the machinery that are theirs."""
    rooms = "|".join(sorted(SUBJECTS))
    own = re.compile(rf"magicai\.({rooms})(\.|$)|magicai\.({'|'.join(MACHINERY)})\.(.*\.)?({rooms})(_\w+)?(\.|$)")
    return {name for name in imported(text) if own.match(name)}


def test_general_files_name_no_workflow_and_import_no_subject() -> None:
    texts = general()
    offenders = {path: (named(text), of_subjects(text)) for path, text in texts.items()}
    offenders = {path: what for path, what in offenders.items() if any(what)}
    assert {path: what for path, what in offenders.items() if path not in KNOWN} == {}
    assert KNOWN - offenders.keys() == set(), "these are known no longer: take them from the list"


def test_every_spelling_and_import_is_seen() -> None:
    (name, *_), (subject, *_) = WORKFLOWS, sorted(SUBJECTS)
    for text in (f"run {name}", name.replace("-", "_"), name.replace("-", " ").title().replace(" ", "")):
        assert named(f"# {text}") == {name}, text
    for text in (
        f"import magicai.{subject}",
        f"from magicai import {subject}",
        f"def f():\n    from magicai.{subject}.x import y",
        f"from magicai.api.routes import runs, {subject}",
        f"from magicai.api.{subject}_shapes import X",
    ):
        assert of_subjects(text), text
    assert not of_subjects("from magicai.runs import catalogue\nimport magicai.stores.entity")
