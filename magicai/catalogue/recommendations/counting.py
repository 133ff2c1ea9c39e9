"""The counts of all events of an owner."""

from magicai.catalogue.ports import InteractionRecords
from magicai.catalogue.recommendations.gram import Gram

_PAGE = 5_000


async def count_all(interactions: InteractionRecords, owner_id: str) -> Gram:
    """Who had which items, by all events from the first."""
    gram, last = Gram(), 0
    while events := await interactions.after(owner_id, last, limit=_PAGE):
        for event in events:
            gram.add(event.person, event.item)
        last = events[-1].number
    return gram
