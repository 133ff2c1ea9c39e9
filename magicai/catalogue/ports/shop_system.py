"""Systems that shops run on: their products are read, and what a user decides is written back."""

from collections.abc import AsyncGenerator, Callable
from typing import Protocol

from magicai.catalogue.shop_system import FieldName, ProductPage, ShopConnection, SystemChange, SystemProduct


class ShopSystem(Protocol):
    """One shop. Each method may raise Temporary (nothing happened; later it may work) or Permanent (it never will).

    Attributes:
        writable: the fields that `write` takes.
    """

    writable: frozenset[FieldName]

    async def check(self) -> str:
        """Sign in, change nothing, and return the shop's name.

        Raises:
            Refused: the credentials are wrong, expired or revoked.
        """
        ...

    def products(self, since: str = "") -> AsyncGenerator[ProductPage]:
        """Products page by page: all, or those that may have changed since a cursor; some may come twice."""
        ...

    async def product(self, product_id: str) -> SystemProduct:
        """A product as it is now.

        Raises:
            NotFound: the shop has it no more.
        """
        ...

    async def write(self, change: SystemChange) -> None:
        """Set values; the same again changes nothing.

        Raises:
            OutcomeUnknown: it may have happened.
        """
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...


# Opens a connection for its owner.
OpenShopSystem = Callable[[ShopConnection], ShopSystem]
