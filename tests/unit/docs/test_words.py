"""What people read keeps to the terms of docs/words.md."""

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[3]
# What is written instead: docs/words.md.
NOT_WRITTEN = re.compile(
    r"\b(?:"
    r"(?<!permitted to )log(?:s|ged)? (?:in|out)|(?<!/)logins?|"  # PostgreSQL says so
    r"go(?:es)? on|most pages|(?:is|are) told|come again|why so|put aside|(?<!by )hand(?:s|ed)? in|dearer|out of reach|"
    r"no (?:run|product) is like that|of known products read|mend(?:s|ed|ing)?|(?<!-)anew|way out|learnt|"
    r"brings? (?:it|one)|at most \S+ are read|(?<![Tt]here )is no (?!longer)\w+"
    r")\b"
)
# The list itself; decisions, which are as they were written.
NOT_SAID = ("docs/words.md", "docs/decisions/")
CODE = ("magicai", "integrations", "tasks", "flows", "blocks", "deployments")
_SILENT = re.compile(r'""".*?"""|(?:^|  )\s*# .*?$', re.DOTALL | re.MULTILINE)
_PUT_IN = re.compile(r"\{[^{}]*\}")
_TEXT = re.compile(r'"((?:[^"\\\n]|\\.)*)"')


def pages() -> Iterator[tuple[str, str]]:
    """Documents, without the code in them, which may have names of its own."""
    for path in (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")):
        text = path.read_text(encoding="utf-8")
        yield str(path.relative_to(ROOT)), re.sub(r"(?m)^```.*?^```|`[^`]+`|\]\([^)]+\)", " ", text, flags=re.DOTALL)


def sentences() -> Iterator[tuple[str, str]]:
    """What code says: its texts of several words that are neither docstrings nor in comments."""
    for folder in CODE:
        for path in (ROOT / folder).rglob("*.py"):
            place, text = str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")
            yield from ((place, _PUT_IN.sub("", one)) for one in _TEXT.findall(_SILENT.sub("", text)) if " " in one)


def messages() -> Iterator[tuple[str, str]]:
    """What the page says."""
    path = ROOT / "magicai/web/src/messages/en.ts"
    yield from ((path.name, one) for one in _TEXT.findall(path.read_text(encoding="utf-8")) if " " in one)


def broken(text: str) -> list[str]:
    """The phrases of a text that are not written, with what is around them."""
    return [
        " ".join(text[max(0, one.start() - 40) : one.end() + 40].split()) for one in NOT_WRITTEN.finditer(text.lower())
    ]


def test_what_people_read_keeps_to_the_terms_of_the_house() -> None:
    found = [
        f"{place}: {phrase}"
        for place, text in (*pages(), *sentences(), *messages())
        if not place.startswith(NOT_SAID)
        for phrase in broken(text)
    ]
    assert found == []


def test_each_phrase_is_looked_for() -> None:
    for text in (
        "Log in again.", "The run goes on.", "most pages", "what is told", "The body is no JSON.", "mended",
        "brings it", "at most 5 are read", "no run is like that", "the way out",
    ):  # fmt: skip
        assert broken(text), text
    assert not broken("There is no run 1, and it is no longer needed: stores accept records --anew.")
