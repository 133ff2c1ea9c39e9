"""Rows of a table as blocks: a question with its answer is a passage of its own, another row a line of its values."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice, zip_longest

from integrations.parsing import limits
from magicai.errors import Invalid
from magicai.knowledge.parsed import Block, Place

_QUESTION = frozenset({"question", "questions", "q", "问题", "问", "提问"})
_COLUMNS, _MOST_ABOVE = 2, 10
# A longer one is a text, of which the path of a passage would show the beginning alone.
_LONGEST_TITLE = 100
# A longer row of a text's table is shown cell by cell: two of them fill a passage.
_LONGEST_ROW = 450
_MOST_COLUMNS = 1000
_ANSWER = frozenset({"answer", "answers", "a", "答案", "回答", "答"})


def blocks_of(rows: Iterable[Sequence[str]], *, sheet: str | None = None) -> list[Block]:
    """The blocks of a table, whose first row with several cells names the columns; what stands above is its title."""
    filled = _filled(rows)
    above = list(islice(_until_columns(filled), _MOST_ABOVE + 1))
    number, names = above.pop() if above else (1, [])
    if _count(names) < _COLUMNS:  # a list of one column
        above.append((number, names))
        (number, names), *found = above
        titles, filled = [], chain(found, filled)
    else:
        titles = _titles(above, sheet)
    blocks = [_block(names, cells, Place(sheet=sheet, row=at)) for at, cells in filled]
    if any(names) and not blocks:  # a table of one row has no names
        blocks = [Block(text=" | ".join(name for name in names if name), place=Place(sheet=sheet, row=number))]
    return titles + blocks


def rows_of(rows: Sequence[Sequence[str]], *, headed: bool) -> list[Block]:
    """The rows of a table in a text, each as `column: value` pairs.

    Args:
        headed: whether the first row names the columns. Where nothing says so, it does from three columns on: of two,
            the first names what the second says.
    """
    cleaned = [[" ".join(cell.split()) for cell in row] for row in rows]
    filled = [row for row in cleaned if any(row)]
    if not filled:
        return []
    width = max(map(len, filled))
    if not headed and width == _COLUMNS:
        return [Block(text=": ".join(cell for cell in row if cell)) for row in filled]
    names, *others = filled
    if headed and not others:
        return [Block(text="; ".join(name for name in names if name))]
    if not headed and (width < _COLUMNS or not others or not all(names)):
        return [Block(text="; ".join(cell for cell in row if cell)) for row in filled]
    return [block for row in others for block in _paired(names, row)]


def spread(rows: Sequence[Sequence[tuple[str, int, int]]]) -> list[list[str]]:
    """Rows whose cells stand under their columns.

    Args:
        rows: cells as text, columns, rows: one over several columns is in the first of them, one over several rows in
            each.
    """
    made: list[list[str]] = []
    below: dict[int, tuple[str, int]] = {}
    for row in rows:
        cells = list(reversed(row))
        line: list[str] = []
        while (cells or len(line) in below) and len(line) < _MOST_COLUMNS:
            at = len(line)
            if at in below:
                text, left = below.pop(at)
                if left > 1:
                    below[at] = text, left - 1
                line.append(text)
                continue
            text, columns, high = cells.pop()
            for column in range(at, at + min(columns, _MOST_COLUMNS)):
                if high > 1:
                    below[column] = (text if column == at else ""), high - 1
                line.append(text if column == at else "")
        made.append(line)
    return made


def _paired(names: Sequence[str], cells: Sequence[str]) -> Iterator[Block]:
    """A row; a long one cell by cell, each under what the first one says."""
    pairs = [
        f"{name.rstrip(':：')}: {cell}" if name else cell
        for name, cell in zip_longest(names, cells, fillvalue="")
        if cell
    ]
    text = "; ".join(pairs)
    if len(text) <= _LONGEST_ROW or len(pairs) < _COLUMNS:
        yield Block(text=text)
        return
    yield Block(text=pairs[0])
    yield from (Block(text=pair, lead=(pairs[0],)) for pair in pairs[1:])


def _filled(rows: Iterable[Sequence[str]]) -> Iterator[tuple[int, list[str]]]:
    """Rows that are not empty, with their numbers from 1."""
    filled = 0
    for number, row in enumerate(rows, 1):
        cells = [" ".join(cell.split()) for cell in row]
        if not any(cells):
            continue
        filled += 1
        if filled > limits.MOST_ROWS:
            raise Invalid("too_many_document_rows", limit=f"{limits.MOST_ROWS:,}")
        yield number, cells


def _until_columns(rows: Iterable[tuple[int, list[str]]]) -> Iterator[tuple[int, list[str]]]:
    """Rows up to the first with several cells."""
    for number, cells in rows:
        yield number, cells
        if _count(cells) >= _COLUMNS:
            return


def _count(cells: Sequence[str]) -> int:
    return sum(bool(cell) for cell in cells)


def _titles(above: Sequence[tuple[int, list[str]]], sheet: str | None) -> list[Block]:
    """What stands above a table: its title where that is short, else text."""
    lines = [(number, "".join(cells)) for number, cells in above]
    together = " ".join(line for _, line in lines)
    if together and len(together) <= _LONGEST_TITLE:
        return [Block(text=together, level=2, place=Place(sheet=sheet, row=lines[0][0]))]
    return [Block(text=line, place=Place(sheet=sheet, row=number)) for number, line in lines]


def _block(names: Sequence[str], cells: Sequence[str], place: Place) -> Block:
    by_name = {name.casefold(): cell for name, cell in zip(names, cells, strict=False)}
    question = next((by_name[name] for name in by_name if name in _QUESTION), "")
    answer = next((by_name[name] for name in by_name if name in _ANSWER), "")
    if question and answer:
        return Block(text=answer, title=question, whole=True, place=place)
    named = [f"{name}: {cell}" if name else cell for name, cell in zip(names, cells, strict=False) if cell]
    return Block(text="; ".join([*named, *(cell for cell in cells[len(names) :] if cell)]), place=place)
