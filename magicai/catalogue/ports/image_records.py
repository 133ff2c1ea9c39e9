"""Which bodies the images of products are."""

from collections.abc import Sequence
from typing import Protocol


class ImageRecords(Protocol):
    """Digests of renditions, so that `Files` keeps them as long as their product."""

    async def keep(self, owner_id: str, product_id: str, digests: Sequence[str]) -> None:
        """The renditions of a product's images, in place of those before; none forgets them."""
        ...
