"""The weights of both models, read from a file of this folder whose hash is known.

`python -m benchmarks.catalogue.train_sentiment` makes them and prints the hash.
"""

import hashlib
import io
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
import numpy.typing as npt

from magicai.errors import Permanent

_FILE = "weights.npz"
RARITY_SCALE = 20
SHA256 = "06af1f3346eea54e9a38f404065a791a4d470f190a248ded4b2c4cf9555902a2"


@dataclass(frozen=True, slots=True)
class Linear:
    """A logistic model.

    Attributes:
        weights: one per feature.
        rarity: of hashed features, how much each counts; empty of others.
        bias: added to their sum.
        unsure: probabilities nearer to one half than this say nothing.
    """

    weights: npt.NDArray[np.float32]
    rarity: npt.NDArray[np.float32]
    bias: float
    unsure: float

    def probability(self, logit: float) -> float:
        """Of a positive review."""
        return float(1.0 / (1.0 + np.exp(-np.clip(logit + self.bias, -30, 30))))


@cache
def load() -> dict[str, Linear]:
    """The models by language.

    Raises:
        Permanent: the file is not the one that belongs to this version.
    """
    body = files("magicai.catalogue.sentiment").joinpath(_FILE).read_bytes()
    if hashlib.sha256(body).hexdigest() != SHA256:
        raise Permanent("sentiment_model_damaged", file=_FILE)
    with np.load(io.BytesIO(body), allow_pickle=False) as kept:
        return {
            language: Linear(
                kept[f"{language}_weights"].astype(np.float32) * np.float32(kept[f"{language}_scale"]),
                kept[f"{language}_rarity"].astype(np.float32) / RARITY_SCALE,
                float(kept[f"{language}_bias"]),
                float(kept[f"{language}_unsure"]),
            )
            for language in ("en", "zh")
        }
