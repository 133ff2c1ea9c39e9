"""A crawl's products out of what its pages state, with the observations of a few products in memory at a time."""

import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractContextManager
from itertools import islice

from magicai.errors import Permanent
from magicai.shops.extraction import settle_sign
from magicai.shops.gathering import Gathering
from magicai.shops.merging import join
from magicai.shops.product import Observation, Product

# Few enough to be small, which a product of a hundred variants is not, and enough to share a commit.
AT_ONCE = 200


class Merged(AbstractContextManager["Merged"]):
    """Products in the order in which they were first seen; their `id` is ""."""

    def __init__(self, shop: str) -> None:
        self._shop = shop
        self._gathering = Gathering(in_file=True)
        self._currencies: set[str] = set()
        self._products = 0

    async def gather(self, observations: AsyncIterator[Observation]) -> None:
        """Take all observations of a crawl in.

        Raises:
            Permanent: the folder for temporary files has no room.
        """
        async for observation in observations:
            if observation.currency:
                self._currencies.add(observation.currency)
            try:
                self._gathering.add(observation)
            except sqlite3.OperationalError as exc:
                raise Permanent("shop_data_not_storable", shop=self._shop, reason=exc) from exc
        self._products = len(self._gathering)

    def __len__(self) -> int:
        """How many products they make."""
        return self._products

    def parts(self) -> Iterator[list[Product]]:
        """Make them, once, `AT_ONCE` at a time: whoever clears a part before the next holds one part only."""
        groups = self._gathering.products()
        while part := [self._product(stated) for stated in islice(groups, AT_ONCE)]:
            yield part

    def _product(self, stated: list[Observation]) -> Product:
        for observation in stated:
            settle_sign(observation, self._currencies)
        return join(stated, self._shop)

    def __exit__(self, *_: object) -> None:
        """Let go of the database."""
        self._gathering.__exit__()
