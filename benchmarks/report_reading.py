"""Does a model phrase a report better than the composer? Pairs of reports for a blind reading, and its tally.

    python3 -m benchmarks.report_reading make FOLDER [--reports 50] [--seed 1] [--model FILE.gguf] [--seconds 300]
    python3 -m benchmarks.report_reading tally FOLDER

`make` writes the reports of random crawls twice, composed and phrased, under A and B in random order: `reading.md` to
be read, `pairs.jsonl` with the key, not to be looked at. It goes on where it was cut. The reader writes `judged.txt`:
a line for each sentence that differs, `REPORT.SENTENCE A`, `B` or `=`, and what else there is to say of it.
"""

import argparse
import asyncio
import json
import random
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from integrations.text import models
from integrations.text.server_on_demand import stop, wanted
from integrations.text.xllamacpp import XllamacppText
from magicai.settings import load
from magicai.shops.analysis import Analysis, Change, ChangeKind, Changes
from magicai.shops.crawl_result import CrawlData, PageCounts
from magicai.shops.product import Availability, Product
from magicai.shops.report.compose import compose
from magicai.shops.report.fact_finding import facts_of
from magicai.shops.report.numerals import Language
from magicai.shops.report.phrase import phrase
from magicai.shops.report.sentence import Sentence
from tests.unit.shops.report.example_shop import analysis_of

SHOP, SINCE = "shop.example", "2026-05-02T09:12:44Z"
_KINDS = ("Kettle", "Teapot", "Mug", "Grinder", "Lamp", "Chair", "Desk", "Tent", "Stove", "Jacket", "Boot", "Bag")
_BRANDS = ("Arden", "Bruma", "Fjell", "Isla", "Ember & Ash", "Hario", None)
_STOCK = (Availability.IN_STOCK, Availability.OUT_OF_STOCK, Availability.UNKNOWN)


def sentences_of(dice: random.Random, language: Language) -> tuple[Sentence, ...]:
    """The composer's report of a random shop of 5 to 80 products."""
    currency = dice.choice(("EUR", "USD", "GBP", "CNY"))
    kinds = dice.sample(_KINDS, dice.randint(1, 5))
    discounts, priced = dice.choice((0.0, 0.2, 0.6)), dice.choice((1.0, 1.0, 0.85))
    products: list[Product] = []
    for place in range(dice.randint(5, 80)):
        kind, price = dice.choice(kinds), Decimal(dice.randint(300, 40_000)).scaleb(-2)
        dearer = (price * Decimal(dice.choice(("1.1", "1.25", "1.5")))).quantize(Decimal("0.01"))
        stated = dice.random() < priced
        products.append(
            Product(
                id=f"{place}",
                url=f"https://{SHOP}/{place}",
                name=f"{kind} No. {place + 1}",
                price=price if stated else None,
                currency=currency,
                list_price=dearer if stated and dice.random() < discounts else None,
                availability=dice.choices(_STOCK, (75, 15, 10))[0],
                brand=dice.choice(_BRANDS),
                category=(f"{kind}s",),
            )
        )
    changes = _changes(dice, products) if dice.random() < 0.8 else None  # noqa: PLR2004
    read = PageCounts(fetched=len(products) + 9, unchanged=dice.choice((0, 12)), failed=dice.choice((0, 0, 2)))
    data = CrawlData(shop=SHOP, pages=read, coverage=dice.choice((1.0, 1.0, 0.93)), products=tuple(products))
    analysis = Analysis(shops=(analysis_of(products, changes, SHOP),))
    return compose(facts_of(data, analysis, (), ()), language)


def _changes(dice: random.Random, products: Sequence[Product]) -> Changes:
    order = dice.sample(list(products), len(products))
    found: dict[ChangeKind, tuple[Change, ...]] = {}
    for kind in ChangeKind:
        some, order = order[: (n := dice.choice((0, 0, 1, 2, 5, 14)))], order[n:]
        found[kind] = tuple(_change(dice, kind, one) for one in some)
    compared = max(len(products) - len(found[ChangeKind.NEW]), 0)
    return Changes.model_validate({"since": SINCE, "compared": compared, **found})


def _change(dice: random.Random, kind: ChangeKind, of: Product) -> Change:
    factor = Decimal(dice.randint(103, 140)) / 100
    moved = {ChangeKind.DEARER: 1 / factor, ChangeKind.CHEAPER: factor}.get(kind, Decimal(1))
    old = None if of.price is None else (of.price * moved).quantize(Decimal("0.01"))
    return Change(
        kind=kind, product_id=of.id, name=of.name, url=of.url, currency=of.currency, old_price=old, new_price=of.price
    )


