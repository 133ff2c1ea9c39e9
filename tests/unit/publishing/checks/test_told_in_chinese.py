"""What a finding says has its Chinese in the page's table."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from magicai.publishing.checks import secrets
from magicai.publishing.checks.legality.rules import rules
from tests.unit.page.test_told_in_chinese import table, texts
from tests.unit.publishing.checks.looking import look
from tests.unit.publishing.checks.test_secrets import SECRETS

CHECKS = Path(__file__).parents[4] / "magicai" / "publishing" / "checks"
SENTENCE = re.compile(r"[A-Z“{].* .*\.")


def sentences() -> Iterator[str]:
    """Every sentence in the code of the checks that is no documentation, and every rule's."""
    for path in [*sorted(CHECKS.rglob("*.py")), CHECKS.parent / "findings.py", CHECKS.parent / "checking.py"]:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        inside = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in ast.walk(node)}
        inside |= {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            if isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and id(node) not in inside):
                yield from (one for one in texts(node) if SENTENCE.fullmatch(one))
    yield from (rule.message for rule in rules())


def test_every_finding_has_chinese_words() -> None:
    missing = {one for one in sentences() if one not in table() and not re.search(r"[\u4e00-\u9fff]{3}", one)}
    assert not missing, "\n".join(sorted(missing))


@pytest.mark.parametrize("text", SECRETS)
def test_the_kind_of_a_secret_has_chinese_words(text: str) -> None:
    (found,) = look(secrets.find, text)
    assert found.message.rpartition(": ")[2].removesuffix(".") in table()
