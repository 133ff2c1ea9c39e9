"""Take sentences out of a text."""

from collections.abc import Iterable
from typing import Literal

from magicai.claims.reading import sentences
from magicai.content.text import BREAK, Block, Blocks


def without(blocks: Blocks, places: Iterable[tuple[int, int]], language: Literal["en", "zh"]) -> Blocks:
    """The text without the sentences that hold any of these places of its plain text, nor what is empty then."""
    wrong = tuple(places)
    kept: list[Block] = []
    at = 0
    for block in blocks:
        parts = [
            one.text
            for one in sentences(block.text, language)
            if not any(begin < at + one.end and at + one.start < stop for begin, stop in wrong)
        ]
        at += len(block.text) + len(BREAK)
        if text := ("" if language == "zh" else " ").join(parts).strip():
            kept.append(block.model_copy(update={"text": text}))
    return _without_bare_headings(kept)


def _without_bare_headings(blocks: list[Block]) -> Blocks:
    follows = [*blocks[1:], None][: len(blocks)]
    bare = [
        one.kind == "heading" and (after is None or (after.kind == "heading" and after.level <= one.level))
        for one, after in zip(blocks, follows, strict=True)
    ]
    # A text that is one heading is not bare: it may be a title.
    return tuple(one for one, is_bare in zip(blocks, bare, strict=True) if not is_bare or len(blocks) == 1)
