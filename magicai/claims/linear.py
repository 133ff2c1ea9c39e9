"""Facts that are written on one line or in rows, opened as maps: triples, `name[value]`, `键#值*键#值`, tables.

Data-to-text collections write them so: WebNLG, E2E, AdvertGen, ToTTo.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, cast

_BRACKETS = re.compile(r"\s*(?P<key>[A-Za-z\u4e00-\u9fff][\w ]{0,40})\[(?P<value>[^\[\]]{0,300})\]\s*(?:,|;|$)")
_HASHES = re.compile(r"\s*(?P<key>[^#*\n]{1,20})#(?P<value>[^#*\n]{1,60})\s*(?:\*|$)")
_LABELED = re.compile(r"\s*(?P<key>[A-Za-z\u4e00-\u9fff][\w /()-]{0,40})\s?[:：]\s?(?P<value>[^\n]{0,80})(?:\n|$)")
_PASSAGE = re.compile(r"(?i)(?:passage|paragraph|document|text|段落|文章)\s*\d*$")
_TRIPLE = re.compile(r"^\s*(?P<of>[^|\n]{1,120}?)\s*\|\s*(?P<key>[^|\n]{1,60}?)\s*\|\s*(?P<value>[^|\n]{1,300}?)\s*$")
_RELATION = re.compile(r"[a-z][A-Za-z0-9]*(?:[_ ][A-Za-z0-9]+){0,5}|[\u4e00-\u9fff]{1,8}")
_PARTS = 3  # of a triple
_SEPARATOR = re.compile(r"\n|\s&&\s|<br ?/?>")


def opened_line(text: str) -> Mapping[str, Any] | None:
    """A line of facts as a map; None where it is none."""
    for pattern in (_BRACKETS, _HASHES, _LABELED):
        pairs = _in_a_row(pattern, text)
        if len(pairs) > 1 and not any(_PASSAGE.match(key) for key, _ in pairs):
            return _map(pairs)
    lines = [line for line in _SEPARATOR.split(text) if line.strip()]
    return _of_triples([match.groups() for match in map(_TRIPLE.match, lines) if match], len(lines))


def opened_rows(rows: Sequence[Any]) -> Any:
    """Triples, and a table with a row of headings, as maps; what is neither as it is."""
    parts = [_triple(row) for row in rows]
    found = _of_triples([part for part in parts if part], len(rows)) if rows else None
    return found or _table(rows) or rows


def _in_a_row(pattern: re.Pattern[str], text: str) -> list[tuple[str, str]]:
    """Every pair, where they make up the whole text; none where anything else stands in it."""
    pairs: list[tuple[str, str]] = []
    place = 0
    while place < len(text.rstrip()):
        match = pattern.match(text, place)
        if match is None:
            return []
        pairs.append((match["key"].strip(), match["value"].strip()))
        place = match.end()
    return pairs


def _map(pairs: Sequence[tuple[str, str]]) -> dict[str, Any]:
    found: dict[str, list[str]] = defaultdict(list)
    for key, value in pairs:
        found[key].append(value)
    return {key: values[0] if len(values) == 1 else values for key, values in found.items()}


def _triple(row: Any) -> tuple[str, ...] | None:
    if isinstance(row, str):
        match = _TRIPLE.match(row)
        return match.groups() if match else None
    if isinstance(row, Mapping):
        lower = {str(key).lower(): value for key, value in cast("Mapping[Any, Any]", row).items()}
        row = [lower.get("subject"), lower.get("predicate", lower.get("property", lower.get("relation")))]
        row.append(lower.get("object", lower.get("value")))
        row = row if len(lower) == _PARTS else []
    if isinstance(row, Sequence):
        parts = list(cast("Sequence[Any]", row))
        if len(parts) == _PARTS and all(isinstance(part, str) and part for part in parts):
            return tuple(parts)
    return None


def _of_triples(triples: Sequence[tuple[str, ...]], rows: int) -> dict[str, Any] | None:
    """What is said of each thing: a map of it, or a map of each where there are several."""
    if not triples or len(triples) != rows or not all(_RELATION.fullmatch(key.strip()) for _, key, _ in triples):
        return None
    by_thing: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for of, key, value in triples:
        by_thing[_said(of)].append((key.strip(), _said(value)))
    if len(by_thing) == 1:
        ((of, pairs),) = by_thing.items()
        return {"name": of, **_map(pairs)}
    return {of: {"name": of, **_map(pairs)} for of, pairs in by_thing.items()}


def _said(text: str) -> str:
    return text.strip().strip('"').replace("_", " ")


def _table(rows: Sequence[Any]) -> list[dict[str, Any]] | None:
    """Rows by their headings, where the first one has nothing but headings."""
    read: list[list[Any]] = [list(_cells(row)) for row in rows]
    if len(read) < _PARTS - 1 or any(len(row) < _PARTS - 1 or len(row) != len(read[0]) for row in read):
        return None
    heads = [str(cell).strip() for cell in read[0]]
    is_head: Callable[[Any], bool] = lambda cell: isinstance(cell, str) and not re.search(r"\d", cell)  # noqa: E731
    if not all(map(is_head, read[0])) or len(set(heads)) < len(heads) or not all(heads):
        return None
    if not any(not is_head(cell) for row in read[1:] for cell in row):
        return None  # words in all rows: the first is no other than these
    return [dict(zip(heads, row, strict=True)) for row in read[1:]]


def _cells(row: Any) -> Iterator[Any]:
    if not isinstance(row, Sequence) or isinstance(row, (str, bytes)):
        return
    for cell in cast("Sequence[Any]", row):
        yield cast("Mapping[str, Any]", cell).get("value") if isinstance(cell, Mapping) else cell
