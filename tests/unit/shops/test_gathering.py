"""Observations are gathered as objects in memory would gather them, though they wait in a database."""

import random
from dataclasses import dataclass, field
from decimal import Decimal

from magicai.shops.gathering import Gathering
from magicai.shops.product import Observation, Source, Variant
from magicai.shops.product_keys import folded, gtin_key, keys_of, sku_key, url_key


@dataclass(eq=False)
class Known:
    """One product, in words."""

    members: list[int]
    gtins: set[str] = field(default_factory=set[str])
    skus: set[str] = field(default_factory=set[str])
    names: set[str] = field(default_factory=set[str])
    urls: set[str] = field(default_factory=set[str])

    def is_called_like(self, other: "Known") -> bool:
        return any(mine in yours or yours in mine for mine in self.names for yours in other.names)

    def denies(self, other: "Known", key: str) -> bool:
        if not key.startswith("url:") and self.urls and other.urls and not self.urls & other.urls:
            return True
        if key.startswith("gtin:"):
            return False
        if self.gtins and other.gtins:
            same = bool(self.gtins & other.gtins)
            return not same and (key.startswith("sku:") or not self.is_called_like(other))
        other_skus = self.skus and other.skus and not self.skus & other.skus
        return key.startswith("url:") and bool(other_skus) and not self.is_called_like(other)


def in_words(observations: list[Observation]) -> list[list[int]]:
    by_key: dict[str, Known] = {}
    products: list[Known] = []
    for place, one in enumerate(observations):
        root = Known([place], set(), set(), {folded(one.name)})
        root.gtins |= {gtin_key(one.gtin)} if one.gtin else set()
        root.urls |= {url_key(one.url)} if one.url else set()
        root.urls |= {url_key(one.page_url)} if one.own_page else set()
        root.skus |= {sku_key(one.sku)} if one.sku else set()
        products.append(root)
        for key in keys(one):
            present = by_key.get(key)
            if present is None or present is root or present.denies(root, key):
                continue
            root, gone = (present, root) if present.members[0] < root.members[0] else (root, present)
            root.members += gone.members
            root.gtins |= gone.gtins
            root.skus |= gone.skus
            root.names |= gone.names
            root.urls |= gone.urls
            products.remove(gone)
            by_key = {known: root if product is gone else product for known, product in by_key.items()}
        for key in keys(one):
            by_key.setdefault(key, root)
    return [product.members for product in products]


def listed_at(path: str, name: str, price: str) -> Observation:
    url = f"https://s.test/{path}"
    return Observation(
        url=url, name=name, source=Source.PAGE, page_url=url, own_page=True, sku="K1", price=Decimal(price)
    )


def test_one_number_at_two_addresses_is_one_product_only_with_one_name_and_price() -> None:
    printers = [listed_at("a", "Inkjet 10", "99"), listed_at("b", "Inkjet 20", "99")]
    with Gathering() as gathering:
        for observation in (*printers, listed_at("c", "Inkjet 10", "99.00"), listed_at("d", "Inkjet 10", "89")):
            gathering.add(observation)
        found = [[one.url for one in product] for product in gathering.products()]
    assert [[url[-1] for url in urls] for urls in found] == [["a", "c"], ["b"], ["d"]]


def keys(one: Observation) -> list[str]:
    found = keys_of(one.gtin, one.sku, one.url, one.name)
    found += [f"url:{url_key(one.page_url)}"] if one.own_page else []
    return found + [f"gtin:{gtin_key(variant.gtin)}" for variant in one.variants if variant.gtin]


def any_observations(dice: random.Random) -> list[Observation]:
    """Of few products, whose keys contradict each other often."""
    gtins = [None, None, None, "4006381333931", "12345670", "012345670", "22345670"]
    return [
        Observation(
            url=dice.choice(["", "", *(f"https://s.test/{number}" for number in range(6))]),
            name=dice.choice(["Tea", "Tea, red", "Pot", "Arden Pot", "Cup"]),
            source=Source.PAGE,
            page_url=f"https://s.test/{dice.randrange(8)}",
            own_page=dice.random() < 0.4,
            sku=dice.choice([None, None, "s1", "S1", "s2", "s3"]),
            gtin=dice.choice(gtins),
            variants=[Variant(name="red", gtin=dice.choice(gtins)) for _ in range(dice.choice([0, 0, 1, 2]))],
        )
        for _ in range(dice.randrange(1, 30))
    ]


def test_gathers_what_belongs_together() -> None:
    for seed in range(300):
        observations = any_observations(random.Random(seed))
        with Gathering() as gathering:
            for observation in observations:
                gathering.add(observation)
            expected = in_words(observations)
            assert len(gathering) == len(expected), seed
            found = list(gathering.products())
        assert found == [[observations[place] for place in sorted(places)] for places in expected], seed
