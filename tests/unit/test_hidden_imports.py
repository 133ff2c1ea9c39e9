"""import-linter sees imports, also those within functions, but none by a module's name as text."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("magicai", "flows", "tasks", "blocks", "deployments", "integrations")
BY_TEXT = re.compile(rf"""import_module\(\s*f?["']({"|".join(PACKAGES)})\.([\w.]+)["']""")
ALLOWED = {
    # The command line starts what stands above and beside it.
    ("magicai/cli/serving.py", "deployments.launcher"),
    ("magicai/cli/serving.py", "magicai.api.serving"),
    # What its children use, loaded before they are forked.
    ("integrations/parsing/fork_server.py", "integrations.parsing.formats"),
}


def imported_by_text() -> set[tuple[str, str]]:
    """Files, and the modules of ours that they import by a fixed text."""
    return {
        (str(path.relative_to(ROOT)), ".".join(found))
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.py")
        for found in BY_TEXT.findall(path.read_text(encoding="utf-8"))
    }


def test_no_import_hides_from_the_contracts() -> None:
    assert imported_by_text() == ALLOWED
