"""A crawl's products out of what its pages state, with the observations of one product in memory at a time.

They are read once, to find out which belong together, and wait in a file that has no name; from there each product's
own are taken up again. What stays in memory is a few numbers a product.
"""

import marshal
import os
import tempfile
from array import array
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractContextManager
from itertools import islice
from typing import BinaryIO, cast

from magicai.errors import Permanent
from magicai.shops.extraction import settle_sign
from magicai.shops.gathering import Gathering
from magicai.shops.merging import join
from magicai.shops.packing import packed, unpacked
from magicai.shops.product import Observation, Product

# Few enough to be small, which a product of a hundred variants is not, and enough to share a commit.
AT_ONCE = 200


class Merged(AbstractContextManager["Merged"]):
    """Products in the order in which they were first seen; their `id` is ""."""

    def __init__(self, shop: str) -> None:
        self._shop = shop
        self._gathering = Gathering(lambda place: self._read(place).name)
        self._currencies: set[str] = set()
        self._starts = array("Q", (0,))
        self._file = cast("BinaryIO", tempfile.TemporaryFile(prefix="magicai-"))  # noqa: SIM115 - closed in __exit__
        self._products = 0

    async def gather(self, observations: AsyncIterator[Observation]) -> None:
        """Take all observations of a crawl in.

        Raises:
            Permanent: the folder for temporary files has no room.
        """
        async for observation in observations:
            self._gathering.add(observation)
            if observation.currency:
                self._currencies.add(observation.currency)
            self._keep(observation)
        self._products = len(self._gathering)

    def __len__(self) -> int:
        """How many products they make."""
        return self._products

    def parts(self) -> Iterator[list[Product]]:
        """Make them, once, `AT_ONCE` at a time: whoever clears a part before the next holds one part only."""
        groups = self._gathering.groups()
        while part := [join(map(self._observation, places), self._shop) for places in islice(groups, AT_ONCE)]:
            yield part

    def _keep(self, observation: Observation) -> None:
        try:
            self._file.seek(0, os.SEEK_END)
            written = self._file.write(marshal.dumps(packed(observation)))
            self._starts.append(self._starts[-1] + written)
        except OSError as exc:
            way_out = f"Free some space in {tempfile.gettempdir()}, then: magicai resume"
            raise Permanent(f"The data of {self._shop} can't be stored temporarily: {exc}", way_out=way_out) from exc

    def _read(self, place: int) -> Observation:
        start, end = self._starts[place], self._starts[place + 1]
        self._file.seek(start)
        return unpacked(marshal.loads(self._file.read(end - start)))  # noqa: S302 - what this object has just written to a file that nobody else can open

    def _observation(self, place: int) -> Observation:
        observation = self._read(place)
        settle_sign(observation, self._currencies)
        return observation

    def __exit__(self, *_: object) -> None:
        """Let go of the file."""
        self._file.close()
