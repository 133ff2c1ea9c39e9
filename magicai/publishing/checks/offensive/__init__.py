"""Offensive text: a linear model on character n-grams, English and Chinese, one threshold for both.

Trained by `benchmarks/publishing/train_offensive.py`; how often it is wrong is in
docs/reference/benchmarks/publishing.md.
"""

from collections.abc import Iterable, Iterator

from magicai.publishing.checks.context import Context
from magicai.publishing.checks.linear import model
from magicai.publishing.checks.manuscript import Manuscript, Written
from magicai.publishing.findings import Finding

_LONGEST = 240  # characters that are judged together: comments, which it learnt from, are about as long


def find(script: Manuscript, context: Context) -> Iterable[Finding]:  # noqa: ARG001 - the same of everybody
    """Every passage that is offensive."""
    learnt = model(__name__)
    for written in script:
        passages = list(_passages(written))
        chances = learnt.chances([written.text[start:end] for start, end in passages])
        for (start, end), chance in zip(passages, chances, strict=True):
            if chance >= learnt.threshold:
                yield written.finding(
                    "offensive.text",
                    "blocks",
                    start,
                    end,
                    message=f"This reads as offensive ({chance:.0%}).",
                    confidence=round(chance, 3),
                )


def _passages(written: Written) -> Iterator[tuple[int, int]]:
    """Paragraphs, and of long ones as many sentences as are judged together."""
    start, end = 0, 0
    for first, last in written.sentences:
        if end > start and ("\n" in written.text[start:end][-2:] or last - start > _LONGEST):
            yield start, end
            start = first
        start = first if end <= start else start
        end = last
    if end > start:
        yield start, end
