"""Train what finds claims that no rule names: `python3 -m benchmarks.publishing.train_wording DATA REVIEWS`.

It learns from our own pairs (`pairs_*.tsv`) and from harmless text: descriptions of books, reviews (see
`train_offensive.py` for the folders). `--without N` leaves a set of pairs out, and prints how the model does on it.
Needs scikit-learn.
"""

import argparse
import asyncio
import importlib
import json
import re
from collections.abc import Sequence
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import magicai.publishing.checks.legality as package
from benchmarks.publishing.labelled import Labelled, read, scores
from benchmarks.publishing.offensive_english import sentences as of_patterns
from benchmarks.publishing.train_offensive import chinese_reviews, english_reviews, is_held_out, matrix
from integrations.embedder.usem3 import UsemEmbedder
from magicai.publishing.checks.linear import Linear, save

_THRESHOLD, _WEIGHT_OF_HARMLESS, _LONGEST = 0.5, 0.1, 80


# Said of goods by their maker, plainly.
_SOLD = re.compile(r"phone|case|shirt|jacket|lamp|bag|chair|blender|knife|coffee|sofa|watch|book")
_PLAIN = tuple(
    pattern.format(thing=thing)
    for thing, pattern in product(
        ("linen apron", "oak lamp", "wool blanket", "steel kettle", "cotton shirt", "rain jacket", "tea set"),
        (
            "{thing}, in three colours.", "Washed {thing}, made in Portugal.", "The {thing} is back in stock.",
            "A {thing} with two pockets and a long strap.", "This {thing} comes in small, medium and large.",
            "Hand wash your {thing} at 30 degrees.", "With a sleek design, the {thing} suits any room.",
            "The {thing} is ideal for everyday use and easy to clean.", "Delivery of the {thing} takes three days.",
            "Our {thing} adds a modern touch to your home.", "New this week: the {thing}.",
        ),
    )
) + tuple(
    pattern.format(thing=thing)
    for thing, pattern in product(
        ("亚麻围裙", "橡木台灯", "羊毛毯", "不锈钢水壶", "纯棉衬衫", "冲锋衣", "办公椅", "茶具"),
        (
            "{thing}，三种颜色可选。", "这款{thing}做工细致，适合日常使用。", "{thing}重新到货，欢迎选购。",
            "{thing}可机洗，不易变形。",
            "{thing}采用简约设计，为家增添一份温馨。",
            "下单后三天内发货，{thing}支持七天无理由退换。", "{thing}尺寸齐全，请参考尺码表。",
        ),
    )
)  # fmt: skip


def harmless(data: Path, reviews: Path) -> list[str]:
    """Sentences that claim nothing."""
    books = json.loads((data / "shops" / "books-1000.json").read_text(encoding="utf-8"))["products"]
    texts = [str(one["description"]) for one in books if one.get("description")][:150]
    sentences = [part.strip() for text in texts for part in text.split(". ")[:3]]
    names = [str(one["name"]) for one in books][:400] if "name" in books[0] else []
    own = [one.text for one in of_patterns(each=6) if not one.positive and _SOLD.search(one.text)]
    english = [one for one in english_reviews(data / "reviews") if not is_held_out(one)][:500]
    chinese = [one[:_LONGEST] for one in chinese_reviews(reviews) if not is_held_out(one)][:600]
    return [one for one in (*sentences, *names, *own, *_PLAIN, *english, *chinese) if len(one) < 200]  # noqa: PLR2004 - sentences, no texts


def trained(pairs: Sequence[Labelled], clean: Sequence[str]) -> tuple[Linear, NDArray[np.float32]]:
    """Weights of n-grams, and of vectors' parts; both scores and one bias add up."""
    texts = [*(one.text for one in pairs), *clean]
    labels = [one.positive for one in pairs] + [False] * len(clean)
    weight = [1.0] * len(pairs) + [_WEIGHT_OF_HARMLESS] * len(clean)
    regression: Any = importlib.import_module("sklearn.linear_model").LogisticRegression
    of_letters = regression(C=20, solver="liblinear").fit(matrix(texts), labels, sample_weight=weight)
    of_meaning = regression(C=10, max_iter=3000).fit(embedded(texts), labels, sample_weight=weight)
    bias = float(of_letters.intercept_[0] + of_meaning.intercept_[0])
    return Linear(of_letters.coef_[0].astype(np.float32), bias, _THRESHOLD), of_meaning.coef_[0].astype(np.float32)


def embedded(texts: Sequence[str]) -> NDArray[np.float32]:
    """The vectors of texts."""
    return asyncio.run(UsemEmbedder().embed(texts))


def main() -> None:
    """Train and keep the weights, or print how they do on a set that was left out."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("reviews", type=Path)
    parser.add_argument("--without", type=int)
    wanted = parser.parse_args()
    files = {int(path.stem.rpartition("_")[2]): read(path) for path in Path(__file__).parent.glob("pairs_*.tsv")}
    pairs = [one for number, texts in sorted(files.items()) if number != wanted.without for one in texts]
    letters, meaning = trained(pairs, harmless(wanted.data, wanted.reviews))
    if wanted.without is None:
        folder = Path(str(package.__file__)).parent
        save(folder / "weights.npz", letters.weights, letters.bias, letters.threshold)
        np.save(folder / "meaning.npy", meaning)
        return
    held_out = files[wanted.without]
    texts = [one.text for one in held_out]
    scored = np.array(letters.scores(texts)) + embedded(texts) @ meaning
    found = scores(held_out, [bool(score >= 0) for score in scored])
    print(f"set {wanted.without}: precision {found.precision:.3f}, recall {found.recall:.3f}")


if __name__ == "__main__":
    main()
