"""A shop made by hand: 120 products in 6 categories and two currencies, on its second day.

Its analysis is computed here in the plainest way, independently of the product's own.
"""

import random
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from fractions import Fraction

from magicai.messages import say
from magicai.runs.run import Cost, Problem, RunStatus
from magicai.shops.analysis import (
    Analysis,
    Change,
    ChangeKind,
    Changes,
    Group,
    PriceStats,
    SharedBrand,
    ShopAnalysis,
)
from magicai.shops.crawl_result import CrawlAnalyzeGenerateResult, CrawlData, PageCounts, Report, SentenceCounts
from magicai.shops.matching.deciding import Certainty
from magicai.shops.own_comparison import Pair, summed_up
from magicai.shops.product import Availability, Product, Provenance, Rating, Source
from magicai.values.money import shown, to_minor

SHOP = "leafandkettle.example"
SINCE = "2026-05-02T09:12:44Z"
READ_AT = "2026-05-03T14:02:10Z"

_RANGE = {
    "Loose tea": (30, 6, 38, ["Spring Darjeeling", "Smoky Lapsang", "Jasmine Pearls", "明前龙井", "Earl Grey & Blue"]),
    "Coffee": (24, 8, 34, ["Huila Washed", "Yirgacheffe Natural", "Night Decaf", "House Espresso"]),
    "Teapots": (20, 24, 160, ["Cast-Iron Pot", "Gaiwan “Cloud”", "Glass Pot", "紫砂壶"]),
    "Mugs & cups": (22, 5, 32, ["Stoneware Mug", "Double-Wall Glass", "Travel Cup <350 ml>"]),
    "Kettles": (14, 39, 289, ["Gooseneck Kettle", "Stovetop Kettle", "Variable Kettle"]),
    "Honey": (10, 7, 22, ["Acacia Honey", "Heather Honey"]),
}
_BRANDS = ("Arden", "Bruma", "Casa Verde", "Dōngfāng", "Ember & Ash", "Fjell", "Góra", "Hario", "Isla", "茶语")


def _minor(product: Product) -> int | None:
    return None if product.price is None or product.currency is None else to_minor(product.price, product.currency)


def _quantile(values: Sequence[int], share: Fraction) -> Fraction:
    place = share * (len(values) - 1)
    low = int(place)
    high = min(low + 1, len(values) - 1)
    return values[low] + (place - low) * (values[high] - values[low])


