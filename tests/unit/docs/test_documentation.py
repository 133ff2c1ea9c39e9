import importlib.util
import re
from pathlib import Path
from types import ModuleType

import click

from magicai.cli.root import root
from magicai.runs import catalogue
from magicai.settings import listed, load

DOCS = Path(__file__).parents[3] / "docs"


def _publish() -> ModuleType:
    spec = importlib.util.spec_from_file_location("publish", DOCS / "schemas/publish.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _commands(command: click.Command, name: str) -> list[tuple[str, click.Command]]:
    if not isinstance(command, click.Group):
        return [(name, command)]
    context = click.Context(command)
    inner = [(word, command.get_command(context, word)) for word in command.list_commands(context)]
    return [found for word, sub in inner if sub is not None for found in _commands(sub, f"{name} {word}")]


def test_every_command_is_documented_with_its_options() -> None:
    text = (DOCS / "reference/commands.md").read_text(encoding="utf-8")
    missing: list[str] = []
    for name, command in _commands(root, "magicai"):
        own = _said_of(name, text)
        if not own:
            missing.append(name)
        for parameter in command.params:
            option = next((o for o in parameter.opts if o.startswith("--")), None)
            if option and option != "--help" and not re.search(rf"`{option}\b(?!-)", own):
                missing.append(f"{name} {option}")
    assert missing == []


def _said_of(command: str, text: str) -> str:
    """What a page says of one command: its rows, and the section that bears its name."""
    rows = re.findall(rf"^\| `{command}\b(?!-).*$", text, re.MULTILINE)
    words = command.removeprefix("magicai ")
    if words.startswith("plan "):  # the same parameters
        words = words.replace("plan ", "run ", 1)
    sections = re.findall(rf"^## {words}$(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    return "\n".join([*rows, *sections])


def test_every_setting_is_documented() -> None:
    text = (DOCS / "reference/settings.md").read_text(encoding="utf-8")
    assert [row.name for row in listed(load()) if f"`{row.name}`" not in text] == []


def test_no_setting_is_documented_that_there_is_not() -> None:
    text = (DOCS / "reference/settings.md").read_text(encoding="utf-8")
    known = {row.name for row in listed(load())}
    assert set(re.findall(r"^\| `([A-Z_0-9]+)`", text, re.MULTILINE)) == known


def test_every_workflow_says_what_quality_means() -> None:
    text = (DOCS / "explanation/quality.md").read_text(encoding="utf-8")
    assert [name for name in catalogue.names() if f"## {name}" not in text] == []


def test_published_schemas_are_current() -> None:
    publish = _publish()
    found = {path.name: path.read_text(encoding="utf-8") for path in (DOCS / "schemas").glob("*.json")}
    assert found == {name: publish.text(schema) for name, schema in publish.schemas().items()}


def test_links_between_documents_lead_somewhere() -> None:
    broken = [
        f"{page.name}: {target}"
        for page in [*DOCS.rglob("*.md"), *DOCS.parent.glob("*.md")]
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8"))
        if not (page.parent / target).exists()
    ]
    assert broken == []


def test_pages_name_no_file_that_there_is_not() -> None:
    text = (DOCS / "explanation/architecture.md").read_text(encoding="utf-8")
    root_folder = DOCS.parent
    named = re.findall(r"`((?:magicai|flows|tasks|blocks|integrations|deployments)/[\w./]*)`", text)
    assert [name for name in named if not (root_folder / name).exists()] == []


def test_every_threat_names_tests_that_there_are() -> None:
    text = (DOCS / "explanation/security.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (?!threat)(\w.*?) \| .* \| (.*) \|$", text, re.MULTILINE)
    tests = DOCS.parent / "tests"
    assert rows
    assert [threat for threat, named in rows if not re.findall(r"`([\w/]+\.py)`", named)] == []
    assert [name for _, named in rows for name in re.findall(r"`(.+?)`", named) if not (tests / name).is_file()] == []
