"""MDX as Markdown: imports, exports, expressions and the tags of components go; what stands between tags stays."""

import re
from collections.abc import Iterator, Mapping
from textwrap import dedent

from integrations.parsing.dialects import FENCE, shown_in

_MODULE = re.compile(r"(?:import|export)\b(?!\s*[:,.])")
_NAME = re.compile(r"</?([A-Za-z][\w.:-]*)(?=[\s/>{])")
_FRAGMENT = re.compile(r"</?>")
# A table is read as one, and a break is one; the names are HTML's.
_KEPT = frozenset({"table", "thead", "tbody", "tfoot", "tr", "th", "td", "br"})
_STRING = re.compile(r"\{\s*(?:\"([^\"\n]*)\"|'([^'\n]*)'|`([^`$]*)`)\s*\}$")
_BRACES = re.compile(r"\\.|[{}]")
_OWN_LINE = "\x00"
_OPEN, _CLOSED = "{([", "})]"
# A tag has its end within so many characters, or is text.
_LONGEST = 20_000


def as_markdown(lines: list[str]) -> list[str]:
    """Its lines as Markdown."""
    return [line for part in _parts(lines) for line in part]


def _parts(lines: list[str]) -> Iterator[list[str]]:
    """Code as it stands, and what lies between without tags."""
    text: list[str] = []
    code: list[str] = []
    fence = ""
    at = 0
    while at < len(lines):
        line = lines[at]
        opened = FENCE.match(line)
        if not fence and not opened and _MODULE.match(line) and not (text and text[-1].strip()):
            at = _end_of_module(lines, at)
            continue
        if opened and not fence:
            yield _without_tags(text)
            text, fence, code = [], opened[1], [line]
        elif fence:
            code.append(line)
            if opened and opened[1].startswith(fence) and not line[opened.end() :].strip():
                yield code
                fence = ""
        else:
            text.append(line)
        at += 1
    yield code if fence else _without_tags(text)


def _end_of_module(lines: list[str], at: int) -> int:
    """The line after a statement: it ends where its brackets do."""
    depth = 0
    for number in range(at, len(lines)):
        line = re.sub(r"\"[^\"]*\"|'[^']*'|`[^`]*`", "", lines[number])
        depth += sum(line.count(one) for one in _OPEN) - sum(line.count(one) for one in _CLOSED)
        if depth <= 0 and not line.rstrip().endswith(("=", "(", ",", "from")):
            return number + 1
    return at + 1


def _without_tags(lines: list[str]) -> list[str]:
    text = "\n".join(lines)
    closed = _closed(text)
    made: list[str] = []
    at = 0
    while at < len(text):
        char = text[at]
        if char == "\\":
            made.append(text[at : at + 2])
            at += 2
        elif char == "`":
            end = _end_of_code(text, at)
            made.append(text[at:end])
            at = end
        elif char == "<" and (tag := _tag(text, at, closed)):
            end, name = tag
            made.append(text[at:end] if name in _KEPT else _shown(text, at, end))
            at = end
        elif char == "{" and (end := closed.get(at, 0)):
            made.append(_said(text[at:end]))
            at = end
        else:
            made.append(char)
            at += 1
    # What a component holds is indented for its author's eyes: parts of it begin at the margin.
    parts = "".join(made).split(_OWN_LINE)
    return "\n".join(dedent(part) for part in parts).split("\n") if lines else []


def _end_of_code(text: str, at: int) -> int:
    """Where the code ends that begins here; after its marks, where it does not end in its paragraph."""
    begin = at
    while text.startswith("`", begin):
        begin += 1
    paragraph = text.find("\n\n", at)
    end = text.find(text[at:begin], begin, paragraph if paragraph >= 0 else len(text))
    return end + begin - at if end >= 0 else begin


def _tag(text: str, at: int, closed: Mapping[int, int]) -> tuple[int, str] | None:
    """Where a tag ends, and its name, "" of a fragment; None of a `<` that begins none."""
    if fragment := _FRAGMENT.match(text, at):
        return fragment.end(), ""
    named = _NAME.match(text, at)
    end = _end_of_tag(text, named.end(), closed) if named else 0
    return (end, named[1]) if named and end else None


def _end_of_tag(text: str, place: int, closed: Mapping[int, int]) -> int:
    """After its `>`, which is neither in a string nor in an expression; 0 where there is none."""
    most = min(len(text), place + _LONGEST)
    while place < most and text[place] != "<":
        if text[place] == ">":
            return place + 1
        if text[place] in "\"'":
            end = text.find(text[place], place + 1, most) + 1
        elif text[place] == "{":
            end = closed.get(place, 0)
        else:
            end = place + 1
        if not end:
            return 0
        place = end
    return 0


def _closed(text: str) -> dict[int, int]:
    """Of each brace that opens, the place after the one that closes it."""
    opened: list[int] = []
    found: dict[int, int] = {}
    for brace in _BRACES.finditer(text):
        if brace[0] == "{":
            opened.append(brace.start())
        elif brace[0] == "}" and opened:
            found[opened.pop()] = brace.end()
    return found


def _shown(text: str, at: int, end: int) -> str:
    """What a tag leaves: the title that it shows, where it has a line of its own."""
    shown = shown_in(text[at:end])
    before, after = text[text.rfind("\n", 0, at) + 1 : at], text[end : end + 1]
    if not before.strip() and after in ("", "\n"):
        return f"{_OWN_LINE}{shown}{_OWN_LINE}" if shown else _OWN_LINE
    # What a component draws between two words keeps them apart.
    return " " if text[end - 2 : end] == "/>" and after not in ".,;:!?)" else ""


def _said(expression: str) -> str:
    """What an expression shows: a string; anything else is its program's."""
    string = _STRING.match(expression)
    return next((group for group in string.groups() if group is not None), "") if string else ""
