"""Claims that no rule names: sentences that read, and mean, like those of which the rules were written.

Two linear models add up: one on character n-grams, one on the vector of the sentence, to which other words for the same
claim are near. Trained by `benchmarks/publishing/train_wording.py`; how often they err is in
docs/reference/benchmarks/publishing.md.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from magicai.ports import Embedder
from magicai.publishing.checks import legality
from magicai.publishing.checks.context import Context
from magicai.publishing.checks.linear import chance, model
from magicai.publishing.checks.manuscript import Manuscript, Written, language_of
from magicai.publishing.findings import Finding

_SHORTEST = 12  # bytes of a sentence that claims something: four Chinese characters, two words
_MESSAGE = "This reads like a claim that advertising law restricts, though no rule names its wording."


@dataclass(frozen=True)
class Wording:
    """The check that asks for the meaning of sentences."""

    embedder: Embedder

    async def __call__(self, script: Manuscript, context: Context) -> Sequence[Finding]:
        """Every sentence in which no rule found anything, and that reads like a claim."""
        free = list(_free(script, context))
        if not free:
            return []
        texts = list(dict.fromkeys(text for *_, text in free))
        sure = dict(zip(texts, chances(texts, await self.embedder.embed(texts)), strict=True))
        return [
            written.finding("wording.claim", "blocks", start, end, message=_MESSAGE, confidence=round(sure[text], 3))
            for written, start, end, text in free
            if sure[text] >= model(legality.__name__).threshold
        ]


def chances(texts: Sequence[str], vectors: NDArray[np.float32]) -> list[float]:
    """How likely each sentence is a claim, by its characters and by its vector."""
    of_letters, of_meaning = model(legality.__name__).scores(texts), vectors @ _meaning()
    return [chance(letters + float(meaning)) for letters, meaning in zip(of_letters, of_meaning, strict=True)]


@cache
def _meaning() -> NDArray[np.float32]:
    """Weights of a vector's parts; the bias is in the other model."""
    with resources.as_file(resources.files(legality) / "meaning.npy") as path:
        return np.load(path, allow_pickle=False)


def _free(script: Manuscript, context: Context) -> Iterator[tuple[Written, int, int, str]]:
    """The sentences in which no rule found anything, without names of works and brands."""
    ruled = [one.place for one in legality.find(script, context)]
    languages = {rule.language for rule, _ in legality.applicable(context)}
    for written in script:
        names = list(legality.not_claimed(written.text, context))
        for start, end in written.sentences:
            text = _without(written.text, start, end, names)
            if len(text.encode()) < _SHORTEST or language_of(text) not in languages:
                continue
            if not any(one.field == written.field and one.start < end and start < one.end for one in ruled):
                yield written, start, end, text


def _without(text: str, start: int, end: int, names: Sequence[tuple[int, int]]) -> str:
    kept = (
        one
        for place, one in enumerate(text[start:end], start)
        if not any(first <= place < last for first, last in names)
    )
    return "".join(kept).strip()
