"""Whose turn it is with the machine's one model: one call at a time, and users take turns."""

import asyncio
from collections import deque

# Whoever was served longer ago than that many turns counts as new.
_REMEMBERED = 1000


class Turns:
    """One at a time. Of those who wait, the owner who was served longest ago is next; an owner's calls keep order."""

    def __init__(self) -> None:
        self._taken = False
        self._waiting: dict[str, deque[asyncio.Future[None]]] = {}
        self._served: dict[str, None] = {}  # the owner who was served last comes last

    def waiting(self, owner: str) -> int:
        """How many calls of an owner wait."""
        return len(self._waiting.get(owner, ()))

    async def take(self, owner: str) -> None:
        """Wait for a turn; give it back by `release`."""
        if not self._taken:
            self._give(owner)
            return
        mine = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(owner, deque()).append(mine)
        try:
            await mine
        except asyncio.CancelledError:
            if mine.done() and not mine.cancelled():  # it was given the turn at the same moment
                self.release()
            else:
                self._forget(owner, mine)
            raise

    def release(self) -> None:
        """Let the next one have its turn."""
        self._taken = False
        if self._waiting:
            order = {owner: place for place, owner in enumerate(self._served)}
            owner = min(self._waiting, key=lambda one: order.get(one, -1))
            mine = self._waiting[owner][0]
            self._forget(owner, mine)
            self._give(owner)
            mine.set_result(None)

    def _give(self, owner: str) -> None:
        self._taken = True
        self._served.pop(owner, None)
        self._served[owner] = None
        if len(self._served) > _REMEMBERED:
            del self._served[next(iter(self._served))]

    def _forget(self, owner: str, mine: asyncio.Future[None]) -> None:
        calls = self._waiting[owner]
        calls.remove(mine)
        if not calls:
            del self._waiting[owner]
