"""Train what finds claims that no rule names: `python3 -m benchmarks.publishing.train_wording DATA REVIEWS`.

It learns from our own pairs (`pairs_*.tsv`) and from harmless text: descriptions of books, reviews (see
`train_offensive.py` for the folders). `--without N` leaves a set of pairs out, and prints how the model does on it.
Needs scikit-learn.
"""

import argparse
import importlib
import json
from pathlib import Path
from typing import Any

import numpy as np

import magicai.publishing.checks.legality as package
from benchmarks.publishing.labelled import Labelled, read, scores
from benchmarks.publishing.train_offensive import chinese_reviews, english_reviews, is_held_out, matrix
from magicai.publishing.checks.linear import Linear, save

_THRESHOLD, _WEIGHT_OF_HARMLESS, _LONGEST = 0.5, 0.3, 80


def harmless(data: Path, reviews: Path) -> list[str]:
    """Sentences that claim nothing."""
    books = json.loads((data / "shops" / "books-1000.json").read_text(encoding="utf-8"))["products"]
    texts = [str(one["description"]) for one in books if one.get("description")][:150]
    sentences = [part.strip() for text in texts for part in text.split(". ")[:3]]
    english = [one for one in english_reviews(data / "reviews") if not is_held_out(one)][:500]
    chinese = [one[:_LONGEST] for one in chinese_reviews(reviews) if not is_held_out(one)][:600]
    return [one for one in (*sentences, *english, *chinese) if len(one) < 200]  # noqa: PLR2004 - sentences, no texts


def main() -> None:
    """Train and keep the weights, or print how they do on a set that was left out."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("reviews", type=Path)
    parser.add_argument("--without", type=int)
    wanted = parser.parse_args()
    files = {int(path.stem.rpartition("_")[2]): read(path) for path in Path(__file__).parent.glob("pairs_*.tsv")}
    pairs = [one for number, texts in sorted(files.items()) if number != wanted.without for one in texts]
    clean = [Labelled(text, positive=False) for text in harmless(wanted.data, wanted.reviews)]
    regression: Any = importlib.import_module("sklearn.linear_model").LogisticRegression(C=20, solver="liblinear")
    regression.fit(
        matrix([one.text for one in (*pairs, *clean)]),
        [one.positive for one in (*pairs, *clean)],
        sample_weight=[1.0] * len(pairs) + [_WEIGHT_OF_HARMLESS] * len(clean),
    )
    weights, bias = regression.coef_[0].astype(np.float32), float(regression.intercept_[0])
    if wanted.without is None:
        save(Path(str(package.__file__)).with_name("weights.npz"), weights, bias, _THRESHOLD)
        return
    held_out = files[wanted.without]
    chances = Linear(weights, bias, _THRESHOLD).chances([one.text for one in held_out])
    found = scores(held_out, [chance >= _THRESHOLD for chance in chances])
    print(f"set {wanted.without}: precision {found.precision:.3f}, recall {found.recall:.3f}")


if __name__ == "__main__":
    main()
