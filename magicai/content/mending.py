"""Take sentences out of a text."""

from collections.abc import Iterable
from itertools import zip_longest
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
    if len(blocks) == 1:  # it may be a title
        return tuple(blocks)
    return tuple(
        one
        for one, after in zip_longest(blocks, blocks[1:])
        if one.kind != "heading" or (after is not None and (after.kind != "heading" or after.level > one.level))
    )
