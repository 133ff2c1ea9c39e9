"""A question as memory and cache know it: by its vector and its terms, never by its words, which are its asker's."""

import base64
import hashlib
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from magicai.knowledge.terms import terms_of

if TYPE_CHECKING:
    import numpy as np


class QuestionFingerprint(BaseModel):
    """A question.

    Attributes:
        vector: half-precision floats of unit length in base64; "" where there was no encoder.
        encoder: names the vectors that it compares with.
        terms: prints of its terms, in order of the print.
    """

    model_config = ConfigDict(frozen=True)

    vector: str = ""
    encoder: str = ""
    terms: tuple[int, ...] = ()


def asked(question: str, vector: "np.ndarray | None" = None, encoder: str = "") -> QuestionFingerprint:
    """A question with its vector, where there is one."""
    terms = tuple(sorted({_print(term) for term in terms_of(question)} or {_print(question.casefold().strip())}))
    if vector is None:
        return QuestionFingerprint(terms=terms)
    return QuestionFingerprint(
        vector=base64.b64encode(vector.astype("<f2").tobytes()).decode(), encoder=encoder, terms=terms
    )


def likenesses(one: QuestionFingerprint, others: Sequence[QuestionFingerprint]) -> list[float]:
    """How alike a question is to others, 0 to 1: by meaning where the same encoder read both, else by shared terms."""
    near: dict[int, float] = {}
    if one.vector:
        import numpy as np

        places = [place for place, other in enumerate(others) if _comparable(one, other)]
        if places:
            rows = np.stack([_vector(others[place]) for place in places])
            near = dict(zip(places, map(float, rows @ _vector(one)), strict=True))
    return [near[place] if place in near else _shared(one, other) for place, other in enumerate(others)]


def _comparable(one: QuestionFingerprint, other: QuestionFingerprint) -> bool:
    # A name may have come to mean a model whose vectors have another length.
    return other.encoder == one.encoder and len(other.vector) == len(one.vector)


def _vector(one: QuestionFingerprint) -> "np.ndarray":
    return _unpacked(one.vector)


@lru_cache(maxsize=4_096)
def _unpacked(vector: str) -> "np.ndarray":
    import numpy as np

    return np.frombuffer(base64.b64decode(vector), dtype="<f2").astype(np.float32)


def _shared(one: QuestionFingerprint, other: QuestionFingerprint) -> float:
    mine, its = set(one.terms), set(other.terms)
    return len(mine & its) / len(mine | its)


def _print(term: str) -> int:
    return int.from_bytes(hashlib.sha256(term.encode(errors="replace")).digest()[:6])
