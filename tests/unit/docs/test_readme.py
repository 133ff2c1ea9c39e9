"""What README and the first pages tell a newcomer to type is understood, and the example files fit."""

import io
import re
import shlex
from pathlib import Path

import click
import pytest

import start
from magicai.catalogue.intake.files import entries, opened
from magicai.catalogue.product import SourceStatement
from magicai.cli.root import root
from magicai.content.content_types import built_in
from magicai.content.rows import rows_of

ROOT = Path(__file__).parents[3]
PAGES = ("README.md", "docs/start/first-report.md", "docs/start/install.md", "docs/start/page.md")
# Filled in by the reader.
STANDS_FOR = {"SUBMISSION": "01a222da-7ead-76ca-ab11-e403568e5b2f"}


def commands() -> list[list[str]]:
    """The commands in blocks of code, without `python3 start.py`."""
    text = "\n".join((ROOT / page).read_text(encoding="utf-8") for page in PAGES)
    lines = re.findall(r"^ *python3 start\.py (?!--help)(\S.*)$", text, re.MULTILINE)
    typed = [shlex.split(line, comments=True) for line in lines]
    return [[STANDS_FOR.get(word, word) for word in words] for words in typed if words and words[0] not in start.OWN]


def understand(words: list[str]) -> None:
    """Parse a command without running it, as deep as its groups go."""
    command: click.Command = root
    context, rest = click.Context(root, info_name="magicai"), words
    while isinstance(command, click.Group):
        name, found, rest = command.resolve_command(context, rest)
        assert found is not None
        command, context = found, click.Context(found, info_name=name, parent=context)
    command.make_context(command.name, rest, parent=context.parent)


@pytest.mark.parametrize("words", commands(), ids=" ".join)
def test_a_command_is_understood(words: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    understand(words)
    named = [word.lstrip("@") for word in words if "examples/" in word]
    assert [name for name in named if not Path(name).exists()] == []


def test_every_workflow_is_named_and_used() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    names = {words[1] for words in commands() if words[0] == "run"}
    assert set(re.findall(r"^\| `([\w-]+)` \|", text, re.MULTILINE)) == names


def test_the_example_products_fit_the_template_and_the_catalogue() -> None:
    body = (ROOT / "examples/products.csv").read_bytes()
    template = built_in()["product-description", "en"]
    for row in rows_of(body):
        assert set(template.required) <= set(row) <= set(template.variables)
    read = list(entries(opened(io.BytesIO(body), "products.csv", source="products.csv"), currency="", at=1))
    assert [one for one in read if not isinstance(one, SourceStatement)] == []
