"""Currencies that one page leaves open and its shop does not."""

from collections.abc import Collection, Sequence

from magicai.shops.extraction.currencies import SIGNS
from magicai.shops.product import Observation


def settle_signs(observations: Sequence[Observation]) -> None:
    """Give prices whose sign several currencies share the one of these that the shop states elsewhere, if it is one.

    A shop that names US dollars in its structured data means them by every other "$", too; where it names two
    currencies that share the sign, what is open stays open.
    """
    stated = {observation.currency for observation in observations if observation.currency}
    for observation in observations:
        settle_sign(observation, stated)


def settle_sign(observation: Observation, stated: Collection[str]) -> None:
    """The same for one observation of a shop that states these currencies."""
    meaning = SIGNS.get(observation.sign) if observation.sign and observation.currency is None else None
    if isinstance(meaning, dict):
        possible = set(meaning.values()).intersection(stated)
        if len(possible) == 1:
            observation.currency = possible.pop()
