"""A tiny embedder for tests: words hashed into a few dimensions, the same on every machine."""

import hashlib
import re
from collections.abc import Sequence

import numpy as np

# Latin words, and each Chinese character by itself.
_WORD = re.compile(r"[一-鿿]|[^\W一-鿿]+")


class HashingEmbedder:
    """Texts that share words are near to each other.

    Args:
        name: also that of the collection in which a store keeps its vectors.
    """

    def __init__(self, name: str = "hashing", dimension: int = 64) -> None:
        self.name, self.dimension = name, dimension

    async def embed(self, texts: Sequence[str], *, as_queries: bool = False) -> np.ndarray:
        """Unit vectors in input order; a text without words has one, too."""
        del as_queries
        made = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in zip(made, texts, strict=True):
            for word in _WORD.findall(text.casefold()) or [""]:
                digest = hashlib.blake2b(word.encode(errors="replace"), digest_size=8).digest()
                row[int.from_bytes(digest[:4]) % self.dimension] += 1.0 if digest[4] & 1 else -1.0
            if not row.any():  # words that cancel each other out
                row[0] = 1.0
        return made / np.linalg.norm(made, axis=1, keepdims=True)
