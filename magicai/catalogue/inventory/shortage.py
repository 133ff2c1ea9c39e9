"""What is said where there is not enough."""

from typing import TypeVar

from magicai.catalogue.inventory.stock import Shortage
from magicai.errors import Conflict

T = TypeVar("T")


def short(answer: T | Shortage) -> T:
    """The answer.

    Raises:
        Conflict: there is not enough of an item.
    """
    if isinstance(answer, Shortage):
        raise Conflict("insufficient_stock", wanted=answer.wanted, item=answer.item, available=answer.available)
    return answer
