"""Which observations are of one product: those that share a key, unless a stronger one or their addresses differ.

Kept in a SQLite database of its own that nobody else opens, so that a large shop takes little memory.
"""

import pickle
import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager
from itertools import groupby
from operator import itemgetter

from magicai.shops.product import Observation
from magicai.shops.product_keys import folded, gtin_key, keys_of, sku_key, url_key

_IN_MEMORY, _IN_A_FILE = ":memory:", ""  # of a file without a name, SQLite keeps in memory what fits its cache
_TABLES = """
    PRAGMA cache_size = -500;
    PRAGMA journal_mode = OFF;
    PRAGMA synchronous = OFF;
    CREATE TABLE stated (
        place INTEGER PRIMARY KEY, product INTEGER, name TEXT, gtin TEXT, sku TEXT, price TEXT, url TEXT,
        page TEXT, observation BLOB
    );
    CREATE INDEX of_product ON stated (product);
    CREATE TABLE known (key TEXT PRIMARY KEY, place INTEGER) WITHOUT ROWID;
"""


class Gathering(AbstractContextManager["Gathering"]):
    """Observations gathered by the keys that they share; a product is named by the place of its first one.

    Args:
        in_file: for as many as a large shop has.

    Raises:
        sqlite3.OperationalError: the folder for temporary files has no room.
    """

    def __init__(self, *, in_file: bool = False) -> None:
        self._database = sqlite3.connect(_IN_A_FILE if in_file else _IN_MEMORY, isolation_level=None)
        self._database.executescript(_TABLES)
        self._places = 0

    def __len__(self) -> int:
        """How many products there are."""
        return self._database.execute("SELECT count(DISTINCT product) FROM stated").fetchone()[0]

    def __exit__(self, *_: object) -> None:
        """Let go of all that was gathered."""
        self._database.close()

    def add(self, observation: Observation) -> None:
        """Take the next observation in."""
        place, self._places = self._places, self._places + 1
        keys = _keys(observation)
        self._database.execute(
            "INSERT INTO stated VALUES (:place, :place, :name, :gtin, :sku, :price, :url, :page, :observation)",
            {
                "place": place,
                "name": _storable(folded(observation.name)),
                "gtin": gtin_key(observation.gtin) if observation.gtin else None,
                "sku": _storable(sku_key(observation.sku)) if observation.sku else None,
                "price": None if observation.price is None else str(observation.price.normalize()),
                "url": _storable(url_key(observation.url)) if observation.url else None,
                "page": _storable(url_key(observation.page_url)) if _is_of_its_page(observation) else None,
                "observation": pickle.dumps(observation),
            },
        )
        product = place
        for key in keys:
            present = self._product(key)
            if present is not None and present != product and not self._denies(present, product, key):
                product, newer = sorted((present, product))
                self._database.execute("UPDATE stated SET product = ? WHERE product = ?", (product, newer))
        self._database.executemany("INSERT OR IGNORE INTO known VALUES (?, ?)", [(key, place) for key in keys])

    def products(self) -> Iterator[list[Observation]]:
        """What is stated of each product, in the order in which they were first seen, and as it was added."""
        rows = self._database.execute("SELECT product, observation FROM stated ORDER BY product, place")
        for _, stated in groupby(rows, key=itemgetter(0)):
            yield [pickle.loads(observation) for _, observation in stated]  # noqa: S301 - written above, and nobody else can open it

    def _product(self, key: str) -> int | None:
        found = self._database.execute("SELECT product FROM known JOIN stated USING (place) WHERE key = ?", (key,))
        row = found.fetchone()
        return None if row is None else row[0]

    def _denies(self, first: int, second: int, key: str) -> bool:
        """Whether what both know by stronger keys tells them apart, though they share this one."""
        if not key.startswith("url:") and self._stand_elsewhere(first, second) and not self._are_alike(first, second):
            return True
        if key.startswith("gtin:"):
            return False
        gtins = self._marks(first, "gtin"), self._marks(second, "gtin")
        if all(gtins):
            differ = gtins[0].isdisjoint(gtins[1])
            return differ and (key.startswith("sku:") or not self._are_called_alike(first, second))
        skus = self._marks(first, "sku"), self._marks(second, "sku")
        if key.startswith("url:") and all(skus) and skus[0].isdisjoint(skus[1]):
            return not self._are_called_alike(first, second)
        return False

    def _stand_elsewhere(self, first: int, second: int) -> bool:
        """Whether both have an address, and none that is the other's: its own, its canonical, that of its page."""
        mine, yours = (self._marks(one, "url") | self._marks(one, "page") for one in (first, second))
        return bool(mine and yours) and mine.isdisjoint(yours)

    def _are_alike(self, first: int, second: int) -> bool:
        """Whether names and prices are equal: a shop that lists one product in two categories states it twice."""
        return all(
            not self._marks(first, column).isdisjoint(self._marks(second, column)) for column in ("name", "price")
        )

    def _are_called_alike(self, first: int, second: int) -> bool:
        """Whether names agree, up to a colour behind or a maker's name in front."""
        others = self._marks(second, "name")
        return any(mine in yours or yours in mine for mine in self._marks(first, "name") for yours in others)

    def _marks(self, product: int, column: str) -> set[str]:
        """The names, numbers or addresses by which a product is known."""
        marks = f"SELECT DISTINCT {column} FROM stated WHERE product = ? AND {column} IS NOT NULL"  # noqa: S608 - a column's name
        return {mark for (mark,) in self._database.execute(marks, (product,))}


def _keys(observation: Observation) -> list[str]:
    keys = keys_of(observation.gtin, observation.sku, observation.url, observation.name)
    if _is_of_its_page(observation):
        keys += [f"url:{url_key(url)}" for url in (observation.page_url, *observation.alternates)]
    keys += [f"gtin:{gtin_key(variant.gtin)}" for variant in observation.variants if variant.gtin]
    return [_storable(key) for key in keys]


def _is_of_its_page(observation: Observation) -> bool:
    return observation.own_page and bool(observation.page_url)


def _storable(text: str) -> str:
    """A text without half surrogate pairs, which SQLite refuses."""
    return text.encode("utf-8", "replace").decode()