async def make(folder: Path, reports: int, seed: int, file: Path, seconds: float) -> None:
    """Write the pairs that are not there yet."""
    pairs, reading = folder / "pairs.jsonl", folder / "reading.md"
    done = len(pairs.read_text(encoding="utf-8").splitlines()) if pairs.exists() else 0
    known = next((one for one in models.CATALOGUE if one.file == file.name), None)
    local = models.LocalModel(file.stem, file, known.sha256 if known else "", known.template if known else "")
    server = wanted(local, idle_s=600)
    model = XllamacppText(f"local:{file.stem}", server)
    try:
        for number in range(done + 1, reports + 1):
            dice = random.Random(f"{seed}/{number}")  # noqa: S311 - shops of a benchmark
            composed = sentences_of(dice, "zh" if number % 3 == 0 else "en")
            phrased = (await phrase(composed, model, seconds=seconds)).sentences
            is_a = dice.random() < 0.5  # noqa: PLR2004
            sides = [
                {"measure": one.fact.measure, "language": one.language, "composer": one.text, "model": other.text}
                for one, other in zip(composed, phrased, strict=True)
            ]
            with reading.open("a", encoding="utf-8") as out:
                out.write(_blind(number, sides, model_is_a=is_a))
            with pairs.open("a", encoding="utf-8") as out:
                out.write(json.dumps({"report": number, "model_is_a": is_a, "sentences": sides}) + "\n")
    finally:
        await model.close()
        await stop(Path(server.folder))


def _blind(number: int, sides: Sequence[dict[str, Any]], *, model_is_a: bool) -> str:
    lines = [f"## {number}", ""]
    for place, side in enumerate(sides, 1):
        if side["composer"] == side["model"]:
            lines.append(f"- {side['composer']}")
            continue
        a, b = ("model", "composer") if model_is_a else ("composer", "model")
        lines += [f"- **{number}.{place}**", f"  - A {side[a]}", f"  - B {side[b]}"]
    return "\n".join([*lines, "", ""])


def tally(folder: Path) -> str:
    """How often each side was judged the better, by language, report and measure."""
    told = [json.loads(line) for line in (folder / "pairs.jsonl").read_text(encoding="utf-8").splitlines()]
    by_number = {one["report"]: one for one in told}
    wins: dict[str, Counter[str]] = {"en": Counter(), "zh": Counter()}
    measures: dict[str, Counter[str]] = {}
    reports: dict[int, Counter[str]] = {}
    for line in (folder / "judged.txt").read_text(encoding="utf-8").splitlines():
        if not line.strip():
            continue
        where, said = line.split()[:2]
        number, place = map(int, where.split("."))
        pair = by_number[number]
        side = pair["sentences"][place - 1]
        better = "tie" if said == "=" else "model" if (said == "A") == pair["model_is_a"] else "composer"
        wins[side["language"]][better] += 1
        measures.setdefault(side["measure"], Counter())[better] += 1
        reports.setdefault(number, Counter())[better] += 1
    by_report = Counter(_better(counts) for counts in reports.values())
    rows = [("reports", by_report), *wins.items(), *sorted(measures.items())]
    lines = ["| | composer | alike | model |", "|---|---:|---:|---:|"]
    lines += [f"| {name} | {c['composer']} | {c['tie']} | {c['model']} |" for name, c in rows]
    return "\n".join(lines)


def _better(counts: Counter[str]) -> str:
    if counts["composer"] == counts["model"]:
        return "tie"
    return "composer" if counts["composer"] > counts["model"] else "model"


def main() -> None:
    """Make the pairs, or count what was said of them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("do", choices=("make", "tally"))
    parser.add_argument("folder", type=Path)
    parser.add_argument("--reports", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--model", type=Path, default=models.DEFAULT.path(load().home))
    parser.add_argument("--seconds", type=float, default=300, help="longest time to phrase one report")
    asked = parser.parse_args()
    if asked.do == "make":
        asked.folder.mkdir(parents=True, exist_ok=True)
        asyncio.run(make(asked.folder, asked.reports, asked.seed, asked.model, asked.seconds))
    else:
        print(tally(asked.folder))


if __name__ == "__main__":
    main()
