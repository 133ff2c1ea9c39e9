import importlib.util
import re
from pathlib import Path
from types import ModuleType

from magicai.runs import registry
from magicai.runs.workflow import how_it_ended

DOCS = Path(__file__).parents[3] / "docs"


def _published(by: str) -> ModuleType:
    """A program that writes pages or schemas from the code."""
    spec = importlib.util.spec_from_file_location("publish", DOCS / by)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_reference_of_commands_and_settings_is_current() -> None:
    for name, page in _published("reference/publish.py").pages().items():
        written = (DOCS / "reference" / name).read_text(encoding="utf-8")
        assert written == page, f"{name} is old; python docs/reference/publish.py writes it"


def test_every_workflow_with_a_quality_of_its_own_says_what_it_means() -> None:
    text = (DOCS / "reference/quality.md").read_text(encoding="utf-8")
    own = [name for name in registry.names() if registry.workflow(name).quality is not how_it_ended]
    assert own
    assert [name for name in own if f"## {name}" not in text] == []


def test_the_published_description_of_the_api_is_current() -> None:
    publish = _published("schemas/publish.py")
    assert publish.FILE.read_text(encoding="utf-8") == publish.text(), "python docs/schemas/publish.py writes it"


def test_links_between_documents_lead_somewhere() -> None:
    broken = [
        f"{page.name}: {target}"
        for page in [*DOCS.rglob("*.md"), *DOCS.parent.glob("*.md")]
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8"))
        if not (page.parent / target).exists()
    ]
    assert broken == []


# Paths in the clone: of a folder or file, with a word in capitals or braces for what differs.
_PATH = re.compile(
    r"(?<![\w./-])((?:magicai|flows|tasks|blocks|integrations|deployments|tests|benchmarks|docs|requirements|examples)"
    r"/(?:[\w.-]+/)*(?:[\w-]+\.(?:py|md|json|toml|yaml|txt|sql|vue|ts|tsv|csv)|(?<=/)))(?![\w/{.*-])"
)


def test_pages_name_no_file_that_there_is_not() -> None:
    pages = [*DOCS.rglob("*.md"), *DOCS.parent.glob("*.md")]
    missing: list[str] = []
    for page in pages:
        text = page.read_text(encoding="utf-8")
        shown = set(re.findall(r"^```\w+ file=(\S+)", text, re.MULTILINE))  # files that the reader is to make
        named = {name for name in _PATH.findall(text) if not any(word.isupper() for word in re.split(r"\W", name))}
        made = {name for name in named if any(file.startswith(name) for file in shown)}
        missing += [
            f"{page.relative_to(DOCS.parent)}: {name}"
            for name in sorted(named - made)
            if not any((folder / name).exists() for folder in (DOCS.parent, page.parent, DOCS / "reference"))
        ]
    assert missing == []
    assert len(pages) > 50


def test_every_threat_names_tests_that_there_are() -> None:
    text = (DOCS / "explanation/security.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (?!threat)(\w.*?) \| .* \| (.*) \|$", text, re.MULTILINE)
    tests = DOCS.parent / "tests"
    assert rows
    assert [threat for threat, named in rows if not re.findall(r"`([\w/]+\.py)`", named)] == []
    assert [name for _, named in rows for name in re.findall(r"`(.+?)`", named) if not (tests / name).is_file()] == []
