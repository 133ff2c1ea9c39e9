"""What site generators add to Markdown, by its form: marks of admonitions, tabs and includes go, their text stays.

Docusaurus, VuePress and MyST write `:::tip`, MkDocs `!!! warning` and `=== "tab"`, GitHub and docfx `[!NOTE]`, Jekyll
and GitBook `{% hint %}`, Hugo `{{< note >}}`. No kind of note is named here: any word may stand in its place.
"""

import re
from collections.abc import Iterable, Iterator

FENCE = re.compile(r"[\s>]*(`{3,}|~{3,})")
# What a line may have between two marks has a limit: of thousands that are opened, each would look for its end.
_COLONS = re.compile(
    r"([\s>]*):{3,}[ \t]*(?:\{[\w:-]{1,40}\}|[\w-]{1,40})?[ \t]*"
    r"(?:\[([^\]]{0,300})\]|\{[^}]{0,300}\})?[ \t]*(.{0,300})$"
)
_INDENTED = re.compile(
    r"([ \t]*)(?:(?:!!!|\?\?\?\+?)[ \t]+[\w -]{1,60}|===[+!]?[ \t]+(?=\"))(?:\"([^\"]{0,300})\")?[ \t]*$"
)
_BRACKETS = re.compile(r"([\s>]*)\[!\w[\w-]{0,40}(?:[^\[\]]{0,500}(?:\[[^\]]{0,300}\]\([^)]{0,500}\))?)\][-+]?[ \t]*")
_TEMPLATE = re.compile(r"\{%[^\n]{0,500}?%\}|\{\{[<%][^\n]{0,500}?[>%]\}\}")
# What a tag shows beside its contents, as a component of MDX does.
_SHOWN = re.compile(r"(?<![\w-])(?:title|label)\s*=\s*\{?\s*(?:\"([^\"]{0,300})\"|'([^']{0,300})')")
_DEFINITION = re.compile(r" {0,3}\[[^\]]{1,300}\]:[ \t]*$")
# Of a heading or a link, or of a whole line: its place, class or target.
_ATTRIBUTES = re.compile(
    r"(?:(?<=[\])`*_])|(?<=[^\s$])(?=\\?\{#[\w.:-]{1,200}\\?\}[ \t]*$)|[ \t]+(?=\\?\{[^{}\n]{1,200}\}[ \t]*$)"
    r"|^[ \t]*)\\?\{[#.:](?!/)[\w.: #=\"'/-]{0,200}\\?\}"
)
_NOTE = re.compile(r"([\s>]*)\[\^[^\]\s]{1,60}\]:[ \t]*")
_NOTED = re.compile(r"\[\^[^\]\s]{1,60}\]")
_CONTENTS = re.compile(r"\s*(?:\[TOC\]|\[\[_?TOC_?\]\]|\{:toc\}|<!--\s*toc\s*-->)\s*$", re.IGNORECASE)
_WIDTH = 4


def plain_markdown(lines: Iterable[str]) -> Iterator[str]:
    """The same text without what only its site generator reads; code stays as it is."""
    fence = ""
    inside: list[int] = []  # how far the texts of notes are indented, which begin again at the margin
    for raw in lines:
        if not fence and raw.strip():
            while inside and _indent(raw) < inside[-1]:
                inside.pop()
        line = _dedented(raw, _WIDTH * len(inside))
        opened = FENCE.match(line)
        if fence or opened:
            yield line
            if opened and not fence:
                fence = opened[1]
            elif opened and opened[1].startswith(fence) and not line[opened.end() :].strip():
                fence = ""
        elif note := _INDENTED.match(line):
            inside.append(_WIDTH * len(inside) + _indent(note[1]) + _WIDTH)
            yield from ("", f"{note[1]}{note[2] or ''}", "")
        else:
            yield from _plain(line)


def _plain(line: str) -> Iterator[str]:
    """A line of text without marks."""
    if note := _COLONS.match(line):
        margin = note[1].rstrip(" ")
        yield from (margin, f"{note[1]}{note[2] or note[3] or ''}", margin)
    elif note := _NOTE.match(line):
        yield from ("", f"{note[1]}{line[note.end() :]}")
    elif not _CONTENTS.match(line):
        if mark := _BRACKETS.match(line):
            line = f"{mark[1]}{line[mark.end() :]}"
        text = _TEMPLATE.sub("", _NOTED.sub("", line))
        if not text.strip() and (title := shown_in(line)):
            margin = line[: len(line) - len(line.lstrip())]
            yield from ("", f"{margin}{title}", "")
        else:
            # A definition of where a link leads is one without its target, too.
            yield f"{text} #" if _DEFINITION.match(text) and text != line else _ATTRIBUTES.sub("", text)


def shown_in(tag: str) -> str:
    """The titles that a tag shows; "" where it has none. The names are those of HTML's attributes."""
    return ". ".join(double or single for double, single in _SHOWN.findall(tag) if double or single)


def _indent(line: str) -> int:
    expanded = line.expandtabs(_WIDTH)
    return len(expanded) - len(expanded.lstrip(" "))


def _dedented(line: str, width: int) -> str:
    if not width:
        return line
    expanded = line.expandtabs(_WIDTH)
    return expanded[min(width, _indent(line)) :]
