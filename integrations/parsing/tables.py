"""Rows of a table as blocks: a question with its answer is a passage of its own, another row a line of its values."""

from collections.abc import Iterable, Sequence

from integrations.parsing import limits
from magicai.errors import Invalid
from magicai.knowledge.parsed import Block, Place

_QUESTION = frozenset({"question", "questions", "q", "问题", "问", "提问"})
_ANSWER = frozenset({"answer", "answers", "a", "答案", "回答", "答"})


def blocks_of(rows: Iterable[Sequence[str]], *, sheet: str | None = None) -> list[Block]:
    """The blocks of a table, whose first row with words names the columns."""
    names: list[str] = []
    found: list[Block] = []
    for number, row in enumerate(rows, 1):
        if number > limits.MOST_ROWS:
            raise Invalid(f"It has more than {limits.MOST_ROWS:,} rows.", way_out="Split it into parts.")
        cells = [" ".join(cell.split()) for cell in row]
        if not any(cells):
            continue
        if not names:
            names = cells
            continue
        found.append(_block(names, cells, Place(sheet=sheet, row=number)))
    if names and not found:  # a table of one row has no names
        found.append(Block(text=" | ".join(name for name in names if name), place=Place(sheet=sheet, row=1)))
    return found


def _block(names: Sequence[str], cells: Sequence[str], place: Place) -> Block:
    by_name = {name.casefold(): cell for name, cell in zip(names, cells, strict=False)}
    question = next((by_name[name] for name in by_name if name in _QUESTION), "")
    answer = next((by_name[name] for name in by_name if name in _ANSWER), "")
    if question and answer:
        return Block(text=answer, title=question, whole=True, place=place)
    named = [f"{name}: {cell}" if name else cell for name, cell in zip(names, cells, strict=False) if cell]
    return Block(text="; ".join([*named, *(cell for cell in cells[len(names) :] if cell)]), place=place)
