"""Which bodies the images of products are."""

from collections.abc import Mapping, Sequence
from typing import Protocol


class ImageRecords(Protocol):
    """Digests of renditions, so that `Files` keeps them as long as their product."""

    async def keep(self, owner_id: str, digests: Mapping[str, Sequence[str]]) -> None:
        """The renditions of products' images by product, in place of those before; none forgets them."""
        ...
