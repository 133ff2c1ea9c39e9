"""Lines of PDF pages: which are headings by their type, and which only repeat on every page."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

# Lines at the top and at the bottom of a page, in the order of its text, that may repeat.
_EDGE = 2
# Of the pages, so many have a line that repeats.
_REPEATED = 0.6
# So many pages have a line of a chapter that numbers them.
_NUMBERED = 3
_LONGEST = 120
# Times the size of most of the text.
_LARGER = 1.12
# What a number of a page begins with, where lines are compared.
_COUNTED = "\0"
_NUMBER = re.compile(r"\d{1,6}")
_SENTENCE = re.compile(r"[.,;:。，；：]$")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a page.

    Attributes:
        size: of most of its characters, in points.
    """

    text: str
    size: float


class LineReader:
    """What `extract_text` of a page tells, piece by piece, as lines with their sizes."""

    def __init__(self) -> None:
        self._text = ""
        self._sizes: Counter[float] = Counter()
        self.lines: list[Line] = []

    def __call__(self, text: str, cm: Sequence[float], tm: Sequence[float], _font: Any, size: float) -> None:
        """Take a piece of text; its size is scaled by the matrices of the text and of the page."""
        scale = max(abs(tm[3]), abs(tm[1])) * max(abs(cm[3]), abs(cm[1]))
        points = round(size * scale, 1)
        for at, part in enumerate(text.split("\n")):
            if at:
                self.end()
            self._text += part
            if visible := len(part) - part.count(" "):
                self._sizes[points] += visible

    def end(self) -> None:
        """End the line."""
        self.lines.append(Line(self._text, self._sizes.most_common(1)[0][0] if self._sizes else 0.0))
        self._text, self._sizes = "", Counter()


def levels_of(pages: Sequence[Sequence[Line]]) -> dict[float, int]:
    """Of the sizes that are larger than most of the text, the level of a heading, from 1 of the largest."""
    sizes: Counter[float] = Counter()
    for page in pages:
        for line in page:
            if line.size:
                sizes[line.size] += len(line.text)
    if not sizes:
        return {}
    usual = sizes.most_common(1)[0][0]
    larger = sorted((size for size in sizes if size > usual * _LARGER), reverse=True)
    return {size: level for level, size in enumerate(larger, 1)}


def level_of(line: Line, levels: Mapping[float, int]) -> int:
    """The level of a heading; 0 of any other line."""
    text = line.text.strip()
    is_heading = text and len(text) <= _LONGEST and not _SENTENCE.search(text) and any(map(str.isalpha, text))
    return levels.get(line.size, 0) if is_heading else 0


def without_repeated(pages: Sequence[Sequence[Line]], levels: Mapping[float, int]) -> list[list[Line]]:
    """Pages without what stands at the top or the bottom of most of them: their headers, footers and numbers."""
    edges = [_edge(page) for page in pages]
    times: Counter[str] = Counter()
    for number, (page, edge) in enumerate(zip(pages, edges, strict=True), 1):
        times.update({key for at in edge for key in _keys(page[at], number, levels)})
    most = _REPEATED * len(pages)
    repeated = {key for key, on in times.items() if on > 1 and on >= min(most, _NUMBERED if _COUNTED in key else most)}
    kept = [
        [line for at, line in enumerate(page) if at not in edge or not repeated & _keys(line, number, levels)]
        for number, (page, edge) in enumerate(zip(pages, edges, strict=True), 1)
    ]
    # Where all pages say the same, that is what the document says.
    return kept if any(line.text.strip() for page in kept for line in page) else [list(page) for page in pages]


def _edge(page: Sequence[Line]) -> set[int]:
    """Where the first and the last lines of a page with text are."""
    places = [at for at, line in enumerate(page) if line.text.strip()]
    return {at for at in (*places[:_EDGE], *places[-_EDGE:]) if len(page[at].text) <= _LONGEST}


def _keys(line: Line, page: int, levels: Mapping[float, int]) -> set[str]:
    """By what a line is known on other pages: its text, and its text with numbers that grow with those of pages.

    "Step 2" at the top of page 2 is no number of a page if it is as large as a heading.
    """
    text = " ".join(line.text.split())
    numbers = [] if level_of(line, levels) else list(_NUMBER.finditer(text))
    return {text} | {
        f"{text[: one.start()]}{_COUNTED}{int(one[0]) - page}{text[one.end() :]}"
        for one in (*numbers[:1], *numbers[-1:])
    }
