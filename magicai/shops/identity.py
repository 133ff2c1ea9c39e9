"""What a shop is called, and at which addresses it has been: its crawls and matches keep to it as it moves."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ShopIdentity:
    """A shop that was named or has moved; of all others, the address is the identity.

    Attributes:
        shop: by what the records know it: the address at which it was first crawled.
        name: "" where nobody gave it one.
        addresses: all that it has had, as `shop_name` spells them; the present one is the last.
        base: the present one as a URL without a slash at its end; "" of a shop that has never moved.
    """

    shop: str
    name: str
    addresses: tuple[str, ...]
    base: str

    @property
    def called(self) -> str:
        """Its name, else its present address."""
        return self.name or self.addresses[-1]


def shop_at(identities: Iterable[ShopIdentity], address: str) -> str:
    """The shop that has, or had, an address."""
    return next((one.shop for one in identities if address in one.addresses), address)