def _stats(products: Sequence[Product], currency: str | None) -> PriceStats:
    own = [p for p in products if p.currency == currency]
    known = [p for p in own if p.availability is not Availability.UNKNOWN]
    in_stock = [p for p in known if p.availability is Availability.IN_STOCK]
    prices = sorted(m for p in own if currency and (m := _minor(p)) is not None)
    counts = PriceStats(
        currency=currency,
        count=len(own),
        priced=len(prices),
        in_stock=len(in_stock),
        known_stock=len(known),
    )
    if not prices or currency is None:
        return counts
    cuts = sorted(
        1 - Fraction(p.price) / Fraction(p.list_price)
        for p in own
        if p.price is not None and p.list_price is not None and p.list_price > p.price
    )
    middle = (cuts[(len(cuts) - 1) // 2] + cuts[len(cuts) // 2]) / 2 if cuts else None
    return counts.model_copy(
        update={
            "total": shown(sum(prices), currency),
            "average": shown(Fraction(sum(prices), len(prices)), currency),
            "median": shown(_quantile(prices, Fraction(1, 2)), currency),
            "low": shown(prices[0], currency),
            "high": shown(prices[-1], currency),
            "q1": shown(_quantile(prices, Fraction(1, 4)), currency),
            "q3": shown(_quantile(prices, Fraction(3, 4)), currency),
            "discounted": len(cuts),
            "median_discount": None if middle is None else float(middle),
        }
    )


def all_stats(products: Sequence[Product]) -> tuple[PriceStats, ...]:
    """Each currency, then what has none."""
    currencies = sorted({p.currency for p in products}, key=lambda code: code or "~")
    return tuple(_stats(products, currency) for currency in currencies)


def _groups(products: Sequence[Product], name_of: Callable[[Product], str | None]) -> tuple[Group, ...]:
    names = dict.fromkeys(name for p in products if (name := name_of(p)))
    return tuple(Group(name=name, stats=all_stats([p for p in products if name_of(p) == name])) for name in names)


def analysis_of(products: Sequence[Product], changes: Changes | None = None, shop: str = SHOP) -> ShopAnalysis:
    """What the product's own analysis would say of these products."""
    return ShopAnalysis(
        shop=shop,
        products=len(products),
        stats=all_stats(products),
        categories=_groups(products, lambda p: p.category[0] if p.category else None),
        brands=_groups(products, lambda p: p.brand),
        changes=changes,
    )


def products() -> list[Product]:
    """The 120, always the same."""
    dice = random.Random(7)
    made: list[Product] = []
    for category, (count, low, high, names) in _RANGE.items():
        for number in range(count):
            key = f"{category[:3].lower()}-{number:03}"
            price = Decimal(dice.randint(low * 20, high * 20)) / 20
            price = price.quantize(Decimal("0.01"))
            discounted = dice.random() < 0.22
            made.append(
                Product(
                    id=f"p-{key}",
                    url=f"https://{SHOP}/products/{key.replace(' ', '')}",
                    name=f"{names[number % len(names)]} No. {number + 1}",
                    price=price,
                    currency="EUR",
                    list_price=(price * Decimal(dice.choice(("1.10", "1.15", "1.25", "1.5")))).quantize(Decimal("0.01"))
                    if discounted
                    else None,
                    availability=dice.choices(
                        (Availability.IN_STOCK, Availability.OUT_OF_STOCK, Availability.PREORDER, Availability.UNKNOWN),
                        (80, 12, 2, 6),
                    )[0],
                    sku=key.upper(),
                    gtin=f"40{dice.randint(10**10, 10**11 - 1)}",
                    brand=dice.choice(_BRANDS) if dice.random() < 0.9 else None,
                    category=(category, "Everyday") if number % 2 else (category,),
                    rating=Rating(value=round(dice.uniform(3.2, 5), 1), count=dice.randint(1, 240)),
                    provenance={
                        "price": Provenance(url=f"https://{SHOP}/", source=Source.JSON_LD, digest="0" * 64, at=READ_AT)
                    },
                )
            )
    for product in made[60:68]:  # imported: priced in dollars
        made[made.index(product)] = product.model_copy(update={"currency": "USD", "list_price": None})
    for place in (5, 47, 90, 119):
        made[place] = made[place].model_copy(update={"price": None, "currency": None, "list_price": None})
    return made


def _change(kind: ChangeKind, product: Product, factor: str = "1") -> Change:
    old = product.price
    if old is not None and factor != "1":
        old = (old / Decimal(factor)).quantize(Decimal("0.01"))
    stock = {ChangeKind.SOLD_OUT: Availability.IN_STOCK, ChangeKind.BACK: Availability.OUT_OF_STOCK}
    now = {ChangeKind.SOLD_OUT: Availability.OUT_OF_STOCK, ChangeKind.BACK: Availability.IN_STOCK}
    return Change(
        kind=kind,
        product_id=product.id,
        name=product.name,
        url=product.url,
        currency=product.currency,
        old_price=old if kind is not ChangeKind.NEW else None,
        new_price=product.price if kind is not ChangeKind.GONE else None,
        old_availability=stock.get(kind),
        new_availability=now.get(kind),
    )


def changes(of: Sequence[Product]) -> Changes:
    """What became of them since the day before."""

    def moved(kind: ChangeKind, places: Iterable[int], factors: Sequence[str]) -> tuple[Change, ...]:
        return tuple(_change(kind, of[place], factors[n % len(factors)]) for n, place in enumerate(places))

    return Changes(
        since=SINCE,
        compared=114,
        not_visited=3,
        new=moved(ChangeKind.NEW, range(6), ("1",)),
        gone=moved(ChangeKind.GONE, range(100, 104), ("1",)),
        dearer=moved(ChangeKind.DEARER, range(10, 19), ("1.04", "1.075", "1.12", "1.20", "1.02")),
        cheaper=moved(ChangeKind.CHEAPER, range(70, 82), ("0.96", "0.90", "0.78", "0.85", "0.93", "0.7")),
        sold_out=moved(ChangeKind.SOLD_OUT, (22, 31, 84), ("1",)),
        back=moved(ChangeKind.BACK, (33, 35), ("1",)),
    )


def both(name: str, ours: str, theirs: str) -> Pair:
    """A product of one's own that the shop surely sells, too."""
    difference = Decimal(theirs) - Decimal(ours)
    return Pair(
        mine=f"name:{name}",
        theirs=name,
        mine_name=f"My {name}",
        name=name,
        url=f"https://{SHOP}/",
        certainty=Certainty.SURE,
        reason=say("match_gtin", gtin="04006381333931"),
        currency="EUR",
        mine_price=Decimal(ours),
        their_currency="EUR",
        their_price=Decimal(theirs),
        difference=difference,
        percent=float(difference / Decimal(ours) * 100),
    )


PROBLEMS = (
    Problem(
        where="https://leafandkettle.example/club",
        what="The page asks for a log-in.",
        way_out="Nothing to do unless its products matter; then give an address that can be read without one.",
    ),
    Problem(
        where="https://leafandkettle.example/configurator",
        what="2 pages draw their products by scripts, and no browser is installed.",
        way_out="Run `magicai browser get`, then the same command again.",
    ),
    Problem(
        where="https://leafandkettle.example/sale?page=4",
        what="The shop answered 503 four times.",
        way_out="Run again later.",
        temporary=True,
    ),
)
SHARED = (
    SharedBrand(brand="Arden", categories=("Coffee", "Kettles", "Loose tea", "Mugs & cups", "Teapots"), products=14),
    SharedBrand(brand="Dōngfāng", categories=("Loose tea", "Teapots", "Mugs & cups"), products=9),
    SharedBrand(brand="Fjell", categories=("Kettles", "Mugs & cups"), products=11),
    SharedBrand(brand="茶语", categories=("Honey", "Loose tea"), products=6),
)


OWN = summed_up(
    SHOP,
    40,
    [
        both("Gooseneck Kettle No. 1", "89.00", "75.50"),
        both("Acacia Honey No. 3", "12.00", "11.40"),
        both("Night Decaf No. 7", "20.10", "19.99"),
        both("Glass Pot No. 19", "30.00", "33.85"),
        both("Glass Pot No. 20", "30.00", "30.00"),
    ],
    0,
)


def crawl_data(of: Sequence[Product], shop: str = SHOP) -> CrawlData:
    """How they were read."""
    pages = PageCounts(fetched=131, unchanged=18, refused=3, failed=2)
    return CrawlData(shop=shop, pages=pages, coverage=0.9756, products=tuple(of))


def result() -> CrawlAnalyzeGenerateResult:
    """The whole result of such a run."""
    made = products()
    return CrawlAnalyzeGenerateResult(
        run_id="0197-example",
        workflow="crawl-analyze-generate",
        status=RunStatus.PARTIAL,
        started_at="2026-05-03T14:00:02Z",
        finished_at=READ_AT,
        execution_time=128.4,
        cost=Cost(),
        crawl_data=crawl_data(made),
        analysis=Analysis(shops=(analysis_of(made, changes(made)),)),
        report=Report(
            language="en",
            title="",
            written_by="composer",
            sentences=SentenceCounts(),
            markdown="/nowhere/report.md",
            html="/nowhere/report.html",
        ),
        shared_brands=SHARED,
        problems=PROBLEMS,
    )
