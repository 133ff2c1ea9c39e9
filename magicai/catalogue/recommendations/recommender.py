"""Recommendations of one owner: kept in step with their events, and answered from memory."""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Literal

from magicai.catalogue.ports import Interaction, InteractionCounters, InteractionRecords
from magicai.catalogue.recommendations.choosing import Reason, Recommended, diverse, strongest
from magicai.catalogue.recommendations.gram import Gram
from magicai.catalogue.recommendations.models import Affinity, affinity

Together = Literal["view", "purchase"]
_PAGE = 5_000
# A model is made anew after so many seconds at the earliest; counts are up to date at once.
_LASTS_S = 30.0
_HELD = 300


class _Part:
    """Counts of one kind of event, and the model of them."""

    def __init__(self) -> None:
        self.gram = Gram()
        self.changed = False
        self.made_at = -_LASTS_S
        self.model: Affinity | None = None


class Recommender:
    """What people of one owner's shops viewed and bought.

    A purchase counts as a view too. Content, where it is known, says which items are alike.

    Args:
        interactions: the events.
        owner_id: whose.
    """

    def __init__(self, interactions: InteractionRecords, owner_id: str) -> None:
        self._interactions, self._owner_id = interactions, owner_id
        self._start_over(InteractionCounters())
        self._one_at_a_time = asyncio.Lock()

    async def together(self, names: Sequence[str], kind: Together, *, count: int = 10) -> list[Recommended]:
        """What people who viewed or bought an item viewed or bought as well; nothing of what nobody did.

        Args:
            names: what the item is called by.
        """
        part, model = await self._ready(kind)
        numbers = [part.gram.place[name] for name in names if name in part.gram.place]
        if not numbers or model is None:
            return []
        # Only what somebody really had together with it.
        seen = {other for number in numbers for other, people in part.gram.row(number).items() if people > 0}
        scores = {
            part.gram.items[other]: score
            for other, score in model.scores(numbers).items()
            if other in seen and score > 0
        }
        reason: Reason = "bought_together" if kind == "purchase" else "viewed_together"
        return [
            Recommended(one, round(score, 4), reason, names[0])
            for one, score in diverse(scores, self._likeness(part, model), count=count, without={*names})
        ]

    async def for_person(self, person: str, *, count: int = 10) -> list[Recommended]:
        """What a person may want: never what they bought; each because of something that they had."""
        part, model = await self._ready("view")
        events = await self._interactions.of_person(self._owner_id, person, limit=_HELD)
        mine = list(dict.fromkeys(event.item for event in events if event.item in part.gram.place))
        if not mine or model is None:
            return []
        known: Affinity = model
        scores = known.scores([part.gram.place[item] for item in mine])
        named = {part.gram.items[number]: score for number, score in scores.items()}
        chosen = diverse(named, self._likeness(part, model), count=count, without={*mine})

        def because(one: str) -> str:
            return strongest(mine, lambda item: known.share(part.gram.place[item], part.gram.place[one]))

        return [Recommended(one, round(score, 4), "because_of", because(one)) for one, score in chosen]

    async def _ready(self, kind: Together) -> tuple[_Part, Affinity | None]:
        async with self._one_at_a_time:
            so_far = await self._interactions.counters(self._owner_id)
            if so_far.forgotten != self._forgotten or so_far.last < self._last:
                self._start_over(so_far)
            if so_far.last > self._last:
                await self._catch_up(so_far.last)
            part = self._parts[kind]
            if part.gram.items and (
                part.model is None or (part.changed and time.monotonic() - part.made_at > _LASTS_S)
            ):
                part.model = await asyncio.to_thread(affinity, part.gram)
                part.changed, part.made_at = False, time.monotonic()
            return part, part.model

    def _start_over(self, so_far: InteractionCounters) -> None:
        """Know nothing: counts can't be taken back one by one when any process forgets a person or an owner."""
        self._parts: Mapping[Together, _Part] = {"view": _Part(), "purchase": _Part()}
        self._last, self._forgotten = 0, so_far.forgotten

    async def _catch_up(self, last: int) -> None:
        while events := await self._interactions.after(self._owner_id, self._last, limit=_PAGE):
            self._take(events)
        self._last = max(self._last, last)  # the latest may be removed

    def _take(self, events: Sequence[Interaction]) -> None:
        for event in events:
            kinds: tuple[Together, ...] = ("view", "purchase") if event.kind == "purchase" else ("view",)
            for kind in kinds:
                part = self._parts[kind]
                part.changed |= part.gram.add(event.person, event.item)
        self._last = events[-1].number

    @staticmethod
    def _likeness(part: _Part, model: Affinity) -> Callable[[str, str], float]:
        """How much two items say the same: what one says for the other."""

        def likeness(one: str, other: str) -> float:
            return min(1.0, max(0.0, 2 * model.share(part.gram.place[one], part.gram.place[other])))

        return likeness
